import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createSlackSimulator } from "../../../src/simulator/slack/create-slack-simulator.ts";
import type { StoredMessage } from "../../../src/simulator/slack/messages.ts";
import type { SlackSimulator } from "../../../src/simulator/slack/slack-simulator.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { createCaller } from "./call-api.ts";

const section = (text: string) => ({ type: "section", text: { type: "mrkdwn", text } });
const modal = { type: "modal", title: { type: "plain_text", text: "T" }, blocks: [section("a")] };

interface Bad {
  readonly what: string;
  readonly method: string;
  readonly args?: object | ((slack: SlackSimulator, posted: StoredMessage) => object);
  readonly token?: string;
  readonly error: string;
  /** Parts of the answer beside the error. */
  readonly more?: object;
}

const missing = (...names: readonly string[]) => ({
  response_metadata: { messages: names.map((name) => `[ERROR] missing required field: ${name}`) },
});
const inGeneral = (more: object) => (slack: SlackSimulator) => ({ channel: slack.workspace.general.id, ...more });
const posted =
  (more: object) =>
  (_: SlackSimulator, { channelId, ts }: StoredMessage) => ({ channel: channelId, ts, ...more });

const BAD: readonly Bad[] = [
  { what: "an unknown method", method: "chat.shout", error: "unknown_method", more: { req_method: "chat.shout" } },
  { what: "a method of every object", method: "toString", error: "unknown_method" },
  { what: "no token", method: "auth.test", token: "", error: "not_authed" },
  { what: "a wrong token", method: "auth.test", token: "xoxb-wrong", error: "invalid_auth" },
  {
    what: "an app token for a bot's method",
    method: "auth.test",
    token: "xapp-simulated",
    error: "not_allowed_token_type",
  },
  { what: "a bot token for Socket Mode", method: "apps.connections.open", error: "not_allowed_token_type" },
  {
    what: "a post to nowhere",
    method: "chat.postMessage",
    args: { text: "a" },
    error: "invalid_arguments",
    more: missing("channel"),
  },
  {
    what: "a post to an unknown channel",
    method: "chat.postMessage",
    args: { channel: "C1", text: "a" },
    error: "channel_not_found",
  },
  {
    what: "a post to a channel without the bot",
    method: "chat.postMessage",
    args: (slack) => ({ channel: slack.workspace.random.id, text: "a" }),
    error: "not_in_channel",
  },
  {
    what: "a post to a private channel that the bot does not see",
    method: "chat.postMessage",
    args: (slack) => ({ channel: slack.workspace.secret.id, text: "a" }),
    error: "channel_not_found",
  },
  { what: "an empty post", method: "chat.postMessage", args: inGeneral({ text: "  " }), error: "no_text" },
  {
    what: "blocks that are no list",
    method: "chat.postMessage",
    args: inGeneral({ blocks: "{}" }),
    error: "invalid_blocks_format",
  },
  {
    what: "blocks that are no JSON",
    method: "chat.postMessage",
    args: inGeneral({ blocks: "[" }),
    error: "invalid_blocks_format",
  },
  {
    what: "51 blocks",
    method: "chat.postMessage",
    args: inGeneral({ blocks: Array.from({ length: 51 }, () => ({ type: "divider" })) }),
    error: "invalid_blocks",
    more: {
      errors: ["no more than 50 items allowed [json-pointer:/blocks]"],
      response_metadata: { messages: ["[ERROR] no more than 50 items allowed [json-pointer:/blocks]"] },
    },
  },
  {
    what: "a section of 3001 characters",
    method: "chat.postMessage",
    args: inGeneral({ blocks: [section("x".repeat(3001))] }),
    error: "invalid_blocks",
    more: { errors: ["must be less than 3001 characters [json-pointer:/blocks/0/text/text]"] },
  },
  {
    what: "metadata without a type",
    method: "chat.postMessage",
    args: inGeneral({ text: "a", metadata: { event_payload: {} } }),
    error: "invalid_metadata_format",
  },
  {
    what: "a private note to a stranger",
    method: "chat.postEphemeral",
    args: inGeneral({ text: "a", user: "U1" }),
    error: "user_not_in_channel",
  },
  {
    what: "an edit of nothing",
    method: "chat.update",
    args: inGeneral({ ts: "1.1", text: "a" }),
    error: "message_not_found",
  },
  {
    what: "an edit of somebody's message",
    method: "chat.update",
    args: posted({ text: "a" }),
    error: "cant_update_message",
  },
  { what: "a deletion of somebody's message", method: "chat.delete", args: posted({}), error: "cant_delete_message" },
  {
    what: "a link to nothing",
    method: "chat.getPermalink",
    args: inGeneral({ message_ts: "1.1" }),
    error: "message_not_found",
  },
  { what: "a conversation with nobody", method: "conversations.open", error: "users_list_not_supplied" },
  {
    what: "a conversation with an unknown person",
    method: "conversations.open",
    args: { users: "U1" },
    error: "user_not_found",
  },
  {
    what: "a conversation with nine people",
    method: "conversations.open",
    args: { users: Array.from({ length: 9 }, (_, i) => `U${i}`).join(",") },
    error: "too_many_users",
  },
  {
    what: "the history of nothing",
    method: "conversations.history",
    error: "invalid_arguments",
    more: missing("channel"),
  },
  {
    what: "the history of a channel without the bot",
    method: "conversations.history",
    args: (slack) => ({ channel: slack.workspace.random.id }),
    error: "not_in_channel",
  },
  {
    what: "a wrong cursor",
    method: "conversations.history",
    args: inGeneral({ cursor: "?" }),
    error: "invalid_cursor",
  },
  {
    what: "an unknown kind of channel",
    method: "conversations.list",
    args: { types: "secret" },
    error: "invalid_types",
  },
  { what: "an unknown person", method: "users.info", args: { user: "U1" }, error: "user_not_found" },
  {
    what: "an email without its scope",
    method: "users.lookupByEmail",
    args: { email: "a@b" },
    error: "missing_scope",
    more: { needed: "users:read.email" },
  },
  {
    what: "an upload without a length",
    method: "files.getUploadURLExternal",
    args: { filename: "a.png" },
    error: "invalid_arguments",
    more: missing("length"),
  },
  {
    what: "an upload of nothing",
    method: "files.getUploadURLExternal",
    args: { filename: "a.png", length: 0 },
    error: "invalid_arguments",
  },
  {
    what: "the end of no upload",
    method: "files.completeUploadExternal",
    args: { files: [{ id: "F1" }] },
    error: "file_not_found",
  },
  {
    what: "the end of nothing",
    method: "files.completeUploadExternal",
    args: { files: [] },
    error: "invalid_arguments",
  },
  { what: "an unknown file", method: "files.info", args: { file: "F1" }, error: "file_not_found" },
  {
    what: "a modal for an unknown trigger",
    method: "views.open",
    args: { trigger_id: "1.2.3", view: modal },
    error: "invalid_trigger_id",
  },
  {
    what: "a modal with a long title",
    method: "views.open",
    args: { trigger_id: "1.2.3", view: { ...modal, title: { type: "plain_text", text: "x".repeat(25) } } },
    error: "invalid_arguments",
    more: {
      response_metadata: { messages: ["[ERROR] must be less than 25 characters [json-pointer:/view/title/text]"] },
    },
  },
  {
    what: "a modal that is no object",
    method: "views.open",
    args: { trigger_id: "1", view: "5" },
    error: "invalid_arguments",
  },
  { what: "an edit of no view", method: "views.update", args: { view_id: "V1", view: modal }, error: "not_found" },
  {
    what: "a Home tab for nobody",
    method: "views.publish",
    args: { user_id: "U1", view: { type: "home", blocks: [] } },
    error: "user_not_found",
  },
  {
    what: "a Home tab that is a modal",
    method: "views.publish",
    args: (slack) => ({ user_id: slack.workspace.alice.id, view: modal }),
    error: "invalid_arguments",
  },
  {
    what: "the end of an unknown step",
    method: "functions.completeSuccess",
    args: { function_execution_id: "Fx1", outputs: {} },
    error: "function_execution_not_found",
  },
  {
    what: "a code that was never given",
    method: "oauth.v2.access",
    token: "",
    args: { client_id: "1000000000.2000000000", client_secret: "simulated-client-secret", code: "1" },
    error: "invalid_code",
  },
  {
    what: "a wrong client",
    method: "oauth.v2.access",
    token: "",
    args: { client_id: "1" },
    error: "invalid_client_id",
  },
  {
    what: "a wrong secret",
    method: "oauth.v2.access",
    token: "",
    args: { client_id: "1000000000.2000000000", client_secret: "1" },
    error: "bad_client_secret",
  },
];

