import { UserError } from "../core/errors.ts";
import type { GenerateTask, RawPicture } from "../core/generator.ts";
import { namedStyle } from "../core/picture-styles.ts";
import { BLEND_ROLES, type ImageRequest, type InputRole } from "../core/image-request.ts";
import type { Call } from "./call.ts";
import type { LoadedModel } from "./loaded-model.ts";
import { DEFAULTS } from "./modes/defaults.ts";
import { regionMask } from "./modes/region-mask.ts";
import { outpaintInputs } from "./modes/outpaint.ts";
import { refineSize } from "./modes/upscale.ts";
import { coverSize, resizePicture } from "./pictures.ts";

type Inputs = Partial<Record<InputRole, RawPicture>>;

/**
 * A request as calls of the engine; their pictures, one call after the other, are the request's. Each picture has its own generator, so
 * that it is the same alone and among others. Input pictures are cut to the shape that is drawn. No call where nothing has to be drawn
 * (upscaling without redrawing). Throws UserError input-missing.
 */
export function toCalls(
  { request, inputs, previews, taught = [] }: Pick<GenerateTask, "request" | "inputs" | "previews" | "taught">,
  model: LoadedModel,
): Call[] {
  const drawn = isStyleDrawn(request, model) ? { isStyleDrawn: true } : {};
  const call = { ...plainCall(request, previews), ...modeInputs(request, inputs, model), ...drawn, taught };
  if (request.mode === "upscale" && call.image === undefined) return [];
  // In diffusers' inpainting the first generator of a list samples the picture for all: alone, every picture samples its own.
  const isShared = request.mode === "inpaint" || request.mode === "outpaint";
  return isShared ? request.pictures.map((_, i) => onlyPicture(call, i)) : [call];
}

/** Whether the model has styles, and the person named none of them. */
function isStyleDrawn({ prompt, style }: ImageRequest, { memory }: LoadedModel): boolean {
  return memory !== undefined && style === undefined && namedStyle(prompt, memory.vocabulary.styles) === undefined;
}

function plainCall(request: ImageRequest, previews: boolean): Call {
  const { pictures, scheduler, negativePrompt } = request;
  return {
    mode: request.mode,
    prompts: pictures.map(({ prompt }) => prompt),
    // Nothing to avoid is diffusers' None.
    negativePrompts: pictures.map(() => (negativePrompt.trim() === "" ? undefined : negativePrompt)),
    promptSyntax: true,
    height: request.heightPx,
    width: request.widthPx,
    numInferenceSteps: request.steps,
    guidanceScale: request.guidanceScale,
    ...(request.imageGuidanceScale === undefined ? {} : { imageGuidanceScale: request.imageGuidanceScale }),
    ...(request.guidanceRescale === undefined ? {} : { guidanceRescale: request.guidanceRescale }),
    ...(request.strength === undefined ? {} : { strength: request.strength }),
    ...(request.clipSkip === undefined ? {} : { clipSkip: request.clipSkip }),
    // An empty name stands for the model folder's own scheduler.
    ...(scheduler.name === "" ? {} : { scheduler }),
    generator: { kind: "list", seeds: pictures.map(({ seed }) => seed) },
    variations: pictures.map(({ variation }) => variation),
    tile: request.tile,
    previews,
  };
}

/** What a mode takes from the input pictures. */
function modeInputs(request: ImageRequest, inputs: Inputs, model: LoadedModel): Partial<Call> {
  const { mode, widthPx, heightPx } = request;
  const need = (role: InputRole): RawPicture => {
    const picture = inputs[role];
    if (!picture) throw new UserError("input-missing", { mode, input: role });
    return picture;
  };
  const fitted = (role: InputRole) => coverSize(need(role), widthPx, heightPx);
  const control = inputs.control ? { control: { image: fitted("control") } } : {};

  switch (mode) {
    case "text-to-image":
      return control;
    case "image-to-image":
    case "instruct":
      return { ...control, image: fitted("image") };
    case "controlnet":
      return { control: { image: fitted("control") } };
    case "inpaint":
      return { ...control, image: fitted("image"), mask: maskOf(request, inputs, fitted) };
    case "outpaint": {
      const expand = request.expand ?? { top: 0, right: 0, bottom: 0, left: 0 };
      // Below strength 1, what is new starts from the picture's edge; of real scenes that leaves streaks.
      return { ...outpaintInputs(need("image"), expand, widthPx, heightPx), strength: request.strength ?? 1 };
    }
    case "blend":
      return {
        image: fitted("image"),
        others: ["second" as const, ...BLEND_ROLES.slice(2).filter((role) => inputs[role])].map(fitted),
        ...(request.blendWeights ? { shares: request.blendWeights } : {}),
      };
    case "upscale":
      break;
  }
  const image = need("image");
  const strength = request.strength ?? DEFAULTS.upscaleStrength;
  const size = strength > 0 ? refineSize(model, image, upscaledSize(request, image)) : undefined;
  if (!size) return {};
  const { widthPx: width, heightPx: height } = size;
  return { image: resizePicture(image, width, height), width, height, strength };
}

/** A mask that was given goes before a region that was named. */
function maskOf({ region }: ImageRequest, inputs: Inputs, fitted: (role: InputRole) => RawPicture): RawPicture {
  return inputs.mask === undefined && region !== undefined ? regionMask(region, fitted("image")) : fitted("mask");
}

/** The size of an enlarged picture: the input's times `factor`. */
export function upscaledSize({ factor = DEFAULTS.upscaleFactor }: ImageRequest, image: RawPicture) {
  return { widthPx: Math.round(image.widthPx * factor), heightPx: Math.round(image.heightPx * factor) };
}

function onlyPicture(call: Call, i: number): Call {
  const { seeds } = call.generator as Extract<Call["generator"], { kind: "list" }>;
  return {
    ...call,
    prompts: call.prompts.slice(i, i + 1),
    negativePrompts: call.negativePrompts!.slice(i, i + 1),
    variations: call.variations!.slice(i, i + 1),
    generator: { kind: "list", seeds: seeds.slice(i, i + 1) },
  };
}
