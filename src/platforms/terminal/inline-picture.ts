import type { RawPicture } from "../../core/generator.ts";
import { iterm2Picture, kittyPicture } from "./graphics-protocols.ts";
import { halfBlocks } from "./half-blocks.ts";
import { sixelPicture } from "./sixel-picture.ts";
import type { TerminalLook } from "./terminal-look.ts";

/** What the terminal needs of the images room. */
export interface PictureTools {
  decode(bytes: Uint8Array): Promise<RawPicture>;
  /** Shrinks to fit a square; unchanged when it fits. */
  shrink(picture: RawPicture, maxSidePx: number): Promise<RawPicture>;
  /** The same picture and texts in another format. */
  convert(bytes: Uint8Array, type: "image/png" | "image/webp" | "image/jpeg"): Promise<Uint8Array>;
  /** Several files as one. */
  grid(files: readonly Uint8Array[], type: "image/png" | "image/webp" | "image/jpeg"): Promise<Uint8Array>;
}

/** Wide enough to enjoy, small enough to leave the answer on the screen. */
const MAX_COLUMNS = 48;
/** A cell is about this many pixels wide where pictures are sent pixel by pixel. */
const SIXEL_CELL_PX = 9;

/**
 * The characters that show a picture file in a terminal `columns` wide, ending with a line break; the empty string where the terminal cannot.
 */
export async function inlinePicture(
  bytes: Uint8Array,
  look: TerminalLook,
  columns: number,
  tools: PictureTools,
): Promise<string> {
  const cells = Math.max(1, Math.min(columns - 1, MAX_COLUMNS));
  if (look.inline === "kitty") return `${kittyPicture(await tools.convert(bytes, "image/png"), cells)}\n`;
  if (look.inline === "iterm2") return `${iterm2Picture(bytes, cells)}\n`;
  const pixels = async (maxSidePx: number): Promise<RawPicture> => tools.shrink(await tools.decode(bytes), maxSidePx);
  if (look.inline === "sixel") return `${sixelPicture(await pixels(cells * SIXEL_CELL_PX))}\n`;
  return look.inline === "none" || look.colours === "none" ? "" : halfBlocks(await pixels(cells), look.colours);
}
