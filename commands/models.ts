import type { Command } from "../src/core/command.ts";
import { notice } from "../src/core/message.ts";
import { MODE_PHRASES } from "../src/core/mode-phrases.ts";
import type { ModelInfo, ModelLibrary } from "../src/core/model.ts";
import { IMAGE_OPTIONS } from "../src/core/options.ts";
import { describeSizes } from "../src/core/picture-size.ts";

const MODEL_OPTION = IMAGE_OPTIONS.find(({ name }) => name === "model")!;
const MAX_THINGS = 200;

export default {
  name: "models",
  description: "The models that can draw, and what they can do",
  options: [{ ...MODEL_OPTION, flags: [], description: "Everything about this one" }],
  async run({ models, reply }, { model }) {
    const text =
      model === undefined
        ? models
            .list()
            .map((info) => summary(info, models))
            .join("\n\n")
        : details(models.get(String(model)), models);
    await reply(notice(text, { kind: "list" }));
  },
} satisfies Command;

/** One model may as well be shown whole. */
function summary(model: ModelInfo, models: ModelLibrary): string {
  if (models.list().length === 1) return details(model, models);
  return [heading(model, models), describeSizes(model)].join("\n");
}

function details(model: ModelInfo, models: ModelLibrary): string {
  const { defaults, limits, modes, vocabulary } = model;
  return [
    heading(model, models),
    describeSizes(model),
    `It can ${modes.map((mode) => MODE_PHRASES[mode]).join(", ")}.`,
    `Defaults: ${defaults.steps} steps (at most ${limits.maxSteps}), guidance ${defaults.guidanceScale}. At most ${limits.maxCount} pictures at once.`,
    ...(vocabulary ? [`It knows ${listThings(Object.keys(vocabulary.concepts))}.`] : []),
  ].join("\n");
}

function heading({ id, title, licence }: ModelInfo, { defaultId }: ModelLibrary): string {
  return `**${id}**${id === defaultId ? " (default)" : ""} · ${title} · ${licence}`;
}

function listThings(things: readonly string[]): string {
  const more = things.length > MAX_THINGS ? ` and ${things.length - MAX_THINGS} more` : "";
  return `${things.length} things: ${things.slice(0, MAX_THINGS).join(", ")}${more}`;
}
