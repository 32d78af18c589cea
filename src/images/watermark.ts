import type { RawPicture } from "../core/generator.ts";
import { lumaOf, type Region } from "./watermark-canvas.ts";
import { canvasTransform, createWatermarkCode, scoreWatermark } from "./watermark-code.ts";
import type { WatermarkScore } from "./watermark-code.ts";
import { embedWatermark } from "./watermark-embed.ts";

/** Standard deviations. By chance one picture in three million reaches it in one of eight orientations. */
const CERTAIN = 5.5;
/** Grids that makeGrid lays out, columns by rows: their pictures are marked, the whole is not marked again. */
const GRIDS = [
  [2, 1],
  [2, 2],
  [3, 2],
  [3, 3],
] as const;
/** More places to look at are more chances to be wrong. */
const CERTAIN_IN_GRIDS = 6;
/** makeGrid's gap, in cells. */
const GAP = 1 / 64;

export interface WatermarkFinding {
  /** Whose mark it is; undefined where there is none. */
  readonly maker?: "this-easel" | "another-easel";
  readonly score: WatermarkScore;
}

export interface Watermark {
  /** The picture with the mark; same size, same transparency. */
  embed(picture: RawPicture): Promise<RawPicture>;
  /** Looks for the mark in a picture or a grid of them, of any size and shape, turned or mirrored. Cropped copies lose it; hard black and white, like a page of text, hides too little of it. */
  detect(picture: RawPicture): Promise<WatermarkFinding>;
}

/**
 * The invisible mark of this installation: says “an Easel made it” to every Easel, and “I made it” to the one that has the key (32 secret
 * bytes). Without a key it can only detect; `embed` then writes the public half alone.
 */
export function createWatermark({ installationKey }: { installationKey?: Uint8Array }): Watermark {
  const code = createWatermarkCode(installationKey);

  async function look(picture: RawPicture, certain: number, part?: Region): Promise<WatermarkFinding> {
    const score = scoreWatermark(code, canvasTransform.forward(await lumaOf(picture, part)));
    const maker = makerOf(score, certain);
    return maker === undefined ? { score } : { maker, score };
  }

  return {
    embed: (picture) => embedWatermark(picture, code),
    async detect(picture) {
      if (isOneColour(picture)) return { score: { public: 0, own: 0, joint: 0 } };
      const whole = await look(picture, CERTAIN);
      if (whole.maker !== undefined) return whole;
      for (const [columns, rows] of GRIDS) {
        for (const cell of cellsOf(picture, columns, rows)) {
          const finding = await look(picture, CERTAIN_IN_GRIDS, cell);
          if (finding.maker !== undefined) return finding;
        }
      }
      return whole;
    },
  };
}

/** Where the pictures of a grid stand; none where this is no such grid, or its cells are smaller than what a mark survives. */
function cellsOf(picture: RawPicture, columns: number, rows: number): Region[] {
  const { widthPx, heightPx } = picture;
  const width = widthPx / (columns + (columns - 1) * GAP);
  const gap = width * GAP;
  const height = (heightPx - (rows - 1) * gap) / rows;
  const gaps = (count: number, cell: number) =>
    Array.from({ length: count - 1 }, (_, n) => (n + 1) * (cell + gap) - gap / 2);
  const isGrid =
    Math.min(width, height) >= MIN_CELL_PX &&
    gaps(columns, width).every((x) => isEmptyLine(picture, { from: Math.floor(x), step: widthPx, count: heightPx })) &&
    gaps(rows, height).every((y) => isEmptyLine(picture, { from: Math.floor(y) * widthPx, step: 1, count: widthPx }));
  if (!isGrid) return [];
  return Array.from({ length: columns * rows }, (_, cell) => ({
    left: Math.round((cell % columns) * (width + gap)),
    top: Math.round(Math.floor(cell / columns) * (height + gap)),
    width: Math.floor(width),
    height: Math.floor(height),
  }));
}

/** Such a sheet hides nothing, and its lines look like the gaps of every grid. */
function isOneColour({ data, channels }: RawPicture): boolean {
  for (let i = channels; i < data.length; i++) if (data[i] !== data[i - channels]) return false;
  return true;
}

/** A gap shows one colour, or nothing, from end to end. */
function isEmptyLine(
  { data, channels }: RawPicture,
  { from, step, count }: { readonly from: number; readonly step: number; readonly count: number },
): boolean {
  let [sum, squares] = [0, 0];
  for (let n = 0; n < count; n++) {
    const at = (from + n * step) * channels;
    const value = channels === 4 && data[at + 3]! < 128 ? 255 : data[at + 1]!;
    sum += value;
    squares += value * value;
  }
  return squares / count - (sum / count) ** 2 < MAX_GAP_DEVIATION ** 2;
}

/** Levels of standard deviation that compression makes of a gap between pictures. */
const MAX_GAP_DEVIATION = 24;
const MIN_CELL_PX = 32;

/** In the own half, a picture of this installation scores as high as in the public half; another's scores about 0. */
function makerOf({ public: open, own, joint }: WatermarkScore, certain: number): WatermarkFinding["maker"] {
  if (joint >= certain && own > open / 2) return "this-easel";
  return Math.max(joint, open) >= certain ? "another-easel" : undefined;
}
