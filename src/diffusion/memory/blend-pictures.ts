import type { RawPicture } from "../../core/generator.ts";
import { resizePicture } from "../pictures.ts";

/** The share of the width in which one picture becomes the other. */
const SEAM = 0.16;

/** Two pictures as one thing: the first on the left, the second on the right, soft in the middle. RGBA in the size of the first. */
export function blendPictures(first: RawPicture, second: RawPicture): RawPicture {
  const { widthPx, heightPx } = first;
  const other = resizePicture(second, widthPx, heightPx);
  const data = new Uint8Array(4 * widthPx * heightPx);
  for (let i = 0; i < widthPx * heightPx; i++) {
    const across = ((i % widthPx) + 0.5) / widthPx;
    const share = Math.min(1, Math.max(0, (across - 0.5) / SEAM + 0.5));
    const [a, b] = [(1 - share) * alphaAt(first, i), share * alphaAt(other, i)];
    if (a + b === 0) continue;
    for (let c = 0; c < 3; c++) {
      const [left, right] = [first.data[first.channels * i + c]!, other.data[other.channels * i + c]!];
      data[4 * i + c] = Math.round((a * left + b * right) / (a + b));
    }
    data[4 * i + 3] = Math.round(a + b);
  }
  return { widthPx, heightPx, channels: 4, data };
}

function alphaAt({ channels, data }: RawPicture, i: number): number {
  return channels === 4 ? data[4 * i + 3]! : 255;
}
