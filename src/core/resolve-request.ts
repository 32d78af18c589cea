import { UserError } from "./errors.ts";
import type { BlobRef, ImageRequest, InputRole, Mode, PictureRef } from "./image-request.ts";
import type { OptionValues } from "./interaction.ts";
import { MODE_PHRASES, SCORER_MISSING, SKETCH_UNFIT } from "./mode-phrases.ts";
import type { ModelInfo, ModelLibrary } from "./model.ts";
import { didYouMean } from "./nearest.ts";
import type { OptionValue, Size } from "./option-values.ts";
import { IMAGINE_OPTIONS, MAX_PROMPT_CHARS, MAX_SEED } from "./options.ts";
import { parsePrompt } from "./parse-prompt.ts";
import { expandPermutations } from "./permutations.ts";
import { drawPictures, readStyle } from "./picture-styles.ts";
import { readAspectSize, readSize, sizeForAspect, sizeForPicture } from "./picture-size.ts";
import { excerpt } from "./plain-text.ts";
import { resolveSampler, SAMPLERS } from "./samplers.ts";
import { unknownWordsNote } from "./vocabulary.ts";

export interface ResolveDeps {
  readonly models: ModelLibrary;
  /** A random integer in [0, below). */
  readonly random: (below: number) => number;
}

/** What a mode needs beside pictures. */
export type ModeDetails = Pick<ImageRequest, "expand" | "region" | "blendWeights" | "factor">;

/** What somebody asks for. All option values are checked by the table (core/option-values.ts). */
export interface Wish {
  readonly prompt: string;
  readonly options: OptionValues;
  /** The person's own settings, or an earlier request's options; they give way where the model cannot follow them. */
  readonly defaults?: OptionValues;
  /** Default: what the inputs call for. */
  readonly mode?: Mode;
  readonly inputs?: Partial<Record<InputRole, BlobRef | PictureRef>>;
  /** Where the mode makes it; else an input picture's, as far as the model can draw it. An option goes before both. */
  readonly size?: Size;
  /** What else the mode needs. */
  readonly details?: ModeDetails;
  /** What the pictures are drawn from in place of the prompt, where that only names them. */
  readonly drawnFrom?: string;
  /** Sentences for the person about choices that were made before. */
  readonly notes?: readonly string[];
  readonly parent?: ImageRequest["parent"];
}

/**
 * One complete request for every prompt that a text with braces and flags stands for. Options that were typed apart (Discord's fields)
 * join those in the text; naming one twice is an error. Throws UserError.
 */
export function resolveRequests(wish: Wish, deps: ResolveDeps): ImageRequest[] {
  return expandPermutations(wish.prompt).map((prompt) => {
    const { text, values } = parsePrompt(prompt, IMAGINE_OPTIONS);
    const twice = Object.keys(values).find((name) => Object.hasOwn(wish.options, name));
    if (twice !== undefined) throw new UserError("option-repeated", { flag: twice });
    return resolveRequest({ ...wish, prompt: text, options: { ...wish.options, ...values } }, deps);
  });
}

/**
 * Makes every choice that a request leaves open: the person's settings, then the model's defaults; the seed is drawn here, before the
 * queue, so that a restart draws the same picture. Throws a UserError that names the field and what the model can do.
 */
export function resolveRequest(wish: Wish, deps: ResolveDeps): ImageRequest {
  const { prompt, options, inputs } = wish;
  const hasInput = inputs !== undefined && Object.keys(inputs).length > 0;
  // A picture says something without words.
  if (prompt.trim() === "" && !hasInput) throw new UserError("prompt-empty");
  if (prompt.length > MAX_PROMPT_CHARS) {
    throw new UserError("prompt-too-long", { length: prompt.length, limit: MAX_PROMPT_CHARS });
  }
  const mode = wish.mode ?? modeFor(inputs);
  const model = chooseModel(options, wish.defaults ?? {}, deps.models, mode);
  const defaults = fittingDefaults(wish.defaults ?? {}, model);
  checkMode(model, mode);
  checkLimit(model, "count", options["count"], model.limits.maxCount);
  checkLimit(model, "steps", options["steps"], model.limits.maxSteps);

  const chosen = { ...defaults, ...options };
  const wanted = asText(options["style"]);
  const style = wanted === undefined ? asText(defaults["style"]) : readStyle(model, wanted);
  const seed = asNumber(chosen["seed"]) ?? deps.random(MAX_SEED + 1);
  const shown = asNumber(chosen["count"]) ?? 1;
  const bestOf = bestOfIn(chosen, model);
  const count = shown * (bestOf ?? 1);

  return {
    mode,
    prompt,
    negativePrompt: asText(chosen["negative"]) ?? model.defaults.negativePrompt,
    model: model.id,
    ...chooseSize(model, options, wish.size ?? usualSize(model, defaults, inputs?.image)),
    steps: asNumber(chosen["steps"]) ?? model.defaults.steps,
    guidanceScale: asNumber(chosen["guidance"]) ?? model.defaults.guidanceScale,
    ...tuningOf(model),
    scheduler: chooseScheduler(asText(chosen["sampler"]) ?? model.defaults.sampler),
    pictures: drawPictures(
      { prompt: wish.drawnFrom ?? prompt, seed, count, ...(style === undefined ? {} : { style }) },
      model,
    ),
    ...(bestOf === undefined ? {} : { bestOf }),
    ...(style === undefined ? {} : { style }),
    ...(hasInput ? { inputs, strength: strengthOf(chosen, model) } : {}),
    ...wish.details,
    tile: chosen["tile"] === true,
    private: chosen["private"] === true,
    ...(wish.parent === undefined ? {} : { parent: wish.parent }),
    notes: [
      ...(wish.notes ?? []),
      unknownWordsNote(prompt, model),
      ...["strength", "sketch"]
        .filter((name) => options[name] !== undefined && !hasInput)
        .map((name) => `${name} has no effect without an input picture.`),
    ].filter((note) => note !== undefined),
  };
}

