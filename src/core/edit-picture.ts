import { optionsOf, escapePrompt } from "./command-text.ts";
import type { Context } from "./command.ts";
import { EDITS, type Edit } from "./edit-options.ts";
import { UserError } from "./errors.ts";
import { pictureOf } from "./follow-up-requests.ts";
import type { GivenPicture } from "./given-picture.ts";
import { REGIONS, type Mode, type PictureRef } from "./image-request.ts";
import type { OptionValues } from "./interaction.ts";
import type { ModelInfo, ModelLibrary } from "./model.ts";
import { formatSize } from "./option-values.ts";
import { IMAGE_OPTIONS } from "./options.ts";
import { planAspect, planZoom, type Direction, type OutpaintPlan } from "./outpaint-plan.ts";
import { readDefaults } from "./place-settings.ts";
import { describeSizes } from "./picture-size.ts";
import { requestPictures } from "./request-pictures.ts";
import { checkMode, chooseModel, type Wish } from "./resolve-request.ts";
import { outpaintStrength, surroundingWords } from "./surroundings.ts";

const MODES = {
  restyle: "image-to-image",
  inpaint: "inpaint",
  outpaint: "outpaint",
  sketch: "image-to-image",
  instruct: "instruct",
} as const satisfies Record<Edit, Mode>;

const DEFAULT_ZOOM = 1.5;
/** What an edit takes over from the picture's request. */
const KEPT_OPTIONS = IMAGE_OPTIONS.filter(({ name }) =>
  ["negative", "model", "style", "sampler", "steps", "guidance", "private"].includes(name),
);
/** Shapes that differ less are equal but for rounding. */
const SAME_SHAPE = 1.02;

/**
 * Submits an edit of a picture, as /edit, its buttons and forms ask for it. `options` are those of EDIT_OPTIONS without the picture; the words
 * are the picture's own where none are given. Rejects with UserError.
 */
export async function editPicture(
  context: Context,
  given: GivenPicture,
  prompt: string,
  options: OptionValues,
): Promise<void> {
  const { ar, ...general } = only(IMAGE_OPTIONS, options);
  const known = given.source?.job.request.prompt ?? "";
  const words = prompt.trim() === "" ? known : prompt;
  const defaults = await defaultsFor(context, given);
  const usual = chooseModel(general, defaults, context.models, "text-to-image");
  const edit = editOf(options, words, usual);
  const model = modelFor(edit, general, defaults, context.models);
  checkMode(model, MODES[edit]);
  const isExtended = edit === "outpaint";
  const plan = await PLANS[edit]({ context, given, model, options });
  const { source } = given;
  await requestPictures(context, {
    // It was taken apart already.
    prompt: escapePrompt(words),
    ...(isExtended && words === known ? { drawnFrom: surroundingWords(known, model) } : {}),
    options: isExtended
      ? // Its shape is the plan's.
        { strength: outpaintStrength(model), ...general }
      : { ...general, ...(ar === undefined ? {} : { ar }), ...(edit === "sketch" ? { sketch: true } : {}) },
    defaults: { ...defaults, model: model.id },
    mode: MODES[edit],
    ...plan,
    inputs: { image: given.ref, ...plan.inputs },
    ...(source ? { parent: { job: source.job.id, index: source.index } } : {}),
  });
}

/** What the picture was drawn with goes on, but for what belongs to that one drawing. */
async function defaultsFor({ settings, interaction }: Context, { source }: GivenPicture): Promise<OptionValues> {
  const own = await readDefaults(settings, interaction);
  if (!source) return own;
  const { style } = pictureOf(source.job, source.index).recipe;
  return {
    ...own,
    ...only(KEPT_OPTIONS, optionsOf(source.job.request)),
    // Also the one that it drew by chance.
    ...(style === undefined ? {} : { style }),
  };
}

function only(options: readonly { readonly name: string }[], values: OptionValues): OptionValues {
  return Object.fromEntries(Object.entries(values).filter(([name]) => options.some((option) => option.name === name)));
}

/** The edit that was named, or the one that the other options mean. */
function editOf({ mode, mask, region, direction, zoom, ar }: OptionValues, words: string, model: ModelInfo): Edit {
  const named = EDITS.find((edit) => edit === mode);
  if (named) return named;
  if (mask !== undefined || region !== undefined) return "inpaint";
  if (direction !== undefined || zoom !== undefined || ar !== undefined) return "outpaint";
  if (words.trim() === "") throw new UserError("edit-nothing", { choices: EDITS.join(", ") });
  return model.modes.includes("instruct") && !model.modes.includes("image-to-image") ? "instruct" : "restyle";
}

/** Sketches need a model that can lay them on its canvas; somebody may have named another one, and is told. */
function modelFor(edit: Edit, options: OptionValues, defaults: OptionValues, models: ModelLibrary): ModelInfo {
  const usual = chooseModel(options, defaults, models, MODES[edit]);
  if (edit !== "sketch" || usual.memory || options["model"] !== undefined) return usual;
  return models.list().find(({ memory, modes }) => memory && modes.includes(MODES.sketch)) ?? usual;
}

interface Asked {
  readonly context: Context;
  readonly given: GivenPicture;
  readonly model: ModelInfo;
  readonly options: OptionValues;
}

/** What an edit adds to the wish. */
type Plan = Pick<Wish, "inputs" | "size" | "details" | "notes">;

const PLANS: Readonly<Record<Edit, (asked: Asked) => Plan | Promise<Plan>>> = {
  restyle: () => ({}),
  sketch: () => ({}),
  instruct: () => ({}),
  inpaint: planInpaint,
  outpaint: planOutpaint,
};

async function planInpaint({ context, given, options: { mask, region } }: Asked): Promise<Plan> {
  if (mask !== undefined && region !== undefined) {
    throw new UserError("options-conflict", { first: "mask", second: "region" });
  }
  const named = REGIONS.find((one) => one === region);
  if (named) return { details: { region: named } };
  if (mask === undefined) throw new UserError("edit-place-missing", { regions: REGIONS.join(", ") });
  const white = await context.upload(String(mask));
  if (isSameShape(white, given.ref)) return { inputs: { mask: white } };
  throw new UserError("mask-mismatch", { mask: formatSize(white), picture: formatSize(given.ref) });
}

function planOutpaint({ given, model, options }: Asked): Plan {
  const { expand, size, notes } = outpaintPlan(model, given.ref, options);
  return { size, details: { expand }, notes };
}

function outpaintPlan(model: ModelInfo, picture: PictureRef, { ar, direction, zoom }: OptionValues): OutpaintPlan {
  const factor = typeof zoom === "number" ? zoom : DEFAULT_ZOOM;
  if (ar === undefined) return planZoom(model, picture, (direction ?? "all") as Direction, factor);
  if (direction !== undefined) throw new UserError("options-conflict", { first: "ar", second: "direction" });
  if (zoom !== undefined) throw new UserError("options-conflict", { first: "ar", second: "zoom" });
  const plan = planAspect(model, picture, String(ar));
  if (plan) return plan;
  throw new UserError("aspect-not-supported", { model: model.id, aspect: String(ar), supported: describeSizes(model) });
}

function isSameShape(a: PictureRef, b: PictureRef): boolean {
  const ratio = a.widthPx / a.heightPx / (b.widthPx / b.heightPx);
  return Math.max(ratio, 1 / ratio) <= SAME_SHAPE;
}
