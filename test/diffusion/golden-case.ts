import { existsSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import type { RawPicture } from "../../src/core/generator.ts";
import type { Mode } from "../../src/core/image-request.ts";
import type { Call } from "../../src/diffusion/call.ts";
import { goldenDir, listGolden, readGolden, readNpy, type Npy } from "../support/golden.ts";

/** expected.json of a golden pipeline (see test/golden/pipelines/README.md). */
export interface Expected {
  readonly family: string;
  readonly kind: "txt2img" | "img2img" | "inpaint" | "ip2p" | "lcm" | "controlnet";
  readonly seed: number | readonly number[];
  readonly call: {
    readonly prompt: string;
    readonly prompt_2?: string;
    readonly prompt_3?: string;
    readonly negative_prompt?: string | null;
    readonly negative_prompt_2?: string | null;
    readonly num_images_per_prompt?: number;
    readonly height?: number;
    readonly width?: number;
    readonly num_inference_steps?: number;
    readonly guidance_scale?: number;
    readonly image_guidance_scale?: number;
    readonly guidance_rescale?: number;
    readonly strength?: number;
    readonly eta?: number;
    readonly clip_skip?: number;
    readonly max_sequence_length?: number;
    readonly true_cfg_scale?: number;
    readonly original_size?: readonly [number, number];
    readonly crops_coords_top_left?: readonly [number, number];
    readonly target_size?: readonly [number, number];
    readonly negative_original_size?: readonly [number, number];
    readonly negative_crops_coords_top_left?: readonly [number, number];
    readonly negative_target_size?: readonly [number, number];
    readonly controlnet_conditioning_scale?: number;
    readonly control_guidance_start?: number;
    readonly control_guidance_end?: number;
  };
  readonly pictures?: Readonly<Record<string, string>>;
  readonly tolerance: { readonly latents?: number | null; readonly image: number };
}

export interface GoldenCase {
  readonly name: string;
  readonly folder: string;
  readonly expected: Expected;
  /** An array of the case; undefined where it has none. */
  array(name: string): Npy | undefined;
}

/** Every golden pipeline that is there. */
export function goldenCases(): GoldenCase[] {
  return listGolden("pipelines")
    .filter((name) => existsSync(goldenDir("pipelines", name, "expected.json")))
    .map((name) => {
      const folder = goldenDir("pipelines", name);
      return {
        name,
        folder,
        expected: readGolden("pipelines", name, "expected.json") as Expected,
        array: (file) => (existsSync(join(folder, file)) ? readNpy(join(folder, file)) : undefined),
      };
    });
}

/** Decodes a PNG of a case; a grey one gets three equal channels. */
export async function readPicture(path: string): Promise<RawPicture> {
  const image = sharp(path).toColourspace("srgb");
  const { data, info } = await image.raw().toBuffer({ resolveWithObject: true });
  if (info.channels !== 3 && info.channels !== 4) throw new Error(`${path} has ${info.channels} channels`);
  return { widthPx: info.width, heightPx: info.height, channels: info.channels, data };
}

const MODES: Readonly<Record<Expected["kind"], Mode>> = {
  txt2img: "text-to-image",
  lcm: "text-to-image",
  img2img: "image-to-image",
  inpaint: "inpaint",
  ip2p: "instruct",
  controlnet: "controlnet",
};

/** The engine's call for what diffusers was called with. */
export async function callOf({ folder, expected }: GoldenCase): Promise<Call> {
  const { call, kind, seed, pictures = {} } = expected;
  const count = call.num_images_per_prompt ?? (typeof seed === "number" ? 1 : seed.length);
  const each = <T>(value: T): T[] => Array.from({ length: count }, () => value);
  const image = pictures["image"] ? await readPicture(join(folder, pictures["image"])) : undefined;
  const mask = pictures["mask_image"] ? await readPicture(join(folder, pictures["mask_image"])) : undefined;
  return {
    mode: MODES[kind],
    prompts: each(call.prompt),
    ...given({ prompts2: call.prompt_2, prompts3: call.prompt_3 }, each),
    ...given({ negativePrompts: call.negative_prompt, negativePrompts2: call.negative_prompt_2 }, each),
    promptSyntax: false,
    height: call.height ?? image!.heightPx,
    width: call.width ?? image!.widthPx,
    numInferenceSteps: call.num_inference_steps ?? 1,
    guidanceScale: call.guidance_scale ?? 1,
    generator: typeof seed === "number" ? { kind: "single", seed } : { kind: "list", seeds: seed },
    ...given({
      imageGuidanceScale: call.image_guidance_scale,
      guidanceRescale: call.guidance_rescale,
      strength: call.strength,
      eta: call.eta,
      clipSkip: call.clip_skip,
      maxSequenceLength: call.max_sequence_length,
      trueCfgScale: call.true_cfg_scale,
      originalSize: call.original_size,
      cropsCoordsTopLeft: call.crops_coords_top_left,
      targetSize: call.target_size,
      negativeOriginalSize: call.negative_original_size,
      negativeCropsCoordsTopLeft: call.negative_crops_coords_top_left,
      negativeTargetSize: call.negative_target_size,
      mask,
    }),
    ...(image && kind === "controlnet"
      ? {
          control: {
            image,
            ...given({
              conditioningScale: call.controlnet_conditioning_scale,
              guidanceStart: call.control_guidance_start,
              guidanceEnd: call.control_guidance_end,
            }),
          },
        }
      : given({ image })),
  };
}

/** The entries that have a value (None and absent are the same), each changed by `change`. */
function given<T extends Record<string, unknown>>(values: T): { [K in keyof T]?: NonNullable<T[K]> };
function given<T extends Record<string, unknown>>(
  values: T,
  change: <V>(value: V) => V[],
): { [K in keyof T]?: NonNullable<T[K]>[] };
function given(values: Record<string, unknown>, change: (value: unknown) => unknown = (value) => value) {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) =>
      value === undefined || value === null ? [] : [[name, change(value)]],
    ),
  );
}
