import type { RawPicture } from "../../core/generator.ts";
import type { Box } from "../layout/place-things.ts";

/** Grey levels: ink is darker, paper lighter. Between them are the soft borders of lines. */
const INK = 110;
const PAPER = 200;
/** A pixel whose channels differ by more has a colour. */
const COLOURED = 48;
const MOST_COLOURED = 0.02;
const LEAST_PAPER = 0.6;
const INK_SHARE = { least: 0.003, most: 0.35 };

/** How much larger the box is than the lines: a layout leaves room around its things. */
const ROOM = 1.3;

/**
 * The box around the lines of a drawing, in -1 to 1: left, top, right, bottom; undefined for a picture that is no dark drawing on light paper.
 * Such a drawing says where its thing is and how large; what the thing looks like the memory knows better than a few lines do.
 */
export function boxOfLines({ widthPx, heightPx, channels, data }: RawPicture): Box | undefined {
  const cells = widthPx * heightPx;
  let [ink, paper, coloured] = [0, 0, 0];
  let [x0, y0, x1, y1] = [widthPx, heightPx, 0, 0];
  for (let i = 0; i < cells; i++) {
    const alpha = channels === 4 ? data[4 * i + 3]! / 255 : 1;
    const [red, green, blue] = [0, 1, 2].map((c) => data[channels * i + c]! * alpha + 255 * (1 - alpha)) as [
      number,
      number,
      number,
    ];
    const grey = 0.299 * red + 0.587 * green + 0.114 * blue;
    if (Math.max(red, green, blue) - Math.min(red, green, blue) > COLOURED) coloured += 1;
    if (grey > PAPER) paper += 1;
    if (grey >= INK) continue;
    ink += 1;
    const [x, y] = [i % widthPx, Math.floor(i / widthPx)];
    [x0, y0, x1, y1] = [Math.min(x0, x), Math.min(y0, y), Math.max(x1, x + 1), Math.max(y1, y + 1)];
  }
  const isDrawing =
    coloured <= MOST_COLOURED * cells &&
    paper >= LEAST_PAPER * cells &&
    ink >= INK_SHARE.least * cells &&
    ink <= INK_SHARE.most * cells;
  if (!isDrawing) return undefined;
  const [x, y] = [(x0 + x1) / widthPx - 1, (y0 + y1) / heightPx - 1];
  const [right, down] = [(ROOM * (x1 - x0)) / widthPx, (ROOM * (y1 - y0)) / heightPx];
  return [x - right, y - down, x + right, y + down];
}
