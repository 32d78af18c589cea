import type { RawPicture } from "../../core/generator.ts";
import { visibleBoxPx } from "../../numerics/crop-to-visible.ts";
import type { Tensor } from "../../numerics/tensor.ts";
import type { Box } from "../layout/place-things.ts";

/** Pixels as [4, H, W], straight colours and alpha in 0 to 1. */
export function toSprite({ widthPx, heightPx, channels, data }: RawPicture): Tensor {
  const cells = widthPx * heightPx;
  const values = new Float32Array(4 * cells);
  for (let i = 0; i < cells; i++) {
    for (let c = 0; c < 3; c++) values[c * cells + i] = data[channels * i + c]! / 255;
    values[3 * cells + i] = channels === 4 ? data[4 * i + 3]! / 255 : 1;
  }
  return { data: values, dims: [4, heightPx, widthPx] };
}

/** Colours times alpha. */
export function premultiplied({ data, dims }: Tensor): Tensor {
  const cells = data.length / 4;
  const values = data.slice();
  for (let i = 0; i < 3 * cells; i++) values[i] = data[i]! * data[3 * cells + (i % cells)]!;
  return { data: values, dims };
}

/** The box around what is visible of a picture, as shares of its sides; the whole picture where everything is transparent. */
export function visibleBox(picture: RawPicture): Box {
  const { widthPx, heightPx } = picture;
  const [x0, y0, x1, y1] = visibleBoxPx(picture) ?? [0, 0, widthPx, heightPx];
  return [x0 / widthPx, y0 / heightPx, x1 / widthPx, y1 / heightPx];
}
