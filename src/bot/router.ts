import { decodeButtonId, encodeButtonId } from "../core/button-id.ts";
import type { AnyButton, Command, Context } from "../core/command.ts";
import { UserError } from "../core/errors.ts";
import type { BlobRef } from "../core/image-request.ts";
import type { ButtonInteraction, CommandInteraction, FormInteraction, Interaction } from "../core/interaction.ts";
import { checkMaySee } from "../core/job-access.ts";
import type { JobQueue } from "../core/job-queue.ts";
import type { Logger } from "../core/logger.ts";
import { notice, type Message } from "../core/message.ts";
import type { ModelLibrary } from "../core/model.ts";
import type { Asker, Moderation } from "../core/moderation.ts";
import { didYouMean } from "../core/nearest.ts";
import { excerpt } from "../core/plain-text.ts";
import type { PictureReport } from "../core/provenance.ts";
import { errorText, textOf } from "../core/texts/text.ts";
import type { TaughtConcepts } from "../core/taught.ts";
import { readOptions } from "./read-options.ts";
import { submitRequests, type SubmitDeps } from "./submit-requests.ts";

export interface RouterDeps extends SubmitDeps {
  readonly commands: readonly Command[];
  readonly buttons: readonly AnyButton[];
  readonly queue: JobQueue;
  readonly models: ModelLibrary;
  readonly defaults: Context["defaults"];
  readonly moderation: Moderation;
  readonly verify: (picture: BlobRef | string, by: Asker) => Promise<PictureReport>;
  readonly score: Context["score"];
  readonly upload: (url: string, by: Asker) => ReturnType<Context["upload"]>;
  readonly taught: TaughtConcepts;
  readonly log: Logger;
  /** A random integer in [0, below). */
  readonly random: (below: number) => number;
}

export interface Router {
  /** Takes an interaction to its command or button; never rejects. */
  handle(interaction: Interaction): Promise<void>;
}

/**
 * The way from a platform's interaction to the code that serves it. A UserError becomes its sentence, for the person alone; anything else
 * is logged once under a short reference, and the person gets the reference.
 */
export function createRouter(deps: RouterDeps): Router {
  const commands = byKey(deps.commands, ({ name }) => name);
  const buttons = byKey(deps.buttons, ({ action }) => action);

  async function runCommand(context: Context, { command: name, options }: CommandInteraction): Promise<void> {
    const command = commands.get(name);
    if (!command) {
      throw new UserError("command-unknown", {
        command: excerpt(name),
        hint: didYouMean(
          `/${name}`,
          [...commands.keys()].map((known) => `/${known}`),
        ),
      });
    }
    await command.run(context, readOptions(command.options, options));
  }

  async function runButton(context: Context, interaction: ButtonInteraction | FormInteraction): Promise<void> {
    const ref = decodeButtonId(interaction.kind === "button" ? interaction.buttonId : interaction.formId);
    const button = buttons.get(ref.action);
    if (!button) throw new UserError("button-unknown");
    if ("free" in button) {
      if (interaction.kind === "button") return button.run(context, ref.job);
      if (!button.submit) throw new UserError("button-unknown");
      return button.submit(context, ref.job, interaction.values);
    }
    const job = await deps.queue.get(ref.job);
    if (!job) throw new UserError("job-unknown", { job: ref.job });
    checkMaySee(job, interaction.person, interaction.place);
    const press = { job, index: ref.index };
    if (interaction.kind === "button") return button.run(context, press);
    if (!button.submit) throw new UserError("button-unknown");
    return button.submit(context, press, interaction.values);
  }

  function explain(error: unknown, log: Logger): UserError {
    if (error instanceof UserError) {
      log.info("interaction declined", { code: error.code, ...("cause" in error ? { cause: error.cause } : {}) });
      return error;
    }
    const reference = Array.from({ length: 6 }, () => deps.random(36).toString(36)).join("");
    log.error("interaction failed", { reference, error });
    return new UserError("unexpected", { reference });
  }

  return {
    async handle(interaction) {
      const { kind, person, place } = interaction;
      const log = deps.log.child({ interaction: interaction.id, kind, person: person.id, platform: place.platform });
      // After the one answer, or when jobs are under way and answer themselves, an error is for the log alone.
      let answered = false;
      const context: Context = {
        interaction,
        queue: deps.queue,
        models: deps.models,
        settings: deps.settings,
        defaults: deps.defaults,
        moderation: deps.moderation,
        verify: (picture) => deps.verify(picture, interaction),
        score: deps.score,
        upload: (url) => deps.upload(url, interaction),
        taught: deps.taught,
        log,
        commands: deps.commands,
        random: deps.random,
        async reply(message) {
          answered = true;
          await interaction.reply(message);
        },
        async submit(requests) {
          const jobs = await submitRequests(deps, interaction, requests);
          answered = true;
          return jobs;
        },
      };
      try {
        if (interaction.kind === "command") await runCommand(context, interaction);
        else await runButton(context, interaction);
      } catch (error) {
        const told = explain(error, log);
        if (!answered) await tell(interaction, told, log);
      }
    },
  };
}

async function tell(interaction: Interaction, error: UserError, log: Logger): Promise<void> {
  try {
    await interaction.reply(composeError(error, interaction.locale));
  } catch (error) {
    log.error("reply failed", { error });
  }
}

/** An error as the person reads it, with what they can do about it. */
export function composeError(error: UserError, locale: string): Message {
  return { ...notice(errorText(error, locale), { kind: "error" }), buttons: remedies(error, locale) };
}

/** A refusal can be disputed by the id that it came with. */
function remedies({ params }: UserError, locale: string): Message["buttons"] {
  const { appeal } = params;
  if (typeof appeal !== "string") return [];
  return [
    [
      {
        id: encodeButtonId({ action: "appeal", job: appeal }),
        label: textOf(locale, "button.appeal"),
        shortcut: "appeal",
        style: "secondary",
      },
    ],
  ];
}

function byKey<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T> {
  return new Map(items.map((item) => [keyOf(item), item]));
}
