import type { Mode } from "../core/image-request.ts";
import type { Manifest } from "./manifest.ts";
import type { ModelFacts } from "./model-facts.ts";

/** Sides in pixels that a family was trained on, where the folder does not say; sizes published by the families' authors. */
const NATIVE_PX: Readonly<Record<string, number>> = {
  "stable-diffusion": 512,
  "stable-diffusion-xl": 1024,
  "stable-diffusion-3": 1024,
  flux: 1024,
  pixart: 1024,
  sana: 1024,
};
/** Families whose denoiser sees patches of 2x2 cells. */
const PATCHED: readonly string[] = ["stable-diffusion-3", "flux", "pixart"];
/** Beyond this multiple of the native side pictures repeat motifs and attention needs too much memory. */
const MAX_SIDES = 2;

/** Steps and guidance that the authors of a family recommend. */
const DEFAULTS: Readonly<Record<string, Pick<Manifest["defaults"], "steps" | "guidanceScale">>> = {
  "stable-diffusion": { steps: 25, guidanceScale: 7.5 },
  "stable-diffusion-xl": { steps: 30, guidanceScale: 5 },
  "stable-diffusion-3": { steps: 28, guidanceScale: 7 },
  flux: { steps: 28, guidanceScale: 3.5 },
  pixart: { steps: 20, guidanceScale: 4.5 },
  sana: { steps: 20, guidanceScale: 4.5 },
  generator: { steps: 1, guidanceScale: 0 },
};

/** Models of few steps, told by their name where nothing in the graph shows it. */
const FEW_STEPS: readonly (readonly [pattern: RegExp, steps: number, guidanceScale: number])[] = [
  [/lcm|latent.?consistency/i, 4, 1],
  [/lightning/i, 4, 0],
  [/schnell/i, 4, 0],
  [/turbo|sdxs/i, 1, 0],
  [/hyper/i, 4, 0],
];

export interface ManifestSource {
  readonly facts: ModelFacts;
  readonly title: string;
  readonly version: string;
  readonly licence: string;
  /** Every name the model is known by (folder, repository, _name_or_path): some tell how many steps it needs. */
  readonly names: readonly string[];
  readonly files: Manifest["files"];
}

/** The model.json of a model folder: what the front must know, from what loading it told and from what its family is known for. */
export function createManifest({ facts, title, version, licence, names, files }: ManifestSource): Manifest {
  const { steps, guidanceScale } = stepDefaults(facts, names);
  return {
    schema: 1,
    title,
    version,
    licence,
    modes: modesOf(facts),
    alpha: facts.imageChannels === 4,
    ...(facts.hasScorer ? { scorer: true } : {}),
    sizes: sizesOf(facts, names),
    defaults: { steps, guidanceScale, negativePrompt: "", sampler: "", strength: 0.75 },
    limits: { maxSteps: facts.family === "generator" ? 1 : 100, maxCount: 4 },
    files,
  };
}

/** What the engine can do with the parts that are there. Inpainting and editing networks do only that. */
function modesOf(facts: ModelFacts): Mode[] {
  if (facts.family === "generator") return ["text-to-image"];
  const { sampleChannels, latentChannels, hasVaeEncoder } = facts;
  if (sampleChannels === 2 * latentChannels) return ["instruct"];
  if (sampleChannels === 2 * latentChannels + 1) return ["inpaint", "outpaint"];
  const fromPictures: Mode[] = hasVaeEncoder ? ["image-to-image", "inpaint", "outpaint", "blend", "upscale"] : [];
  return ["text-to-image", ...fromPictures, ...(facts.hasControlnet ? (["controlnet"] as const) : [])];
}

function sizesOf(facts: ModelFacts, names: readonly string[]): Manifest["sizes"] {
  // A generator makes what it was trained to make.
  const [cellsHigh, cellsWide] = facts.family === "generator" ? (facts.sampleCells ?? []) : [];
  const fixed = facts.fixedSize ?? (cellsHigh && cellsWide ? ([cellsWide, cellsHigh] as const) : undefined);
  if (fixed) {
    const [width, height] = fixed;
    const multipleOf = greatestCommonDivisor(width, height);
    return {
      default: [width, height],
      only: [[width, height]],
      multipleOf,
      min: Math.min(width, height),
      max: Math.max(width, height),
    };
  }
  const multipleOf = facts.vaeScaleFactor * (PATCHED.includes(facts.family) ? 2 : 1);
  const round = (side: number) => Math.max(multipleOf, Math.round(side / multipleOf) * multipleOf);
  const [height, width] = facts.sampleCells
    ? facts.sampleCells.map((cells) => round(cells * facts.vaeScaleFactor))
    : [round(nativeSide(facts, names)), round(nativeSide(facts, names))];
  const longest = Math.max(width!, height!);
  return {
    default: [width!, height!],
    multipleOf,
    // Half the native side is the least at which pictures still hold together.
    min: round(Math.min(width!, height!) / 2),
    max: round(longest * MAX_SIDES),
  };
}

/** Stable Diffusion 2 comes in 512 (epsilon) and 768 (v-prediction); SDXL-Turbo draws 512. */
function nativeSide(facts: ModelFacts, names: readonly string[]): number {
  const isTurbo = names.some((name) => /turbo|sdxs/i.test(name));
  if (facts.family === "stable-diffusion" && facts.textWidth === 1024 && !isTurbo)
    return facts.scheduler.predictionType === "v_prediction" ? 768 : 512;
  if (facts.family === "stable-diffusion-xl" && isTurbo) return 512;
  return NATIVE_PX[facts.family] ?? 512;
}

function stepDefaults(facts: ModelFacts, names: readonly string[]): { steps: number; guidanceScale: number } {
  // LatentConsistencyModelPipeline's own default; the scale is an input and costs no second run.
  if (facts.hasTimestepCond) return { steps: 4, guidanceScale: 8.5 };
  if (facts.family === "generator") return DEFAULTS["generator"]!;
  const few = FEW_STEPS.find(([pattern]) => names.some((name) => pattern.test(name)));
  if (few) return { steps: stepsInName(names) ?? few[1], guidanceScale: few[2] };
  if (facts.scheduler.name === "LCMScheduler") return { steps: 4, guidanceScale: 1 };
  if (facts.family === "flux" && !facts.hasGuidanceInput) return { steps: 4, guidanceScale: 0 };
  return DEFAULTS[facts.family] ?? DEFAULTS["stable-diffusion"]!;
}

/** “sdxl-lightning-8step” says it itself. */
function stepsInName(names: readonly string[]): number | undefined {
  for (const name of names) {
    const [, steps] = /(\d{1,2})[-_ ]?steps?\b/i.exec(name) ?? [];
    if (steps !== undefined && Number(steps) > 0) return Number(steps);
  }
  return undefined;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
