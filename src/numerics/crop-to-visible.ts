import type { Pixels } from "./cut-out.ts";

/** Alpha from which a pixel counts as visible; as in training/data/render.mjs. */
const VISIBLE = 12;
/** Room around the thing, as a share of its longer side. */
const MARGIN = 0.04;

/** The box around what is visible of a picture: left, top, right, bottom in pixels; undefined where everything is transparent. */
export function visibleBoxPx({
  widthPx,
  heightPx,
  channels,
  data,
}: Pixels): readonly [number, number, number, number] | undefined {
  if (channels === 3) return [0, 0, widthPx, heightPx];
  let [x0, y0, x1, y1] = [widthPx, heightPx, 0, 0];
  for (let y = 0; y < heightPx; y++) {
    for (let x = 0; x < widthPx; x++) {
      if (data[4 * (y * widthPx + x) + 3]! < VISIBLE) continue;
      [x0, y0, x1, y1] = [Math.min(x0, x), Math.min(y0, y), Math.max(x1, x + 1), Math.max(y1, y + 1)];
    }
  }
  return x1 > x0 ? [x0, y0, x1, y1] : undefined;
}

/** What is visible in the middle of a transparent square, with a little room around it: as the pictures of a memory are. */
export function cropToVisible(picture: Pixels): Pixels & { readonly channels: 4 } {
  const [x0, y0, x1, y1] = visibleBoxPx(picture) ?? [0, 0, picture.widthPx, picture.heightPx];
  const side = Math.ceil(Math.max(x1 - x0, y1 - y0) * (1 + 2 * MARGIN));
  const [left, top] = [Math.floor((side - (x1 - x0)) / 2), Math.floor((side - (y1 - y0)) / 2)];
  const data = new Uint8Array(4 * side * side);
  for (let y = y0; y < y1; y++) {
    for (let x = x0; x < x1; x++) {
      const from = picture.channels * (y * picture.widthPx + x);
      const to = 4 * ((top + y - y0) * side + left + x - x0);
      for (let c = 0; c < 3; c++) data[to + c] = picture.data[from + c]!;
      data[to + 3] = picture.channels === 4 ? picture.data[from + 3]! : 255;
    }
  }
  return { widthPx: side, heightPx: side, channels: 4, data };
}
