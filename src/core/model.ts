import type { Mode } from "./image-request.ts";

/** Words of a model with a closed vocabulary, and the styles it draws from. */
export interface Vocabulary {
  /** Known thing -> phrases for it. */
  readonly concepts: Readonly<Record<string, readonly string[]>>;
  /** Style -> phrases; the first is what a drawn style adds to the prompt. */
  readonly styles: Readonly<Record<string, readonly string[]>>;
  /** The styles that a prompt that names none is drawn in; absent: all. */
  readonly usualStyles?: readonly string[] | undefined;
  /** Everything else the model understands: colours, sizes, scenes, relations; phrases. */
  readonly words: readonly string[];
}

/** A model as the front knows it: models/<id>/model.json, checked. No weights are loaded for it. */
export interface ModelInfo {
  readonly id: string;
  readonly title: string;
  readonly licence: string;
  /** Folder on disk. */
  readonly path: string;
  readonly modes: readonly Mode[];
  readonly sizes: {
    readonly default: { readonly widthPx: number; readonly heightPx: number };
    /** Only these, when given. */
    readonly only?: readonly { readonly widthPx: number; readonly heightPx: number }[];
    readonly multipleOf: number;
    readonly minPx: number;
    readonly maxPx: number;
  };
  readonly defaults: {
    readonly steps: number;
    readonly guidanceScale: number;
    readonly negativePrompt: string;
    /** Sampler name as people type it; see core/samplers.ts. Empty = the model folder's own scheduler. */
    readonly sampler: string;
    readonly strength: number;
    /** diffusers' clip_skip: 1 reads the last layer but one. */
    readonly clipSkip?: number | undefined;
    /** diffusers' guidance_rescale, for models of zero terminal SNR: 0.7. */
    readonly guidanceRescale?: number | undefined;
    /** diffusers' image_guidance_scale, for instruct-pix2pix. */
    readonly imageGuidanceScale?: number | undefined;
  };
  readonly limits: { readonly maxSteps: number; readonly maxCount: number };
  readonly vocabulary?: Vocabulary;
  /** Tells how well pictures fit a text, so that the best of several candidates can be shown. */
  readonly scorer?: true;
  /** It draws from a picture memory: it reads plain words itself, says what it did not know, and can be taught. */
  readonly memory?: true;
  /** The decoder makes transparent pictures. */
  readonly alpha: boolean;
}

/** The installed models. Lookups are from memory. */
export interface ModelLibrary {
  list(): readonly ModelInfo[];
  /** Throws UserError model-unknown with the nearest names. */
  get(id: string): ModelInfo;
  readonly defaultId: string;
}
