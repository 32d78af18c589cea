import type { RawPicture } from "../../core/generator.ts";
import { toPalette } from "./palette.ts";

const ESC = "\x1b";
const MAX_COLOURS = 256;
const BAND_PX = 6;

/**
 * A picture in DEC sixel graphics (VT330/VT340 Programmer Reference Manual, chapter 14), pixel for pixel, at most 256 colours; transparent
 * pixels are not drawn.
 */
export function sixelPicture(picture: RawPicture): string {
  const { widthPx, heightPx } = picture;
  const { colours, indices } = toPalette(picture, MAX_COLOURS);
  const registers = colours.map(
    (rgb, index) => `#${index};2;${rgb.map((value) => Math.round(value / 2.55)).join(";")}`,
  );

  const bands: string[] = [];
  for (let top = 0; top < heightPx; top += BAND_PX)
    bands.push(band(indices, widthPx, top, Math.min(BAND_PX, heightPx - top)));
  // P2=1: what is not drawn keeps the terminal's background. Aspect ratio 1:1.
  return `${ESC}P0;1;0q"1;1;${widthPx};${heightPx}${registers.join("")}${bands.join("-")}${ESC}\\`;
}

/** Six rows: one overlay for each colour in them, separated by `$` (back to the left edge). */
function band(indices: Int16Array, widthPx: number, top: number, rows: number): string {
  const overlays = new Map<number, Uint8Array>();
  for (let row = 0; row < rows; row++) {
    for (let x = 0; x < widthPx; x++) {
      const colour = indices[(top + row) * widthPx + x]!;
      if (colour < 0) continue;
      let bits = overlays.get(colour);
      if (!bits) overlays.set(colour, (bits = new Uint8Array(widthPx)));
      bits[x]! |= 1 << row;
    }
  }
  return [...overlays].map(([colour, bits]) => `#${colour}${runs(bits)}`).join("$");
}

/** Run-length code; nothing is written for the empty end of a line. */
function runs(bits: Uint8Array): string {
  const end = bits.findLastIndex((value) => value !== 0) + 1;
  let text = "";
  for (let x = 0; x < end;) {
    let length = 1;
    while (x + length < end && bits[x + length] === bits[x]) length++;
    const character = String.fromCharCode(63 + bits[x]!);
    text += length > 3 ? `!${length}${character}` : character.repeat(length);
    x += length;
  }
  return text;
}
