import { encodeButtonId } from "../../core/button-id.ts";
import type { Clock } from "../../core/clock.ts";
import { composeAnswer } from "../../core/compose-answer.ts";
import { UserError } from "../../core/errors.ts";
import type {
  ButtonInteraction,
  CommandInteraction,
  FormInteraction,
  Interaction,
  OptionValues,
} from "../../core/interaction.ts";
import type { JobQueue } from "../../core/job-queue.ts";
import { JOB_STATES } from "../../core/job.ts";
import type { Job, JobState } from "../../core/job.ts";
import type { Logger } from "../../core/logger.ts";
import type { ModelLibrary } from "../../core/model.ts";
import type { Form, Message, MessageButton } from "../../core/message.ts";
import type { DeliveryOutcome, Person, Platform, PlatformLimits, ReplyAddress } from "../../core/platform.ts";
import { typedButtons } from "./answer-text.ts";
import type { TypedButton } from "./answer-text.ts";
import { createFileDelivery } from "./deliver-files.ts";
import type { DeliverDeps } from "./deliver-files.ts";
import type { PictureTarget } from "./picture-files.ts";
import { TERMINAL_PLACE } from "./terminal-place.ts";
import { createProgressBar } from "./progress-bar.ts";

export interface SessionDeps extends DeliverDeps {
  /** Unique for each start of the program; it makes event ids unique. */
  readonly session: string;
  readonly person: Person;
  /** Where this session's pictures go. */
  readonly target: PictureTarget;
  readonly queue: Pick<JobQueue, "get" | "list">;
  /** What models can do decides what is offered with older answers. */
  readonly models?: Pick<ModelLibrary, "list">;
  readonly clock: Clock;
  readonly log: Logger;
  /** Fills in a form; without it there are no forms. */
  readonly askForm?: (form: Form) => Promise<OptionValues | undefined>;
}

/** What the prompt and the one-shot command have in common: they make interactions, show status and give answers. */
export interface Session {
  readonly platform: Pick<Platform, "limitsAt" | "showStatus" | "deliver" | "post">;
  listen(handle: (interaction: Interaction) => Promise<void>): void;
  /** Resolves when the command was handled; its jobs go on. */
  run(command: string, text: string): Promise<void>;
  press(buttonId: string): Promise<void>;
  /** The button behind something typed, in the newest answer or in a job's. Rejects with UserError shortcut-unknown. */
  find(shortcut: string, job?: string): Promise<MessageButton>;
  /** What can be typed to press the buttons of the answers above, the newest first, and of the job that is drawn. */
  shortcuts(): ReadonlySet<string>;
  /** An answer to this job was shown. */
  isJob(id: string): boolean;
  /** Something was asked that became a job. */
  started(): Promise<boolean>;
  /** Cancels the job that is drawn, or the oldest waiting one; false when there is none. */
  cancel(): Promise<boolean>;
  /** Resolves when every job of this session has its answer. */
  idle(): Promise<void>;
  /** The newest message, answer or reply. */
  newest(): Message | undefined;
  /** An error was shown. */
  failed(): boolean;
  /** Resolves when no interaction and no delivery is in flight. */
  settle(): Promise<void>;
}

/** Files have no size limit worth naming; the numbers are those of a very long message. */
const LIMITS: PlatformLimits = {
  attachmentBytes: 2 ** 30,
  attachmentsPerMessage: 100,
  altTextChars: 2000,
  messageChars: 100_000,
  buttonsPerRow: 10,
  buttonIdChars: 100,
  imageTypes: ["image/png"],
};

const POLL_MS = 250;
const REMEMBERED_ANSWERS = 100;
/** More than one person can have waiting. */
const LISTED_JOBS = 200;

/** What can be typed, and the button it presses. */
type Shortcuts = ReadonlyMap<string, TypedButton>;

/** The part of an interaction that differs. */
type Happening =
  | Pick<CommandInteraction, "kind" | "command" | "options">
  | Pick<ButtonInteraction, "kind" | "buttonId">
  | Pick<FormInteraction, "kind" | "formId" | "values">;

