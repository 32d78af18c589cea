import type { Interaction, OptionValues } from "./interaction.ts";
import type { Job } from "./job.ts";
import type { JobQueue } from "./job-queue.ts";
import type { Logger } from "./logger.ts";
import type { Message } from "./message.ts";
import type { ModelLibrary } from "./model.ts";
import type { Moderation } from "./moderation.ts";
import type { OptionSpec } from "./options.ts";
import type { BlobRef, ImageRequest, PictureRef } from "./image-request.ts";
import type { PictureReport } from "./provenance.ts";
import type { KeyValueStore } from "./stores.ts";
import type { TaughtConcepts } from "./taught.ts";

/** What a command or button may use. It never sees a Discord or Slack object. */
export interface Context {
  readonly interaction: Interaction;
  readonly queue: JobQueue;
  readonly models: ModelLibrary;
  readonly settings: KeyValueStore;
  /** The operator's defaults for pictures from words, which everybody's own go before. */
  readonly defaults: OptionValues;
  readonly moderation: Moderation;
  /** Says where a picture comes from, and why: a stored one, or the file at an address as `upload` takes it, which is read and not kept. */
  readonly verify: (picture: BlobRef | string) => Promise<PictureReport>;
  /**
   * Takes in a picture that somebody attached, by its address at the platform (in the terminal: its path): fetches, decodes and reviews it,
   * and stores its pixels, without metadata and at most 2048 pixels on a side. Holds no device. Rejects with UserError upload-host,
   * upload-failed, picture-unreadable, upload-refused, and with what admission says to people who may not draw (banned, queue-paused).
   */
  readonly upload: (url: string) => Promise<PictureRef>;
  /** How well each phrase fits a stored picture, by the scorer of a model that has one (ModelInfo.scorer); higher fits better. Rejects with UserError. */
  readonly score: (model: string, picture: BlobRef, phrases: readonly string[]) => Promise<readonly number[]>;
  /** What the community taught (see /teach). */
  readonly taught: TaughtConcepts;
  readonly log: Logger;
  /** The commands that exist, for /help. */
  readonly commands: readonly CommandInfo[];
  readonly reply: (message: Message) => Promise<void>;
  /**
   * Checks limits and policy and enqueues complete requests, in order; the platform then shows their status and answers. Rejects with a
   * UserError and enqueues nothing when one is refused. An interaction submits once.
   */
  readonly submit: (requests: readonly ImageRequest[]) => Promise<readonly Job[]>;
  /** A random integer in [0, below): the only randomness commands have. */
  readonly random: (below: number) => number;
}

export interface CommandInfo {
  readonly name: string;
  readonly description: string;
  readonly options: readonly OptionSpec[];
  /** Its answers are jobs, for everybody to see unless asked otherwise; what does not draw answers the person alone. */
  readonly draws?: true;
}

/** A slash command: one file in commands/, `export default { ... } satisfies Command`. */
export interface Command extends CommandInfo {
  run(context: Context, options: OptionValues): Promise<void>;
}

/** A button: one file in commands/buttons/. `action` is the first part of its id. */
export interface Button {
  readonly action: string;
  /** As with commands; where it opens a form, what its `submit` starts. */
  readonly draws?: true;
  run(context: Context, press: Press): Promise<void>;
  /** Takes the form that `run` opened under the same id. */
  submit?(context: Context, press: Press, values: OptionValues): Promise<void>;
}

export interface Press {
  readonly job: Job;
  readonly index: number | undefined;
}

/** A button of no job: its id names something else (a request that waits for a yes, a form). */
export interface FreeButton {
  readonly action: string;
  readonly free: true;
  readonly draws?: true;
  run(context: Context, subject: string): Promise<void>;
  submit?(context: Context, subject: string, values: OptionValues): Promise<void>;
}

/** What a file in commands/buttons/ holds: `export default { ... } satisfies Button` or `FreeButton`. */
export type AnyButton = Button | FreeButton;
