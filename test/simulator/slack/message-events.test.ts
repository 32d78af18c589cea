import { afterEach, describe, expect, it } from "vitest";
import { createSlackSimulator } from "../../../src/simulator/slack/create-slack-simulator.ts";
import type { SlackSimulator, SlackSimulatorOptions } from "../../../src/simulator/slack/slack-simulator.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { createCaller } from "./call-api.ts";

describe("events of messages", () => {
  let slack: SlackSimulator;

  const open = async (options: Partial<SlackSimulatorOptions> = {}) => {
    slack = await createSlackSimulator({ clock: createFakeClock(), ...options });
    return slack;
  };
  afterEach(() => slack.close());

  const told = () =>
    slack.deliveries.envelopes.map(({ payload }) => {
      const { type, subtype, channel_type } = payload["event"] as Record<string, unknown>;
      return [type, subtype ?? channel_type];
    });

  it("are mentions in channels, and all messages of direct conversations, the bot's own and edits included", async () => {
    const { workspace, botUserId, inject, world } = await open();
    const { conversation } = world.openDirect(workspace.id, [botUserId(), workspace.alice.id]);
    const channel = conversation.id;
    const call = createCaller(slack);

    inject.say({ text: "hello" });
    inject.say({ text: "@easel hello" });
    inject.say({ text: "@easel psst", channelId: channel });
    const { body } = await call("chat.postMessage", { channel, text: "yes?" });
    await call("chat.update", { channel, ts: body["ts"], text: "yes!" });
    await call("chat.delete", { channel, ts: body["ts"] });

    expect(told()).toEqual([
      ["app_mention", undefined],
      ["message", "im"],
      ["message", "im"],
      ["message", "message_changed"],
      ["message", "message_deleted"],
    ]);
  });

  it("stay away where the app is not, from what only one person sees, and without a subscription", async () => {
    const { workspace, inject } = await open({ subscriptions: ["message.channels"] });

    inject.say({ text: "@easel hello", channelId: workspace.random.id });
    await createCaller(slack)("chat.postEphemeral", {
      channel: workspace.general.id,
      user: workspace.bob.id,
      text: "a",
    });
    const { events } = inject.say({ text: "@easel hello" });

    expect(told()).toEqual([["message", "channel"]]);
    expect(events[0]!.payload).toMatchObject({
      type: "event_callback",
      team_id: workspace.id,
      event: { type: "message", user: workspace.alice.id, text: `<@${slack.botUserId()}> hello` },
      authorizations: [{ team_id: workspace.id, user_id: slack.botUserId(), is_bot: true }],
    });
  });
});