/** What a model needs set and people do not choose. */
function tuningOf({ defaults }: ModelInfo): Pick<ImageRequest, "clipSkip" | "guidanceRescale" | "imageGuidanceScale"> {
  const { clipSkip, guidanceRescale, imageGuidanceScale } = defaults;
  return {
    ...(clipSkip === undefined ? {} : { clipSkip }),
    ...(guidanceRescale === undefined ? {} : { guidanceRescale }),
    ...(imageGuidanceScale === undefined ? {} : { imageGuidanceScale }),
  };
}

/** A sketch is redrawn from noise alone: its shapes come through the canvas of a picture memory. Throws UserError model-cannot, options-conflict. */
function strengthOf(chosen: OptionValues, model: ModelInfo): number {
  const strength = asNumber(chosen["strength"]);
  if (chosen["sketch"] !== true) return strength ?? model.defaults.strength;
  if (strength !== undefined) throw new UserError("options-conflict", { first: "sketch", second: "strength" });
  if (!model.memory) throw new UserError("model-cannot", { model: model.id, mode: SKETCH_UNFIT });
  return 1;
}

/** Throws UserError model-cannot when the model does not have the mode. */
export function checkMode(model: ModelInfo, mode: Mode): void {
  if (!model.modes.includes(mode)) {
    throw new UserError("model-cannot", { model: model.id, mode: MODE_PHRASES[mode] });
  }
}

/** Candidates for each picture that is shown; undefined = one. Throws UserError model-cannot without a scorer. */
function bestOfIn(chosen: OptionValues, model: ModelInfo): number | undefined {
  const bestOf = asNumber(chosen["best-of"]) ?? 1;
  if (bestOf === 1) return undefined;
  if (model.scorer !== true) throw new UserError("model-cannot", { model: model.id, mode: SCORER_MISSING });
  return bestOf;
}

/**
 * The model that was named; else the person's usual one, or the program's, where it has the mode, else the first that has. Throws UserError
 * model-unknown.
 */
export function chooseModel(
  options: OptionValues,
  defaults: OptionValues,
  models: ModelLibrary,
  mode: Mode,
): ModelInfo {
  const named = asText(options["model"]);
  if (named !== undefined) return models.get(named);
  // A model that somebody chose last month may be gone.
  const usual = models.list().find(({ id }) => id === defaults["model"]) ?? models.get(models.defaultId);
  if (usual.modes.includes(mode)) return usual;
  return models.list().find(({ modes }) => modes.includes(mode)) ?? usual;
}

function modeFor(inputs: Wish["inputs"]): Mode {
  if (inputs?.second) return "blend";
  if (inputs?.mask) return "inpaint";
  if (inputs?.control) return "controlnet";
  return inputs?.image ? "image-to-image" : "text-to-image";
}

/** Defaults that mean the same for every model. */
const GENERAL: readonly string[] = ["negative", "ar", "private", "tile", "seed"];

/** The defaults that this model can follow. Numbers and names that were chosen for a model are for that model. */
function fittingDefaults(defaults: OptionValues, model: ModelInfo): OptionValues {
  const styles = model.vocabulary?.styles ?? {};
  return Object.fromEntries(
    Object.entries(defaults).flatMap(([name, value]) => {
      if (name === "style") return Object.hasOwn(styles, String(value)) ? [[name, value]] : [];
      if (name === "best-of") return model.scorer === true ? [[name, value]] : [];
      if (name === "count") return [[name, Math.min(Number(value), model.limits.maxCount)]];
      return GENERAL.includes(name) || defaults["model"] === model.id ? [[name, value]] : [];
    }),
  );
}

function chooseSize(model: ModelInfo, options: OptionValues, otherwise: Size): Size {
  const size = asText(options["size"]);
  const aspect = asText(options["ar"]);
  if (size !== undefined && aspect !== undefined) {
    throw new UserError("options-conflict", { first: "size", second: "ar" });
  }
  if (size !== undefined) return readSize(model, size);
  return aspect === undefined ? otherwise : readAspectSize(model, aspect);
}

function usualSize(model: ModelInfo, defaults: OptionValues, image?: BlobRef | PictureRef): Size {
  const [size, aspect] = [asText(defaults["size"]), asText(defaults["ar"])];
  if (size !== undefined) return readSize(model, size);
  if (image && "widthPx" in image) return sizeForPicture(model, image);
  return (aspect === undefined ? undefined : sizeForAspect(model, aspect)) ?? model.sizes.default;
}

function chooseScheduler(sampler: string): ImageRequest["scheduler"] {
  if (sampler === "") return { name: "", config: {} };
  const found = resolveSampler(sampler);
  if (found) return found;
  const names = Object.keys(SAMPLERS);
  throw new UserError("option-not-a-choice", {
    option: "sampler",
    value: excerpt(sampler),
    hint: didYouMean(sampler, names),
    choices: names.join(", "),
  });
}

/** The table's limits are everybody's; a model may have narrower ones. */
function checkLimit(model: ModelInfo, option: string, value: OptionValue | undefined, max: number): void {
  if (typeof value === "number" && value > max) {
    throw new UserError("option-out-of-range", { option: `${option} (${model.id})`, min: 1, max, value });
  }
}

function asText(value: OptionValue | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function asNumber(value: OptionValue | undefined): number | undefined {
  return typeof value === "number" ? value : undefined;
}