export function createSession(deps: SessionDeps): Session {
  const { session, person, screen, clock } = deps;
  const delivery = createFileDelivery(deps);
  const progress = createProgressBar({
    tty: deps.look.tty,
    clock,
    columns: () => screen.columns(),
    live: (line) => screen.live(line),
    print: (line) => screen.printError(line),
  });
  const answered = new Set<string>();
  const mine = new Set<string>();
  const inFlight = new Set<Promise<unknown>>();
  const answers = new Map<string, Shortcuts>();
  let newest: { message: Message; shortcuts: Shortcuts } | undefined;
  let handle: (interaction: Interaction) => Promise<void> = notStarted;
  let events = 0;
  let failed = false;
  let wake: (() => void) | undefined;

  const track = <T>(work: Promise<T>): Promise<T> => {
    const tracked = work.finally(() => inFlight.delete(tracked));
    inFlight.add(tracked);
    return tracked;
  };

  const remember = (key: string, message: Message): void => {
    if (message.kind === "error") failed = true;
    const shortcuts = shortcutsOf(message);
    if (shortcuts.size > 0 || !newest) newest = { message, shortcuts };
    answers.set(key, shortcuts);
    if (answers.size > REMEMBERED_ANSWERS) answers.delete(answers.keys().next().value!);
  };

  function interact(what: Happening): Promise<void> {
    const id = `terminal:${session}:${++events}`;
    const address: ReplyAddress = { platform: "terminal", session, interaction: id, ...deps.target };
    const base = {
      id,
      person,
      place: TERMINAL_PLACE,
      locale: "en",
      address,
      async reply(message: Message): Promise<void> {
        remember(id, message);
        await delivery.give(address, message, id);
      },
    };
    const { askForm } = deps;
    if (!askForm) return track(handle({ ...base, ...what }));
    const openForm = async (form: Form): Promise<void> => {
      // Not awaited by the opener, as on other platforms: filling in takes as long as it takes.
      void track(
        askForm(form).then((values) => (values ? interact({ kind: "form", formId: form.id, values }) : undefined)),
      );
    };
    return track(handle({ ...base, ...what, openForm }));
  }

  /** Newest first. */
  const ownJobs = async (states: readonly JobState[] = JOB_STATES): Promise<Job[]> => {
    const list = await deps.queue.list({ platform: "terminal", person: person.id, states, limit: LISTED_JOBS });
    return list.filter(({ address }) => address["session"] === session);
  };

  const onScreen = (): Shortcuts => {
    const drawn = progress.jobs().find(({ job }) => mine.has(job));
    // After u2, v3 still means the four pictures above: the newest answer that has it.
    const older = [...answers.values()].flatMap((shortcuts) => [...shortcuts]);
    return new Map([...older, ...(drawn ? shortcutsOf(drawn) : []), ...(newest?.shortcuts ?? [])]);
  };

  async function shortcutsOfJob(id: string): Promise<Shortcuts> {
    const job = await deps.queue.get(id);
    if (!job) throw new UserError("job-unknown", { job: id });
    return shortcutsOf(composeAnswer(job, deps.models));
  }

  async function deliver(address: ReplyAddress, message: Message, key: string): Promise<DeliveryOutcome> {
    const outcome = await delivery.deliver(address, message, key);
    if (address["session"] === session) remember(key, message);
    if (outcome.state === "undeliverable") failed = true;
    answered.add(key);
    progress.done(key);
    wake?.();
    return outcome;
  }

  return {
    platform: {
      limitsAt: () => LIMITS,
      showStatus(address, update) {
        if (address["session"] === session) mine.add(update.job);
        progress.update(update);
      },
      deliver: (address, message, key) => track(deliver(address, message, key)),
      post: (address, message, key) => track(deliver(address, message, key)),
    },
    listen(next) {
      handle = next;
    },
    run: (command, text) => interact({ kind: "command", command, options: text === "" ? {} : { text } }),
    press: (buttonId) => interact({ kind: "button", buttonId }),
    async find(shortcut, job) {
      const known = job === undefined ? onScreen() : (answers.get(job) ?? (await shortcutsOfJob(job)));
      const found = known.get(shortcut);
      if (found) return found.button;
      const typed = [...new Set([...known.values()].map((button) => button.shortcut))].join(", ");
      const hint = typed === "" ? " There is no answer yet." : ` Known: ${typed}.`;
      throw new UserError("shortcut-unknown", { shortcut, hint });
    },
    shortcuts: () => new Set(onScreen().keys()),
    isJob: (id) => answers.has(id),
    async cancel() {
      const open = await ownJobs(["running", "queued"]);
      const job = open.find(({ state }) => state === "running") ?? open.at(-1);
      if (!job) return false;
      await interact({ kind: "button", buttonId: encodeButtonId({ action: "cancel", job: job.id }) });
      return true;
    },
    async idle() {
      for (;;) {
        const open = (await ownJobs()).filter(({ id }) => !answered.has(id));
        if (open.length === 0) return;
        await new Promise<void>((resolve) => {
          const stopTimer = clock.after(POLL_MS, resolve, { keepAlive: true });
          wake = () => {
            stopTimer();
            resolve();
          };
        });
      }
    },
    started: async () => (await ownJobs()).length > 0,
    newest: () => newest?.message,
    failed: () => failed,
    async settle() {
      while (inFlight.size > 0) await Promise.allSettled(inFlight);
    },
  };
}

/** Buttons by shortcut and by label ("reroll"). */
function shortcutsOf(message: Pick<Message, "buttons">): Shortcuts {
  const typed = typedButtons(message).flat();
  const byLabel = typed.map((button) => [button.button.label.toLowerCase(), button] as const);
  return new Map([...byLabel, ...typed.map((button) => [button.shortcut, button] as const)]);
}

const notStarted = (): Promise<never> => Promise.reject(new Error("the terminal is not started"));
