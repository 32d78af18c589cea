import type { TaughtRef } from "./taught.ts";

/** What the engine can be asked to do; diffusers' task names. */
export const MODES = [
  "text-to-image",
  "image-to-image",
  "inpaint",
  "outpaint",
  "instruct",
  "controlnet",
  "blend",
  "upscale",
] as const;
export type Mode = (typeof MODES)[number];

/** A stored picture by the sha256 of its bytes (see BlobStore). */
export interface BlobRef {
  readonly sha256: string;
  readonly mimeType: string;
  /** It came from outside: whatever is made from it is judged by the strictest class of the policy. */
  readonly uploaded?: true;
}

/** A stored picture whose size is known. */
export interface PictureRef extends BlobRef {
  /** The file had more frames; this is the first. */
  readonly animated?: true;
  readonly widthPx: number;
  readonly heightPx: number;
}

/** One picture of a request, complete: the same recipe and model give the same pixels, whatever else is in the request. */
export interface PictureRecipe {
  /** Seed of this picture's own generator, 0 to 2^32-1. Picture i of a request with seed s has s + i (modulo 2^32). */
  readonly seed: number;
  /** The text that is encoded for this picture: the person's prompt plus what the request drew for it (style). */
  readonly prompt: string;
  /** The style this picture drew from its seed or was given, by the model's name for it. */
  readonly style?: string;
  readonly variation?: PictureVariation;
}

/** Moves the initial noise towards another seed's by spherical interpolation; strength 0 to 1. */
export interface PictureVariation {
  readonly seed: number;
  readonly strength: number;
  /** Applied first: this is a variation of a variation. */
  readonly of?: PictureVariation;
}

/** A request with every choice made: it is stored before it is accepted, and a restart repeats it exactly. */
export interface ImageRequest {
  readonly mode: Mode;
  /** What the person typed, without options; shown to people. */
  readonly prompt: string;
  readonly negativePrompt: string;
  /** Folder name under models/. */
  readonly model: string;
  /** Size of the result; upscale: the input's size times `factor`. */
  readonly widthPx: number;
  readonly heightPx: number;
  /** num_inference_steps. */
  readonly steps: number;
  readonly guidanceScale: number;
  /** image_guidance_scale of instruct-pix2pix. */
  readonly imageGuidanceScale?: number;
  readonly guidanceRescale?: number;
  /** diffusers' class name, e.g. EulerDiscreteScheduler, with configuration overrides. */
  readonly scheduler: { readonly name: string; readonly config: Readonly<Record<string, string | number | boolean>> };
  readonly pictures: readonly PictureRecipe[];
  /** `pictures` are candidates: of every so many, one is shown; those that a scorer finds to fit the prompt best. Absent = all are shown. */
  readonly bestOf?: number;
  /** The style the person asked for; absent when the prompt names one or each picture draws its own. */
  readonly style?: string;
  /** strength of image to image and inpainting, 0 to 1. */
  readonly strength?: number;
  readonly clipSkip?: number;
  /** Makes the picture tile seamlessly in both directions. */
  readonly tile: boolean;
  /** The answer goes to the person alone. */
  readonly private: boolean;
  /** The prompt filters want the pictures behind a spoiler. */
  readonly spoiler?: boolean;
  /** Concepts of its community that its prompt names. */
  readonly taught?: readonly TaughtRef[];
  /** Input pictures by role. */
  readonly inputs?: Partial<Record<InputRole, BlobRef>>;
  /** upscale: how many times larger, 2 to 8. */
  readonly factor?: number;
  /** outpaint: pixels of the input added at each side; below 0, cut off there. */
  readonly expand?: { readonly top: number; readonly right: number; readonly bottom: number; readonly left: number };
  /** blend: the share of each picture (image, second, third ...); only their ratios count. Absent = equal shares. */
  readonly blendWeights?: readonly number[];
  /** inpaint without a mask: the part of the picture that is repainted. */
  readonly region?: Region;
  /** The request this one was made from (reroll, variation, upscale), for history. */
  readonly parent?: { readonly job: string; readonly index?: number };
  /** Words of the prompt that the model does not know; the reply says so. */
  readonly notes: readonly string[];
}

/** The pictures of a blend, in order. */
export const BLEND_ROLES = ["image", "second", "third", "fourth", "fifth"] as const;
export type InputRole = (typeof BLEND_ROLES)[number] | "mask" | "control";

/** Parts of a picture that can be named in chat. The centre is the middle half of both sides; the background is what its edges show. */
export const REGIONS = ["left", "right", "top", "bottom", "centre", "background"] as const;
export type Region = (typeof REGIONS)[number];

/** How many pictures of a request are shown. */
export function shownCount({ pictures, bestOf = 1 }: Pick<ImageRequest, "pictures" | "bestOf">): number {
  return Math.ceil(pictures.length / bestOf);
}

/** Relative device work of a request: steps x megapixels x pictures. The queue turns it into seconds with what it has measured. */
export function predictedCost(request: ImageRequest): number {
  const megapixels = (request.widthPx * request.heightPx) / 1e6;
  return Math.max(1, request.steps) * megapixels * request.pictures.length;
}
