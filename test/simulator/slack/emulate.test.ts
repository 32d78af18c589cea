import type { Emulator } from "emulate";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createSlackSimulator } from "../../../src/simulator/slack/create-slack-simulator.ts";
import type { SlackSimulator } from "../../../src/simulator/slack/slack-simulator.ts";
import { realClock } from "../../support/real-clock.ts";
import { type Answer, callAll, install, missingKeys, type Place } from "./both-slacks.ts";
import { APP, authorizeAtEmulate, openEmulate } from "./open-emulate.ts";

/** Keys that emulate answers and this Slack does not, each with the reason why the real one does not either. */
const EMULATE_ONLY: Readonly<Record<string, readonly string[]>> = {
  // Not counted when a bot joins.
  "conversations.join": ["channel.num_members"],
  // A direct conversation has a person instead of a name.
  "conversations.open again": [
    "channel.name",
    "channel.name_normalized",
    "channel.is_channel",
    "channel.is_group",
    "channel.is_private",
    "channel.is_member",
    "channel.topic",
    "channel.purpose",
    "channel.num_members",
  ],
  // Files are shared after the answer, and their comment is the text of a message.
  filesUploadV2: ["files[].files[].shares.public", "files[].files[].initial_comment", "files[].files[].thread_ts"],
};

describe("the simulated Slack beside emulate's", () => {
  let emulate: Emulator;
  let slack: SlackSimulator;
  let installs: { theirs: Answer; ours: Answer };
  let theirs: ReadonlyMap<string, Answer>;
  let ours: ReadonlyMap<string, Answer>;

  beforeAll(async () => {
    emulate = await openEmulate();
    const { clientId, clientSecret } = APP;
    slack = await createSlackSimulator({
      clock: realClock,
      installed: "nowhere",
      clientId,
      clientSecret,
      fileProcessingMs: 0,
    });
    const there = await install(`${emulate.url}/api/`, await authorizeAtEmulate(emulate.url, APP.scopes));
    const here = await install(slack.apiUrl, await authorizeHere(slack));
    installs = { theirs: there.answer, ours: here.answer };
    theirs = await callAll(await placeAtEmulate(there.client));
    ours = await callAll({
      client: here.client,
      channel: slack.workspace.general.id,
      personId: slack.workspace.alice.id,
      botId: slack.grants.botId,
      trigger: async () => slack.inject.shortcut({ callbackId: "imagine" }).triggerId,
    });
  });
  afterAll(async () => {
    await emulate.close();
    await slack.close();
  });

  it("answers the same calls with the same keys, but for a few with their reasons", () => {
    const differences = [...theirs].flatMap(([name, answer]) => {
      const keys = missingKeys(answer, ours.get(name)).filter((path) => !path.startsWith("response_metadata."));
      return keys.length > 0 ? [[name, keys]] : [];
    });

    expect(Object.fromEntries(differences)).toEqual(EMULATE_ONLY);
    expect(theirs.size).toBe(50);
  });

  it("refuses the same calls for the same reasons", () => {
    expect(Object.fromEntries(errors(ours))).toEqual(Object.fromEntries(errors(theirs)));
    expect(errors(theirs).length).toBeGreaterThan(10);
  });

  it("installs the app with the same answer", () => {
    expect(missingKeys(installs.theirs, installs.ours)).toEqual([]);
    expect(installs.ours["scope"]).toBe(installs.theirs["scope"]);
  });
});

function errors(answers: ReadonlyMap<string, Answer>): readonly (readonly [string, unknown])[] {
  return [...answers].flatMap(([name, { error }]) => (error === undefined ? [] : [[name, error]]));
}

async function authorizeHere(slack: SlackSimulator): Promise<string> {
  const query = { client_id: APP.clientId, scope: APP.scopes.join(","), redirect_uri: APP.redirectUri };
  const address = `${slack.originUrl}/oauth/v2/authorize?${new URLSearchParams(query).toString()}`;
  const done = await fetch(address, { redirect: "manual" });
  return new URL(done.headers.get("location")!).searchParams.get("code")!;
}

/** Emulate's channel with people in it, and one of them. */
async function placeAtEmulate(client: Place["client"]): Promise<Place> {
  const { bot_id: botId } = await client.auth.test();
  const { channels } = await client.conversations.list({});
  const channel = channels!.find(({ name }) => name === "general")!.id!;
  const { members } = await client.conversations.members({ channel });
  const personId = members![0]!;
  return {
    client,
    channel,
    personId,
    botId: botId!,
    async trigger() {
      const { trigger_id: id } = {
        ...(await client.apiCall("views.generateTriggerId", { user_id: personId })),
      } as Answer;
      return String(id);
    },
  };
}
