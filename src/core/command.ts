import type { Interaction, OptionValues } from "./interaction.ts";
import type { Job } from "./job.ts";
import type { JobQueue } from "./job-queue.ts";
import type { Logger } from "./logger.ts";
import type { Message } from "./message.ts";
import type { ModelLibrary } from "./model.ts";
import type { OptionSpec } from "./options.ts";
import type { ImageRequest } from "./image-request.ts";
import type { KeyValueStore } from "./stores.ts";

/** What a command or button may use. It never sees a Discord or Slack object. */
export interface Context {
  readonly interaction: Interaction;
  readonly queue: JobQueue;
  readonly models: ModelLibrary;
  readonly settings: KeyValueStore;
  readonly log: Logger;
  /** The commands that exist, for /help. */
  readonly commands: readonly CommandInfo[];
  reply(message: Message): Promise<void>;
  /**
   * Checks limits and policy and enqueues complete requests, in order; the platform then shows their status and answers. `suffix` tells
   * apart several jobs of one interaction. Rejects with a UserError and enqueues nothing when one is refused.
   */
  submit(requests: readonly ImageRequest[]): Promise<readonly Job[]>;
  /** A random integer in [0, below): the only randomness commands have. */
  random(below: number): number;
}

export interface CommandInfo {
  readonly name: string;
  readonly description: string;
  readonly options: readonly OptionSpec[];
}

/** A slash command: one file in commands/, `export default { ... } satisfies Command`. */
export interface Command extends CommandInfo {
  run(context: Context, options: OptionValues): Promise<void>;
}

/** A button: one file in commands/buttons/. `action` is the first part of its id. */
export interface Button {
  readonly action: string;
  run(context: Context, press: { job: Job; index: number | undefined }): Promise<void>;
}
