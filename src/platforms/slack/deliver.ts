import type { Clock } from "../../core/clock.ts";
import { UserError } from "../../core/errors.ts";
import type { Logger } from "../../core/logger.ts";
import { notice, type Message } from "../../core/message.ts";
import { withDelete } from "../../core/offer-delete.ts";
import type { DeliveryOutcome } from "../../core/platform.ts";
import { isDirect, workspaceKey, type SlackAddress, type Workspace } from "./address.ts";
import type { AnswerRecord, AnswerRecords } from "./answer-records.ts";
import { createPostOnce, type Target } from "./post-once.ts";
import { jobOfButtons, renderMessage, type MessageBody, type ShownFile } from "./render-message.ts";
import { createRespond } from "./respond.ts";
import type { SlackApi } from "./slack-api.ts";
import { codeOf, faultOf, isFileFault, isMessageGone, isPlaceClosed, isTokenDead } from "./slack-faults.ts";
import type { Uploads } from "./uploads.ts";
import { createWorkflowSteps } from "./workflow-steps.ts";

export interface DeliverDeps {
  readonly api: SlackApi;
  readonly records: AnswerRecords;
  readonly uploads: Uploads;
  readonly nameCommands: (text: string) => string;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface Delivery {
  deliver(address: SlackAddress, message: Message, key: string): Promise<DeliveryOutcome>;
  /** Into the channel, whoever asked. */
  post(address: SlackAddress, message: Message, key: string): Promise<DeliveryOutcome>;
  withdraw(address: SlackAddress, key: string): Promise<boolean>;
  /** Answers an interaction that starts no job. */
  reply(address: SlackAddress, message: Message): Promise<void>;
  /** Shows how a job goes, in the message that will be its answer. Rejects when it could not be shown this time. */
  showStatus(address: SlackAddress, message: Message, key: string): Promise<"shown" | "over">;
}

type Body = { readonly body: MessageBody; readonly files: readonly string[] };
type Kept = { readonly key: string; readonly state: "status" | "answer" };

const FILE_TRIES = 6;
const REFRESH_TRY = 3;
const FILE_PAUSE_MS = 250;
const ELSEWHERE = "I am not in the channel where you asked. Type `/invite` there to add me.";
const DIRECTLY = "I am sending it to you as a direct message.";

/**
 * The ladder of an answer: the message that showed the job's progress is edited; else a new one goes into the channel or thread; where the bot
 * may not write, or what is private, goes to the person directly. Every rung can be climbed again without posting twice.
 */
export function createDelivery(deps: DeliverDeps): Delivery {
  const { api, records, uploads, clock, log } = deps;
  const posts = createPostOnce(deps);
  const respond = createRespond(deps);
  const steps = createWorkflowSteps(deps);
  const directChannels = new Map<string, string>();

  async function directChannel(workspace: Workspace, user: string): Promise<string> {
    const key = `${workspaceKey(workspace)} ${user}`;
    const known = directChannels.get(key);
    if (known !== undefined) return known;
    const { channel } = await api.call<{ channel?: { id?: string } }>(workspace, {
      method: "conversations.open",
      args: { users: user },
      repeatable: true,
    });
    if (channel?.id === undefined) throw new Error("Slack opened no direct channel");
    directChannels.set(key, channel.id);
    return channel.id;
  }

  /** Where an answer may go, best first. */
  function ladder(address: SlackAddress, hidden: boolean): (() => Promise<Target>)[] {
    const { channel, thread, user } = address;
    const here = channel !== null && (!hidden || isDirect(channel));
    return [
      ...(here ? [async () => ({ channel, thread })] : []),
      async () => ({ channel: await directChannel(address, user), thread: null }),
    ];
  }

  /** In a channel a message begins with whom it is for. */
  function render(channel: string | null, message: Message, files: readonly ShownFile[], user?: string): MessageBody {
    const { nameCommands } = deps;
    return renderMessage(message, files, {
      nameCommands,
      ...(user === undefined || isDirect(channel) ? {} : { mention: user }),
    });
  }

  /** Calls `act` with the message and its files in the workspace; until Slack has finished with them it is patient. */
  async function withFiles<T>(
    address: SlackAddress,
    message: Message,
    toBody: (files: readonly ShownFile[]) => MessageBody,
    act: (ready: Body) => Promise<T>,
  ): Promise<T | "no files"> {
    for (let attempt = 1; ; attempt++) {
      try {
        const files = await uploads.ensure(address, message.pictures);
        return await act({ body: toBody(files), files: files.map(({ id }) => id) });
      } catch (error) {
        if (!isFileFault(error)) throw error;
        if (attempt >= FILE_TRIES) return "no files";
        if (attempt === REFRESH_TRY) await uploads.forget(address, message.pictures);
        await pause(FILE_PAUSE_MS * 2 ** attempt);
      }
    }
  }

  async function climb(address: SlackAddress, message: Message, hidden: boolean, kept: Kept): Promise<AnswerRecord> {
    let closed: unknown;
    for (const rung of ladder(address, hidden)) {
      try {
        const target = await rung();
        return await write(address, elsewhere(address, hidden, target, message), kept, target, address.user);
      } catch (error) {
        if (!isPlaceClosed(codeOf(error))) throw error;
        closed = error;
      }
    }
    throw closed;
  }

  async function write(
    address: SlackAddress,
    message: Message,
    kept: Kept,
    target: Target,
    user?: string,
  ): Promise<AnswerRecord> {
    const toBody = (files: readonly ShownFile[]) => render(target.channel, message, files, user);
    const record = await withFiles(address, message, toBody, ({ body, files }) =>
      posts.post(address, target, body, { ...kept, files }),
    );
    if (record !== "no files") return record;
    const posted = await posts.post(address, target, toBody([]), { ...kept, state: "status", files: [] });
    return shareBelow(address, message, kept, posted);
  }

  async function edit(
    address: SlackAddress,
    message: Message,
    kept: Kept,
    record: AnswerRecord,
  ): Promise<AnswerRecord> {
    const update = async ({ body, files }: Body): Promise<AnswerRecord> => {
      const { channel, ts } = record;
      await api.call(address, { method: "chat.update", args: { channel, ts, ...body }, channel, repeatable: true });
      return { ...record, state: kept.state, files };
    };
    const toBody = (files: readonly ShownFile[]) => render(record.channel, message, files, address.user);
    const edited = await withFiles(address, message, toBody, update);
    if (edited !== "no files") {
      await records.keep(kept.key, edited);
      return edited;
    }
    await update({ body: toBody([]), files: [] });
    return shareBelow(address, message, kept, record);
  }

  /** The last resort for pictures that Slack does not show in blocks: as files in the answer's thread, or at least as links. */
  async function shareBelow(
    address: SlackAddress,
    message: Message,
    { key }: Kept,
    record: AnswerRecord,
  ): Promise<AnswerRecord> {
    log.warn("Slack does not show pictures in a message; sharing them below it", { key });
    const to = { channel: record.channel, thread: record.thread ?? record.ts ?? null, comment: "The pictures:" };
    let shared = await uploads.share(address, message.pictures, to);
    if (shared.ts === undefined) shared = await uploads.share(address, message.pictures, to);
    if (shared.ts === undefined) {
      const text = [message.text, ...shared.links].join("\n");
      const body = render(record.channel, { ...message, text }, [], address.user);
      const { channel, ts } = record;
      await api.call(address, { method: "chat.update", args: { channel, ts, ...body }, channel, repeatable: true });
    }
    const known: AnswerRecord = { ...record, state: "answer", files: shared.files };
    await records.keep(key, known);
    return known;
  }

  /** Rejects where a later attempt may help. */
  async function settle(work: () => Promise<unknown>): Promise<DeliveryOutcome> {
    try {
      await work();
      return { state: "delivered" };
    } catch (error) {
      const { kind, code, retryAfterMs } = faultOf(error);
      if (isMessageGone(code)) return { state: "undeliverable", reason: "somebody deleted the message" };
      if (kind === "limited" && retryAfterMs !== undefined)
        throw new UserError("too-fast", { seconds: Math.ceil(retryAfterMs / 1000) }, { cause: error, retryAfterMs });
      if (kind !== "refused") throw error;
      if (!isPlaceClosed(code) && !isTokenDead(code)) log.error("Slack refuses an answer", { error });
      return { state: "undeliverable", reason: `Slack answers ${code ?? "with a refusal"}` };
    }
  }

  async function remove(workspace: Workspace, { channel, ts }: AnswerRecord): Promise<boolean> {
    try {
      await api.call(workspace, { method: "chat.delete", args: { channel, ts }, channel, repeatable: true });
      return true;
    } catch (error) {
      if (faultOf(error).kind !== "refused") throw error;
      return false;
    }
  }

  async function answer(address: SlackAddress, message: Message, key: string): Promise<void> {
    const hidden = message.private || address.hidden;
    const fitting = await fittingMessage(address, message);
    let record = await posts.find(address, key);
    if (record?.state === "answer") return;
    if (record && hidden && !isDirect(record.channel)) {
      // What everybody saw turns out to be for one person alone.
      await remove(address, record);
      await records.forget(key);
      record = undefined;
    }
    const waits = address.execution !== null;
    const kept: Kept = { key, state: waits ? "status" : "answer" };
    const shown = await (record
      ? edit(address, elsewhere(address, hidden, record, fitting), kept, record)
      : climb(address, fitting, hidden, kept));
    if (!waits) return;
    await steps.finish(address, message, shown.files[0]);
    await records.keep(key, { ...shown, state: "answer" });
  }

  /** Pictures that are too large however they are written are replaced by the reason. */
  async function fittingMessage(workspace: Workspace, message: Message): Promise<Message> {
    try {
      await uploads.ensure(workspace, message.pictures);
      return message;
    } catch (error) {
      if (!(error instanceof UserError) || error.code !== "picture-too-large") throw error;
      const text = `${message.text}\nThe pictures are too large for Slack. They are kept.`;
      return { ...message, text, pictures: [] };
    }
  }

  async function whisper(address: SlackAddress, message: Message): Promise<void> {
    const { channel, thread, user } = address;
    const body = render(channel, message, []);
    try {
      if (channel === null) throw new Error("no channel to whisper in");
      const args = { channel, user, ...body, ...(thread === null ? {} : { thread_ts: thread }) };
      await api.call(address, { method: "chat.postEphemeral", args, channel, repeatable: false });
    } catch (error) {
      // A reply that was lost was most likely seen; saying it twice helps nobody.
      if (channel !== null && faultOf(error).kind === "lost") return;
      if (await respond(address, body)) return;
      await write(
        address,
        message,
        { key: `reply-${address.event}`, state: "answer" },
        {
          channel: await directChannel(address, user),
          thread: null,
        },
      );
    }
  }

  function pause(ms: number): Promise<void> {
    return new Promise((resolve) => clock.after(ms, resolve, { keepAlive: true }));
  }

  return {
    deliver: (address, message, key) => settle(() => answer(address, erasable(message, address.locale), key)),
    post: (address, message, key) =>
      settle(async () => {
        const { channel } = address;
        const known = await posts.find(address, key);
        if (known?.state === "answer") return;
        const target = { channel: channel ?? (await directChannel(address, address.user)), thread: null };
        const kept: Kept = { key, state: "answer" };
        await (known ? edit(address, message, kept, known) : write(address, message, kept, target));
      }),
    async withdraw(address, key) {
      const record = await posts.find(address, key);
      if (!record || !(await remove(address, record))) return false;
      await uploads.remove(address, record.files);
      await records.forget(key);
      return true;
    },
    async reply(address, message) {
      if (address.execution !== null) return steps.refuse(address, message);
      const alone = (message.private || address.hidden) && !isDirect(address.channel);
      if (alone && message.pictures.length === 0) return whisper(address, message);
      await answer(address, message, `reply-${address.event}`);
      if (alone) await whisper(address, notice(DIRECTLY));
    },
    async showStatus(address, message, key) {
      const record = await posts.find(address, key);
      if (record?.state === "answer") return "over";
      if (record) {
        const { channel, ts } = record;
        const body = render(channel, message, [], address.user);
        await api.call(address, {
          method: "chat.update",
          args: { channel, ts, ...body },
          channel,
          repeatable: true,
          attempts: 1,
        });
        return "shown";
      }
      await climb(address, message, address.hidden, { key, state: "status" });
      if (address.hidden && !isDirect(address.channel)) {
        await whisper(address, notice(DIRECTLY));
      }
      return "shown";
    },
  };
}

/** Pictures can be erased from where they stand; other platforms have fewer buttons in a row and offer it elsewhere. */
function erasable(message: Message, locale: string): Message {
  const job = message.kind === "result" ? jobOfButtons(message.buttons.flat().map(({ id }) => id)) : undefined;
  return job === undefined ? message : withDelete(message, job, locale);
}

/** What goes to somebody directly although it was asked for in a channel says so. */
function elsewhere(address: SlackAddress, hidden: boolean, { channel }: Target, message: Message): Message {
  if (hidden || isDirect(address.channel) || !isDirect(channel)) return message;
  return { ...message, text: `${message.text}\n${ELSEWHERE}` };
}
