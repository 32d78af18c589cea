import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createSlackSimulator } from "../../../src/simulator/slack/create-slack-simulator.ts";
import type { StoredMessage } from "../../../src/simulator/slack/messages.ts";
import type { SlackSimulator } from "../../../src/simulator/slack/slack-simulator.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { createCaller } from "./call-api.ts";
import { TINY_PNG } from "./tiny-png.ts";

const MINUTE_MS = 60_000;
const image = (id: string) => ({ blocks: [{ type: "image", slack_file: { id }, alt_text: "a" }] });
const BUTTON = { type: "button", action_id: "go", text: { type: "plain_text", text: "Go" } };

describe("response_urls of the simulated Slack", () => {
  let slack: SlackSimulator;

  beforeEach(async () => {
    slack = await createSlackSimulator({ clock: createFakeClock(), fileProcessingMs: 0 });
  });
  afterEach(() => slack.close());

  async function posted(): Promise<StoredMessage> {
    const blocks = [{ type: "actions", elements: [BUTTON] }];
    const args = { channel: slack.workspace.general.id, text: "old", blocks };
    const { body } = await createCaller(slack)("chat.postMessage", args);
    return slack.messages.get(args.channel, String(body["ts"]))!;
  }

  it("take five answers, for half an hour", async () => {
    const { responseUrl } = slack.inject.slash({ command: "/imagine" });
    const late = slack.inject.slash({ command: "/imagine", ageMs: 25 * MINUTE_MS }).responseUrl;

    const statuses = [];
    for (let i = 0; i < 6; i++) statuses.push(await answer(responseUrl, { text: String(i) }));
    slack.advanceClock(5 * MINUTE_MS + 1);
    const expired = await answer(late, { text: "late" });

    expect(statuses.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 404]);
    expect(statuses[0]!.text).toBe("ok");
    expect(statuses[5]!.text).toContain("used_url");
    expect(expired).toMatchObject({ status: 404, text: expect.stringContaining("expired_url") });
  });

  it("show answers to one person, or to all", async () => {
    const { responseUrl } = slack.inject.slash({ command: "/imagine" });

    await answer(responseUrl, { text: "private" });
    await answer(responseUrl, { text: "public", response_type: "in_channel" });

    expect(slack.messages.all().map(({ message, visibleTo }) => [message["text"], visibleTo])).toEqual([
      ["private", slack.workspace.alice.id],
      ["public", undefined],
    ]);
  });

  it("replace and delete the message whose button was pressed", async () => {
    const message = await posted();
    const { responseUrl } = slack.inject.press({ on: message, actionId: "go" });

    await answer(responseUrl, { text: "new", replace_original: true });
    const replaced = slack.messages.get(message.channelId, message.ts)!.message;
    await answer(responseUrl, { delete_original: true });

    expect(replaced).toMatchObject({ text: "new", blocks: [] });
    expect(slack.messages.get(message.channelId, message.ts)).toBeUndefined();
  });

  it("refuse what shows nothing, breaks rules, or is no JSON", async () => {
    const { responseUrl } = slack.inject.slash({ command: "/imagine" });

    const answers = [
      await answer(responseUrl, { text: "" }),
      await answer(responseUrl, { blocks: [{ type: "header", text: { type: "plain_text", text: "x".repeat(151) } }] }),
      await answer(responseUrl, "{"),
    ];

    expect(answers.map(({ status }) => status)).toEqual([500, 400, 400]);
    expect(answers[1]!.text).toContain("must be less than 151 characters");
    expect(slack.log.violations).toHaveLength(3);
  });

  it("cannot show a file that only the bot sees, but one that is in the channel", async () => {
    const { responseUrl } = slack.inject.slash({ command: "/imagine" });
    const call = createCaller(slack);
    const { body } = await call("files.getUploadURLExternal", { filename: "a.png", length: TINY_PNG.length });
    await fetch(String(body["upload_url"]), { method: "POST", body: new Uint8Array(TINY_PNG) });
    await call("files.completeUploadExternal", { files: [{ id: body["file_id"] }] });
    slack.inject.say({ text: "look", files: [{ filename: "b.png", bytes: TINY_PNG }] });
    const [mine, shared] = slack.files.all();

    const refused = await answer(responseUrl, image(mine!.id));
    const shown = await answer(responseUrl, image(shared!.id));

    expect(refused).toMatchObject({ status: 400, text: expect.stringContaining("invalid slack file") });
    expect(shown.status).toBe(200);
  });

  it("come with buttons of ephemeral messages too, which only their reader presses", async () => {
    const { responseUrl } = slack.inject.slash({ command: "/imagine" });
    await answer(responseUrl, { text: "psst", blocks: [{ type: "actions", elements: [BUTTON] }] });
    const [note] = slack.messages.all();

    const { payload } = slack.inject.press({ on: note!, actionId: "go" });

    expect(payload).toMatchObject({ container: { is_ephemeral: true }, response_url: expect.any(String) });
    expect(payload).not.toHaveProperty("message");
    expect(() => slack.inject.press({ on: note!, actionId: "go", userId: slack.workspace.bob.id })).toThrow(
      "does not see",
    );
    expect(() => slack.inject.press({ on: note!, actionId: "stop" })).toThrow("there is no element “stop”");
    expect(slack.inject.press({ on: note!, actionId: "old", forged: "1" }).payload["actions"]).toMatchObject([
      { action_id: "old", value: "1" },
    ]);
  });
});

async function answer(url: string | undefined, body: unknown) {
  const response = await fetch(url!, {
    method: "POST",
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  return { status: response.status, text: await response.text() };
}
