import type { RawPicture } from "../core/generator.ts";
import { toCanvas } from "./watermark-canvas.ts";
import { canvasTransform, createWatermarkCode, scoreWatermark } from "./watermark-code.ts";
import type { WatermarkScore } from "./watermark-code.ts";
import { embedWatermark } from "./watermark-embed.ts";

/** Standard deviations. By chance one picture in three million reaches it in one of eight orientations. */
const CERTAIN = 5.5;
export interface WatermarkFinding {
  /** Whose mark it is; undefined where there is none. */
  readonly maker?: "this-easel" | "another-easel";
  readonly score: WatermarkScore;
}

export interface Watermark {
  /** The picture with the mark; same size, same transparency. */
  embed(picture: RawPicture): Promise<RawPicture>;
  /** Looks for the mark in a picture of any size and shape, turned or mirrored. Cropped copies lose it; hard black and white, like a page of text, hides too little of it. */
  detect(picture: RawPicture): Promise<WatermarkFinding>;
}

/**
 * The invisible mark of this installation: says “an Easel made it” to every Easel, and “I made it” to the one that has the key (32 secret
 * bytes). Without a key it can only detect; `embed` then writes the public half alone.
 */
export function createWatermark({ installationKey }: { installationKey?: Uint8Array }): Watermark {
  const code = createWatermarkCode(installationKey);
  return {
    embed: (picture) => embedWatermark(picture, code),
    async detect(picture) {
      const { luma } = await toCanvas(picture);
      const score = scoreWatermark(code, canvasTransform.forward(luma));
      const maker = makerOf(score);
      return maker === undefined ? { score } : { maker, score };
    },
  };
}

/** In the own half, a picture of this installation scores as high as in the public half; another's scores about 0. */
function makerOf({ public: open, own, joint }: WatermarkScore): WatermarkFinding["maker"] {
  if (joint >= CERTAIN && own > open / 2) return "this-easel";
  return Math.max(joint, open) >= CERTAIN ? "another-easel" : undefined;
}
