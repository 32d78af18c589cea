import { WebAPIPlatformError, WebClient } from "@slack/web-api";
import { APP } from "./open-emulate.ts";
import { QUIET } from "./bolt-app.ts";
import { TINY_PNG } from "./tiny-png.ts";

/** One of the two Slacks, with what its call list needs. */
export interface Place {
  readonly client: WebClient;
  readonly channel: string;
  readonly personId: string;
  readonly botId: string;
  /** A trigger_id that is good now. */
  readonly trigger: () => Promise<string>;
}

export type Answer = Readonly<Record<string, unknown>>;

const plain = (text: string) => ({ type: "plain_text" as const, text });
const section = (text: string) => ({ type: "section" as const, text: { type: "mrkdwn" as const, text } });
const modal = { type: "modal" as const, callback_id: "c", title: plain("T"), blocks: [section("a")] };

export function createClient(apiUrl: string, token?: string): WebClient {
  return new WebClient(token, { slackApiUrl: apiUrl, logger: QUIET, retryConfig: { retries: 0 } });
}

/** Installs the app with a code: the client of its bot, and what was answered. */
export async function install(apiUrl: string, code: string): Promise<{ client: WebClient; answer: Answer }> {
  const { clientId: client_id, clientSecret: client_secret, redirectUri: redirect_uri } = APP;
  const answer = await createClient(apiUrl).oauth.v2.access({ client_id, client_secret, code, redirect_uri });
  return { client: createClient(apiUrl, answer.access_token), answer: { ...answer } };
}

/** The answer of a call, or the JSON of its error. */
export async function answerOf(call: () => Promise<object>): Promise<Answer> {
  try {
    return { ...(await call()) };
  } catch (error) {
    if (error instanceof WebAPIPlatformError) return { ...error.data };
    throw error;
  }
}

