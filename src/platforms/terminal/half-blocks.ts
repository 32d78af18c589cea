import type { RawPicture } from "../../core/generator.ts";
import type { ColourDepth } from "./terminal-look.ts";

const RESET = "\x1b[0m";
/** Below this alpha the terminal's own background shows; above it a pixel is mixed with grey, which is neutral on light and dark. */
const VISIBLE_FROM = 64;
const NEUTRAL = 128;

type Rgb = readonly [number, number, number];

/** A picture in text cells, each two pixels high: the upper one is the colour of ▀, the lower one its background. Ends with a line break. */
export function halfBlocks(picture: RawPicture, colours: Exclude<ColourDepth, "none">): string {
  const { widthPx, heightPx } = picture;
  let text = "";
  for (let y = 0; y < heightPx; y += 2) {
    let state = "";
    for (let x = 0; x < widthPx; x++) {
      const upper = colourAt(picture, x, y);
      const lower = y + 1 < heightPx ? colourAt(picture, x, y + 1) : undefined;
      const [codes, character] = cell(upper, lower, colours);
      if (codes !== state) text += `\x1b[${codes}m`;
      text += character;
      state = codes;
    }
    text += `${RESET}\n`;
  }
  return text;
}

function cell(
  upper: Rgb | undefined,
  lower: Rgb | undefined,
  colours: "256" | "24-bit",
): [codes: string, character: string] {
  const front = (colour: Rgb): string => `38;${code(colour, colours)}`;
  if (upper && lower) return [`${front(upper)};48;${code(lower, colours)}`, "▀"];
  if (upper) return [`${front(upper)};49`, "▀"];
  return lower ? [`${front(lower)};49`, "▄"] : ["39;49", " "];
}

function colourAt({ widthPx, channels, data }: RawPicture, x: number, y: number): Rgb | undefined {
  const at = (y * widthPx + x) * channels;
  const alpha = channels === 4 ? data[at + 3]! : 255;
  if (alpha < VISIBLE_FROM) return undefined;
  const mixed = (value: number): number => Math.round((value * alpha + NEUTRAL * (255 - alpha)) / 255);
  return [mixed(data[at]!), mixed(data[at + 1]!), mixed(data[at + 2]!)];
}

function code([red, green, blue]: Rgb, colours: "256" | "24-bit"): string {
  if (colours === "24-bit") return `2;${red};${green};${blue}`;
  // The 6x6x6 cube of xterm's 256 colours, and its 24 greys.
  if (Math.max(red, green, blue) - Math.min(red, green, blue) < 8) return `5;${grey(red)}`;
  const [r, g, b] = [red, green, blue].map(cubeStep) as [number, number, number];
  return `5;${16 + 36 * r + 6 * g + b}`;
}

/** The nearest of the cube's levels 0, 95, 135, 175, 215, 255. */
const cubeStep = (value: number): number =>
  value < 48 ? 0 : value < 115 ? 1 : Math.min(5, Math.floor((value - 35) / 40));

const grey = (value: number): number =>
  value < 4 ? 16 : value > 246 ? 231 : Math.min(255, 232 + Math.round((value - 8) / 10));
