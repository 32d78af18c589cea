import type { Context } from "../../src/core/command.ts";
import type { ModelChoice } from "../../src/core/community-models.ts";
import { UserError } from "../../src/core/errors.ts";
import type { OptionValues } from "../../src/core/interaction.ts";
import type { ModelLibrary } from "../../src/core/model.ts";
import { readPlaceSettings } from "../../src/core/place-settings.ts";
import { quoteText } from "../../src/core/plain-text.ts";
import { dateText, type Action } from "./action.ts";

type History = readonly [ModelChoice, ...ModelChoice[]];

/** Which model draws what names none. */
export const MODEL_ACTIONS = {
  model: showModel,
  "model-use": useModel,
  "model-rollback": rollBackModel,
} as const satisfies Record<string, Action>;

async function showModel(context: Context): Promise<string> {
  const { moderation, interaction, models } = context;
  const [current, before] = await moderation.models.history(interaction);
  const { id } = inUse(current, models);
  const gone = current.model === undefined || current.model === id ? [] : [`${code(current.model)} is not installed.`];
  return [
    `**${code(id)}** draws here what names no model${by(current)}.`,
    ...gone,
    ...beforeLine(before, models),
    ...(await channelLine(context)),
    `Installed: ${models
      .list()
      .map((model) => code(model.id))
      .join(", ")}. \`/admin model-use --model …\` tries one and takes it.`,
  ].join("\n");
}

async function useModel(context: Context, { model }: OptionValues): Promise<string> {
  const { moderation, interaction, models } = context;
  if (typeof model !== "string") {
    throw new UserError("option-missing-value", { flag: "--model", example: `--model ${models.defaultId}` });
  }
  const [current] = await moderation.models.history(interaction);
  const history = await moderation.models.use(model, interaction);
  const done =
    current.model === model
      ? `**${code(model)}** draws here already; it was tried with one picture, and that is fine.`
      : `**${code(model)}** draws here from now on what names no model: it was tried with one picture, and the filters let that pass.`;
  return [done, ...beforeLine(history[1], models), ...(await channelLine(context))].join("\n");
}

async function rollBackModel(context: Context): Promise<string> {
  const { moderation, interaction, models } = context;
  const [current] = await moderation.models.history(interaction);
  const history: History = await moderation.models.rollBack(interaction);
  const { id } = inUse(history[0], models);
  return [
    `**${code(id)}** draws here again what names no model, in place of ${code(inUse(current, models).id)}.`,
    ...beforeLine(history[1], models),
    ...(await channelLine(context)),
  ].join("\n");
}

/** The model that really draws: what is gone is replaced by the operator's. */
function inUse({ model }: ModelChoice, models: ModelLibrary) {
  return models.list().find(({ id }) => id === model) ?? models.get(models.defaultId);
}

function beforeLine(before: ModelChoice | undefined, models: ModelLibrary): string[] {
  if (!before) return [];
  const name = code(before.model ?? models.defaultId);
  return [`Before it: ${name}${by(before)}; \`/admin model-rollback\` returns to it.`];
}

/** A channel's own choice goes before the server's. */
async function channelLine({ settings, interaction: { place } }: Context): Promise<string[]> {
  const { model } = await readPlaceSettings(settings, place, "channel");
  if (model === undefined || place.community === undefined) return [];
  return [`This channel has a model of its own: ${code(String(model))} (\`/settings --for channel\`).`];
}

function by({ model, by: who, at }: ModelChoice): string {
  const chosen = model === undefined ? ", the operator's default" : "";
  if (who === undefined || at === undefined) return chosen;
  return `${chosen}, since ${dateText(at)} by ${quoteText(who, 80)}`;
}

function code(id: string): string {
  return quoteText(id, 80);
}
