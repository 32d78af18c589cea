import type { Command, Context } from "../src/core/command.ts";
import { notice } from "../src/core/message.ts";
import { MODE_PHRASES } from "../src/core/mode-phrases.ts";
import type { ModelInfo, ModelLibrary } from "../src/core/model.ts";
import { IMAGE_OPTIONS } from "../src/core/options.ts";
import { describeSizes } from "../src/core/picture-size.ts";
import { readDefaults } from "../src/core/place-settings.ts";

const MODEL_OPTION = IMAGE_OPTIONS.find(({ name }) => name === "model")!;
const MAX_THINGS = 200;

export default {
  name: "models",
  description: "The models that can draw, and what they can do",
  options: [{ ...MODEL_OPTION, flags: [], description: "Everything about this one" }],
  async run(context, { model }) {
    const { models, reply } = context;
    const usual = await usualModel(context);
    const text =
      model === undefined
        ? models
            .list()
            .map((info) => summary(info, models, usual))
            .join("\n\n")
        : details(models.get(String(model)), usual);
    await reply(notice(text, { kind: "list" }));
  },
} satisfies Command;

/** What draws for this person here when they name none. */
async function usualModel({ models, settings, interaction }: Context): Promise<string> {
  const { model } = await readDefaults(settings, interaction);
  return models.list().find(({ id }) => id === model)?.id ?? models.defaultId;
}

/** One model may as well be shown whole. */
function summary(model: ModelInfo, models: ModelLibrary, usual: string): string {
  if (models.list().length === 1) return details(model, usual);
  return [heading(model, usual), describeSizes(model)].join("\n");
}

function details(model: ModelInfo, usual: string): string {
  const { defaults, limits, modes, vocabulary } = model;
  return [
    heading(model, usual),
    describeSizes(model),
    `It can ${modes.map((mode) => MODE_PHRASES[mode]).join(", ")}.`,
    `Defaults: ${defaults.steps} steps (at most ${limits.maxSteps}), guidance ${defaults.guidanceScale}. At most ${limits.maxCount} pictures at once.`,
    ...(vocabulary ? [`It knows ${listThings(Object.keys(vocabulary.concepts))}.`] : []),
  ].join("\n");
}

function heading({ id, title, licence }: ModelInfo, usual: string): string {
  return `**${id}**${id === usual ? " (default)" : ""} · ${title} · ${licence}`;
}

function listThings(things: readonly string[]): string {
  const more = things.length > MAX_THINGS ? ` and ${things.length - MAX_THINGS} more` : "";
  return `${things.length} things: ${things.slice(0, MAX_THINGS).join(", ")}${more}`;
}
