import type { RawPicture } from "../core/generator.ts";

const SIDE_PX = 224;

/** A fixed picture of coloured waves and squares: no resize, whole numbers only, so every machine has the same. */
export function selfTestPicture(): RawPicture {
  const data = new Uint8Array(SIDE_PX * SIDE_PX * 3);
  for (let y = 0, at = 0; y < SIDE_PX; y++) {
    for (let x = 0; x < SIDE_PX; x++) {
      const isSquare = ((x >> 5) ^ (y >> 5)) & 1;
      data[at++] = isSquare ? 240 : x;
      data[at++] = (x * y) >> 8;
      data[at++] = isSquare ? y : 200 - (x >> 1);
    }
  }
  return { widthPx: SIDE_PX, heightPx: SIDE_PX, channels: 3, data };
}