describe("the simulated Web API", () => {
  let slack: SlackSimulator;
  let call: ReturnType<typeof createCaller>;
  let message: StoredMessage;

  beforeAll(async () => {
    slack = await createSlackSimulator({ clock: createFakeClock(), workspaces: ["One", "Two"] });
    call = createCaller(slack);
    ({ message } = slack.inject.say({ text: "hello" }));
  });
  afterAll(() => slack.close());
  beforeEach(() => slack.faults.clear());

  it.each(BAD)("refuses $what", async ({ method, args = {}, token, error, more = {} }) => {
    const { status, body } = await call(method, typeof args === "function" ? args(slack, message) : args, token);

    expect(status).toBe(200);
    expect(body).toMatchObject({ ok: false, error, ...more });
  });

  it("refuses bodies that it cannot read", async () => {
    expect(await post(slack, "application/json", "{")).toBe("invalid_json");
    expect(await post(slack, "application/json", "[]")).toBe("json_not_object");
    expect(await post(slack, "text/plain", "a")).toBe("invalid_post_type");
  });

  it("takes forms with JSON in them, and tokens in forms and addresses", async () => {
    const form = new URLSearchParams({
      token: slack.botToken,
      channel: slack.workspace.general.id,
      blocks: JSON.stringify([section("a")]),
    });

    const response = await fetch(`${slack.apiUrl}chat.postMessage`, { method: "POST", body: form });
    const get = await fetch(`${slack.apiUrl}auth.test?token=${slack.botToken}`);

    expect(await response.json()).toMatchObject({
      ok: true,
      message: { blocks: [{ type: "section", block_id: expect.any(String), text: { verbatim: false } }] },
    });
    expect(await get.json()).toMatchObject({ ok: true, user_id: slack.botUserId() });
  });

  it("notes arguments that it does not know", async () => {
    await call("auth.test", { colour: "red" });

    expect(slack.log.violations.at(-1)).toEqual({
      method: "auth.test",
      message: "unknown argument: colour",
      refused: false,
    });
  });

  it("notes blocks without a text for notifications", async () => {
    const channel = slack.workspace.general.id;

    const { body } = await call("chat.postMessage", { channel, blocks: [section("a")] });

    expect(body).toMatchObject({ ok: true, message: { text: "" } });
    expect(slack.log.violations.at(-1)).toMatchObject({ refused: false, message: expect.stringContaining("no text") });
  });

  it("cuts texts above 40,000 characters and says so", async () => {
    const { body } = await call("chat.postMessage", { channel: slack.workspace.general.id, text: "é".repeat(40_001) });

    expect(body).toMatchObject({ ok: true, warning: "message_truncated", message: { text: "é".repeat(40_000) } });
  });

  it("keeps blocks that an edit does not mention, and takes them away with an empty list", async () => {
    const channel = slack.workspace.general.id;
    const { body } = await call("chat.postMessage", { channel, text: "a", blocks: [section("a")] });

    const kept = await call("chat.update", { channel, ts: body["ts"], text: "b" });
    const gone = await call("chat.update", { channel, ts: body["ts"], text: "c", blocks: [] });

    expect(kept.body).toMatchObject({ text: "b", message: { blocks: [{ type: "section" }] } });
    expect(gone.body).toMatchObject({ message: { text: "c", blocks: [] } });
  });

  it("lets replies to what is gone stand in the channel", async () => {
    const channel = slack.workspace.general.id;
    const { body } = await call("chat.postMessage", { channel, text: "parent" });
    await call("chat.delete", { channel, ts: body["ts"] });

    const reply = await call("chat.postMessage", { channel, text: "reply", thread_ts: body["ts"] });

    expect(reply.body.ok).toBe(true);
    expect(reply.body["message"]).not.toHaveProperty("thread_ts");
  });

  it("shows histories and threads in pages, metadata only when asked", async () => {
    const { conversation } = slack.world.openDirect(slack.workspace.id, [slack.botUserId(), slack.workspace.bob.id]);
    const channel = conversation.id;
    const metadata = { event_type: "image_generated", event_payload: { job: "1" } };
    const first = await call("chat.postMessage", { channel, text: "1", metadata });
    await call("chat.postMessage", { channel, text: "2" });
    await call("chat.postMessage", { channel, text: "reply", thread_ts: first.body["ts"] });

    const newest = await call("conversations.history", { channel, limit: 1 });
    const cursor = (newest.body["response_metadata"] as { next_cursor: string }).next_cursor;
    const oldest = await call("conversations.history", { channel, limit: 1, cursor, include_all_metadata: true });
    const thread = await call("conversations.replies", { channel, ts: first.body["ts"] });

    expect(newest.body).toMatchObject({ has_more: true, messages: [{ text: "2" }] });
    expect(oldest.body).toMatchObject({ has_more: false, messages: [{ text: "1", metadata, reply_count: 1 }] });
    expect(thread.body["messages"]).toMatchObject([{ text: "1" }, { text: "reply" }]);
    expect((thread.body["messages"] as object[])[0]).not.toHaveProperty("metadata");
  });

  it("keeps workspaces apart", async () => {
    const [, two] = slack.world.workspaces;
    const other = slack.grants.install(two!, { scopes: ["chat:write"] });

    const foreign = await call("chat.postMessage", { channel: two!.general.id, text: "a" });
    const own = await call("chat.postMessage", { channel: two!.general.id, text: "a" }, other.token);
    const poor = await call("files.info", { file: "F1" }, other.token);

    expect(foreign.body.error).toBe("channel_not_found");
    expect(own.body.ok).toBe(true);
    expect(poor.body).toMatchObject({ error: "missing_scope", needed: "files:read", provided: "chat:write" });
    expect(own.headers.get("x-oauth-scopes")).toBe("chat:write");
  });

  it("has archived channels", async () => {
    const { id } = slack.world.addConversation({
      teamId: slack.workspace.id,
      name: "old",
      kind: "public",
      members: [slack.botUserId()],
    });
    slack.world.conversation(id)!.archived = true;

    const { body } = await call("chat.postMessage", { channel: id, text: "a" });

    expect(body.error).toBe("is_archived");
  });
});

async function post(slack: SlackSimulator, contentType: string, body: string): Promise<string> {
  const headers = { authorization: `Bearer ${slack.botToken}`, "content-type": contentType };
  const response = await fetch(`${slack.apiUrl}auth.test`, { method: "POST", headers, body });
  return ((await response.json()) as { error: string }).error;
}
