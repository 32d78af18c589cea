import { UserError } from "../../core/errors.ts";
import type { RawPicture } from "../../core/generator.ts";
import type { Region } from "../../core/image-request.ts";

/** Shares of width and height: [left, top, right, bottom]. */
const PARTS = {
  left: [0, 0, 0.5, 1],
  right: [0.5, 0, 1, 1],
  top: [0, 0, 1, 0.5],
  bottom: [0, 0.5, 1, 1],
  centre: [0.25, 0.25, 0.75, 0.75],
} as const satisfies Record<Exclude<Region, "background">, readonly [number, number, number, number]>;

/** A background is neither next to nothing nor everything. */
const MIN_SHARE = 0.03;
/** How far the colour may move from one pixel to the next, and from where it came in at the edge; of 255. */
const STEP = 16;
const DRIFT = 64;

/** What inpainting repaints for a named part of a picture: a mask of the picture's size, white there. Throws UserError region-unclear. */
export function regionMask(region: Region, picture: RawPicture): RawPicture {
  const { widthPx, heightPx } = picture;
  const white = region === "background" ? backgroundOf(picture) : partOf(PARTS[region], picture);
  const data = new Uint8Array(widthPx * heightPx * 3);
  for (let i = 0; i < white.length; i++) if (white[i] === 1) data.fill(255, 3 * i, 3 * i + 3);
  return { widthPx, heightPx, channels: 3, data };
}

function partOf([left, top, right, bottom]: readonly number[], { widthPx, heightPx }: RawPicture): Uint8Array {
  return new Uint8Array(widthPx * heightPx).map((_, i) => {
    const [x, y] = [((i % widthPx) + 0.5) / widthPx, (Math.floor(i / widthPx) + 0.5) / heightPx];
    return x >= left! && x < right! && y >= top! && y < bottom! ? 1 : 0;
  });
}

/**
 * Everything that can be reached from the edges without crossing an edge of colour; what is transparent is background anyway. A picture
 * whose subject touches its sides has a background only where it does not.
 */
function backgroundOf(picture: RawPicture): Uint8Array {
  const { widthPx, heightPx, channels, data } = picture;
  const found = new Uint8Array(widthPx * heightPx);
  /** The pixel at the edge from which each was reached. */
  const origin = new Int32Array(widthPx * heightPx);
  const queue: number[] = [];
  const isClear = (i: number): boolean => channels === 4 && data[4 * i + 3]! < 128;
  const apart = (a: number, b: number): number => {
    if (isClear(a) && isClear(b)) return 0;
    let most = 0;
    for (let c = 0; c < 3; c++) most = Math.max(most, Math.abs(data[channels * a + c]! - data[channels * b + c]!));
    return most;
  };
  const reach = (i: number, from: number): void => {
    if (found[i] === 1) return;
    found[i] = 1;
    origin[i] = from;
    queue.push(i);
  };

  for (let x = 0; x < widthPx; x++) for (const i of [x, (heightPx - 1) * widthPx + x]) reach(i, i);
  for (let y = 0; y < heightPx; y++) for (const i of [y * widthPx, (y + 1) * widthPx - 1]) reach(i, i);
  // A list that grows while it is walked is walked to its end.
  for (const i of queue) {
    const x = i % widthPx;
    const from = origin[i]!;
    const neighbours = [x > 0 ? i - 1 : i, x + 1 < widthPx ? i + 1 : i, i - widthPx, i + widthPx];
    for (const next of neighbours) {
      if (next < 0 || next >= found.length) continue;
      if (isClear(next) || (apart(i, next) <= STEP && apart(from, next) <= DRIFT)) reach(next, from);
    }
  }
  // The edges themselves are always found; they say nothing.
  const edges = 2 * (widthPx + heightPx) - 4;
  const share = (queue.length - edges) / Math.max(1, found.length - edges);
  if (share < MIN_SHARE || share > 1 - MIN_SHARE) throw new UserError("region-unclear");
  return found;
}
