import type { JsonObject } from "../discord/json.ts";
import type { Waiters } from "../discord/waiters.ts";
import type { Envelope } from "./envelopes.ts";
import type { FileShares } from "./file-shares.ts";
import type { StoredFile } from "./files.ts";
import type { Grants } from "./grants.ts";
import { type Actor, type InjectDeps } from "./inject.ts";
import type { StoredMessage } from "./messages.ts";
import { createSent, type Sent } from "./sent.ts";
import { typedText } from "./typed-text.ts";
import type { StepResult, StepRun, WorkflowSteps } from "./workflow-steps.ts";
import type { Conversation, Person, SeededWorkspace } from "./world.ts";

export interface Saying extends Actor {
  /** As it is typed: `@easel a red fox` mentions the bot. */
  readonly text: string;
  readonly channelId?: string;
  readonly threadTs?: string;
  readonly files?: readonly { readonly filename: string; readonly bytes: Buffer }[];
}

/** What a person said, and the events that the app got of it. */
export interface Said {
  readonly message: StoredMessage;
  readonly events: readonly Sent[];
}

export interface StepSent extends Sent {
  readonly executionId: string;
  result(): StepResult | undefined;
  /** Rejects when `timeoutMs` (by default 10,000) pass before. */
  waitForResult(timeoutMs?: number): Promise<StepResult>;
}

/** The part of people that the app hears of by events. */
export interface Happenings {
  /** Posts a message as a person. The app gets `app_mention`, and `message` where it subscribed to that kind of conversation. */
  say(saying: Saying): Said;
  /** Uploads a file that nobody else sees yet, for example to give it to a modal. */
  upload(file: Actor & { readonly filename: string; readonly bytes: Buffer }): StoredFile;
  deleteMessage(message: StoredMessage): void;
  openHome(actor?: Actor): Sent;
  /** Runs the app's step in somebody's workflow. */
  workflowStep(
    step: Actor & { readonly callbackId: string; readonly inputs: JsonObject; readonly outputs?: StepRun["outputs"] },
  ): StepSent;
  /** An admin removes the app: its tokens die, and it hears of that. */
  uninstall(teamId?: string): readonly Sent[];
}

export interface HappeningDeps extends InjectDeps {
  readonly grants: Grants;
  readonly shares: FileShares;
  readonly steps: WorkflowSteps;
  readonly stepEnds: Waiters<StepRun>;
  /** The envelopes that a message caused. */
  readonly eventsOf: (message: StoredMessage) => readonly Envelope[];
}

/** Makes things happen in the workspace, and tells the app about them. */
export function createHappenings(deps: HappeningDeps): Happenings {
  const { world, payloads, ids } = deps;
  const person = (id?: string): Person => world.person(id ?? world.workspaces[0]!.alice.id)!;
  const workspaceOf = (who: Person): SeededWorkspace => world.workspace(who.teamId)!;

  function tell(workspace: SeededWorkspace, event: JsonObject): Sent {
    const envelope = deps.deliveries.send("events_api", payloads.event(workspace, event));
    return createSent(deps, envelope);
  }

  function store(who: Person, { filename, bytes }: { readonly filename: string; readonly bytes: Buffer }): StoredFile {
    const file = deps.files.create({ teamId: who.teamId, userId: who.id, name: filename, lengthBytes: bytes.length });
    file.bytes = bytes;
    file.processedAtMs = file.createdAtMs;
    return file;
  }

  function post(who: Person, conversation: Conversation, { text, threadTs, files = [] }: Saying): StoredMessage {
    const content = typedText(world, who.teamId, text, "message");
    const section = { type: "rich_text_section", elements: [{ type: "text", text: content }] };
    const fields = {
      client_msg_id: ids.uuid(),
      text: content,
      blocks: [{ type: "rich_text", elements: [section] }],
      ...(threadTs === undefined ? {} : { thread_ts: threadTs }),
    };
    if (files.length === 0) return deps.messages.create({ conversation, author: { userId: who.id } }, fields);
    return deps.shares.now(
      files.map((file) => store(who, file)),
      conversation,
      fields,
    );
  }

  return {
    say(saying) {
      const who = person(saying.userId);
      const conversation = world.conversation(saying.channelId ?? workspaceOf(who).general.id)!;
      const message = post(who, conversation, saying);
      const events = deps.eventsOf(message).map((envelope) => createSent(deps, envelope));
      return { message, events };
    },
    upload: (file) => store(person(file.userId), file),
    deleteMessage: (message) => void deps.messages.delete(message),
    openHome(actor = {}) {
      const who = person(actor.userId);
      const bot = payloads.grantOf(workspaceOf(who)).userId;
      const view = deps.views.home(who.id)?.view;
      return tell(workspaceOf(who), {
        type: "app_home_opened",
        user: who.id,
        channel: world.openDirect(who.teamId, [bot, who.id]).conversation.id,
        tab: "home",
        ...(view ? { view } : {}),
      });
    },
    workflowStep(step) {
      const who = person(step.userId);
      const workspace = workspaceOf(who);
      const run = deps.steps.start(step.callbackId, step.outputs);
      const sent = tell(workspace, {
        type: "function_executed",
        function: {
          id: ids.next("Fn"),
          callback_id: step.callbackId,
          title: step.callbackId,
          description: "",
          type: "app",
          input_parameters: [],
          output_parameters: [],
          app_id: deps.grants.appId,
          date_created: 0,
          date_updated: 0,
          date_deleted: 0,
          form_enabled: false,
        },
        inputs: step.inputs,
        function_execution_id: run.id,
        workflow_execution_id: ids.next("Wx"),
        bot_access_token: deps.grants.issueWorkflowToken(payloads.grantOf(workspace)),
      });
      return {
        ...sent,
        executionId: run.id,
        result: () => run.result,
        async waitForResult(timeoutMs) {
          const isDone = (one: StepRun) => one === run && one.result !== undefined;
          await deps.stepEnds.wait(`the end of step ${run.callbackId}`, [run], isDone, timeoutMs);
          return run.result!;
        },
      };
    },
    uninstall(teamId) {
      const workspace = world.workspace(teamId ?? world.workspaces[0]!.id)!;
      const grant = payloads.grantOf(workspace);
      const revoked = payloads.event(workspace, { type: "tokens_revoked", tokens: { oauth: [], bot: [grant.userId] } });
      const gone = payloads.event(workspace, { type: "app_uninstalled" });
      deps.grants.uninstall(grant);
      return [revoked, gone].map((payload) => createSent(deps, deps.deliveries.send("events_api", payload)));
    },
  };
}