/** The same calls in the same order, good and bad, and what was answered. */
export async function callAll({
  client,
  channel,
  personId,
  botId,
  trigger,
}: Place): Promise<ReadonlyMap<string, Answer>> {
  const answers = new Map<string, Answer>();
  async function note(name: string, call: () => Promise<object>): Promise<Answer> {
    const answer = await answerOf(call);
    answers.set(name, answer);
    return answer;
  }
  const post = (args: object) => client.apiCall("chat.postMessage", { channel, ...args });

  await note("auth.test", () => client.auth.test());
  await note("team.info", () => client.team.info());
  await note("bots.info", () => client.bots.info({ bot: botId }));
  await note("bots.info of nobody", () => client.bots.info({ bot: "B1" }));
  await note("users.info", () => client.users.info({ user: personId }));
  await note("users.info of nobody", () => client.users.info({ user: "U1" }));
  await note("users.list", () => client.users.list({}));
  await note("conversations.list", () => client.conversations.list({}));
  await note("conversations.info", () => client.conversations.info({ channel, include_num_members: true }));
  await note("conversations.info of nothing", () => client.conversations.info({ channel: "C1" }));
  await note("conversations.members", () => client.conversations.members({ channel }));
  await note("conversations.join", () => client.conversations.join({ channel }));

  const metadata = { event_type: "image_generated", event_payload: { job: "1" } };
  const posted = await note("chat.postMessage", () => post({ text: "a", blocks: [section("a")], metadata }));
  const ts = String(posted["ts"]);
  await note("chat.postMessage in a thread", () => post({ text: "b", thread_ts: ts }));
  await note("chat.postMessage of nothing", () => post({ text: "" }));
  await note("chat.postMessage to nowhere", () => post({ channel: "C1", text: "a" }));
  await note("chat.postMessage of too much", () => post({ text: "x".repeat(40_001) }));
  await note("chat.postEphemeral", () => client.chat.postEphemeral({ channel, user: personId, text: "a" }));
  await note("chat.update", () => client.chat.update({ channel, ts, text: "c" }));
  await note("chat.update of nothing", () => client.chat.update({ channel, ts: "1.1", text: "c" }));
  await note("chat.getPermalink", () => client.chat.getPermalink({ channel, message_ts: ts }));
  await note("chat.getPermalink of nothing", () => client.chat.getPermalink({ channel, message_ts: "1.1" }));
  await note("conversations.history", () => client.conversations.history({ channel, limit: 2 }));
  await note("conversations.replies", () => client.conversations.replies({ channel, ts, include_all_metadata: true }));

  const opened = await note("conversations.open", () => client.conversations.open({ users: personId }));
  const dm = (opened["channel"] as { id: string }).id;
  await note("conversations.open again", () => client.conversations.open({ users: personId, return_im: true }));
  await note("conversations.open with nobody", () => client.apiCall("conversations.open"));
  await note("chat.postMessage to a person", () => post({ channel: dm, text: "psst" }));

  const file = { filename: "a.png", length: TINY_PNG.length };
  const upload = await note("files.getUploadURLExternal", () => client.files.getUploadURLExternal(file));
  await fetch(String(upload["upload_url"]), { method: "POST", body: new Uint8Array(TINY_PNG) });
  const id = String(upload["file_id"]);
  await note("files.completeUploadExternal", () =>
    client.files.completeUploadExternal({ files: [{ id, title: "A" }] }),
  );
  await note("files.completeUploadExternal of nothing", () =>
    client.files.completeUploadExternal({ files: [{ id: "F1" }] }),
  );
  await note("files.info", () => client.files.info({ file: id }));
  await note("files.info of nothing", () => client.files.info({ file: "F1" }));
  await note("files.list", () => client.files.list({}));
  await note("filesUploadV2", () =>
    client.filesUploadV2({
      channel_id: channel,
      thread_ts: ts,
      initial_comment: "two",
      file_uploads: [
        { file: TINY_PNG, filename: "1.png", alt_text: "one" },
        { file: TINY_PNG, filename: "2.png" },
      ],
    }),
  );
  await note("files.delete", () => client.files.delete({ file: id }));
  await note("files.info of a deleted one", () => client.files.info({ file: id }));

  const home = await note("views.publish", () =>
    client.views.publish({ user_id: personId, view: { type: "home", blocks: [section("h")] } }),
  );
  const { hash } = home["view"] as { hash: string };
  await note("views.publish again", () =>
    client.views.publish({ user_id: personId, hash, view: { type: "home", blocks: [section("i")] } }),
  );
  await note("views.publish late", () =>
    client.views.publish({ user_id: personId, hash, view: { type: "home", blocks: [section("j")] } }),
  );
  const triggerId = await trigger();
  const first = await note("views.open", () => client.views.open({ trigger_id: triggerId, view: modal }));
  await note("views.open again", () => client.views.open({ trigger_id: triggerId, view: modal }));
  await note("views.open without reason", () => client.views.open({ trigger_id: "1.1.a", view: modal }));
  const viewId = (first["view"] as { id: string }).id;
  await note("views.update", () => client.views.update({ view_id: viewId, view: modal }));
  await note("views.update late", () => client.views.update({ view_id: viewId, view: modal, hash: "1.1" }));
  await note("views.update of nothing", () => client.views.update({ view_id: "V1", view: modal }));

  await note("chat.delete", () => client.chat.delete({ channel, ts }));
  await note("chat.delete again", () => client.chat.delete({ channel, ts }));
  await note("without a scope", () => client.users.lookupByEmail({ email: "alice@example.com" }));
  await note("without a token", () => createClient(client.slackApiUrl).auth.test());
  return answers;
}

/** Paths of keys that one answer has and the other has not; of lists, and of objects by id, the first element counts. */
export function missingKeys(theirs: unknown, ours: unknown, path = ""): readonly string[] {
  const [their, our] = [asElements(theirs), asElements(ours)];
  if (their) return their.length === 0 || !our ? [] : missingKeys(their[0], our[0], `${path}[]`);
  if (typeof theirs !== "object" || theirs === null) return [];
  const mine = (typeof ours === "object" && ours !== null ? ours : {}) as Answer;
  return Object.entries(theirs as Answer).flatMap(([key, value]) => {
    const here = path === "" ? key : `${path}.${key}`;
    return Object.hasOwn(mine, key) ? missingKeys(value, mine[key], here) : [here];
  });
}

function asElements(value: unknown): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value;
  if (typeof value !== "object" || value === null) return undefined;
  const keys = Object.keys(value);
  return keys.length > 0 && keys.every((key) => /^[CDG]\d[\dA-Z]+$/.test(key)) ? Object.values(value) : undefined;
}
