// oxlint-disable no-control-regex -- control characters are what these protocols are made of
import { describe, expect, it } from "vitest";
import type { RawPicture } from "../../../src/core/generator.ts";
import { convertPicture } from "../../../src/images/fit-to-limit.ts";
import { encodePicture } from "../../../src/images/encode.ts";
import { makeGridFile } from "../../../src/images/grid.ts";
import { readPicture } from "../../../src/images/read-picture.ts";
import { toThumbnail } from "../../../src/images/resize.ts";
import { iterm2Picture, kittyPicture } from "../../../src/platforms/terminal/graphics-protocols.ts";
import { halfBlocks } from "../../../src/platforms/terminal/half-blocks.ts";
import { inlinePicture } from "../../../src/platforms/terminal/inline-picture.ts";
import { toPalette } from "../../../src/platforms/terminal/palette.ts";
import { sixelPicture } from "../../../src/platforms/terminal/sixel-picture.ts";
import { draw, noisy, plain } from "../../images/pictures.ts";

const tools = {
  decode: (bytes: Uint8Array) => readPicture(bytes, "it"),
  shrink: toThumbnail,
  convert: convertPicture,
  grid: makeGridFile,
};
const LABELS = { source: "trainedAlgorithmicMedia", creatorTool: "Easel" } as const;

/** Draws a sixel text the way a terminal does. -1 = not drawn. */
function drawSixel(text: string): { widthPx: number; heightPx: number; pixels: string[][] } {
  const [, width, height, body] = /^\x1bP0;1;0q"1;1;(\d+);(\d+)([^\x1b]*)\x1b\\$/.exec(text)!;
  const pixels = Array.from({ length: Number(height) }, () => Array.from({ length: Number(width) }, () => "-"));
  const registers = new Map<string, string>();
  let [x, y, colour] = [0, 0, "?"];
  for (const [token, register, rgb, repeat, bits] of body!.matchAll(
    /#(\d+)(?:;2;(\d+;\d+;\d+))?|(?:!(\d+))?([?-~])|[$-]/g,
  )) {
    if (token === "$") x = 0;
    else if (token === "-") [x, y] = [0, y + 6];
    else if (rgb !== undefined) registers.set(register!, rgb);
    else if (register !== undefined) colour = registers.get(register)!;
    else {
      for (let count = Number(repeat ?? 1); count > 0; count--, x++) {
        for (let row = 0; row < 6; row++) if (((bits!.charCodeAt(0) - 63) >> row) & 1) pixels[y + row]![x] = colour;
      }
    }
  }
  return { widthPx: Number(width), heightPx: Number(height), pixels };
}

describe("kitty", () => {
  it("sends a PNG in one piece, shown at once, without asking for an answer", () => {
    expect(kittyPicture(Buffer.from("abc"), 7)).toBe("\x1b_Ga=T,f=100,q=2,c=7,m=0;YWJj\x1b\\");
  });

  it("cuts longer files into pieces of 4096 characters that join to the file", () => {
    const file = Buffer.from(noisy(50, 50).data);

    const pieces = [...kittyPicture(file, 7).matchAll(/\x1b_G([^;]*);([^\x1b]*)\x1b\\/g)];

    expect(pieces.map(([, control]) => control)).toEqual(["a=T,f=100,q=2,c=7,m=1", "q=2,m=1", "q=2,m=0"]);
    expect(pieces.every(([, , data]) => data!.length <= 4096)).toBe(true);
    expect(Buffer.from(pieces.map(([, , data]) => data).join(""), "base64").equals(file)).toBe(true);
  });
});

describe("iTerm2", () => {
  it("sends a file of any type", () => {
    expect(iterm2Picture(Buffer.from("abc"), 9)).toBe(
      "\x1b]1337;File=inline=1;size=3;width=9;preserveAspectRatio=1:YWJj\x07",
    );
  });
});

describe("sixel", () => {
  it("draws a tiny picture byte for byte", () => {
    const picture = draw(5, 1, (x) => (x < 4 ? [255, 0, 0] : [0, 0, 255]));

    expect(sixelPicture(picture)).toBe('\x1bP0;1;0q"1;1;5;1#0;2;0;0;100#1;2;100;0;0#1!4@$#0!4?@\x1b\\');
  });

  it("draws every pixel in its colour, over several bands, and leaves transparent ones alone", () => {
    const colours: readonly (readonly [string, readonly [number, number, number, number]])[] = [
      ["100;0;0", [255, 0, 0, 255]],
      ["0;100;0", [0, 255, 0, 255]],
      ["20;40;60", [51, 102, 153, 200]],
      ["-", [1, 2, 3, 0]],
    ];
    const colourAt = (x: number, y: number) => colours[(x * x + 3 * y) % 4]!;
    const picture = draw(13, 15, (x, y) => colourAt(x, y)[1]);

    const drawn = drawSixel(sixelPicture(picture));

    expect([drawn.widthPx, drawn.heightPx]).toEqual([13, 15]);
    for (let y = 0; y < 15; y++) for (let x = 0; x < 13; x++) expect(drawn.pixels[y]![x]).toBe(colourAt(x, y)[0]);
  });

  it("draws a wholly transparent picture as nothing", () => {
    expect(
      drawSixel(sixelPicture(plain(3, 7, 9, 9, 9, 0)))
        .pixels.flat()
        .every((pixel) => pixel === "-"),
    ).toBe(true);
  });

  it("comes close with 256 colours where there are more", () => {
    const picture = draw(64, 64, (x, y) => [x * 4, y * 4, (x * y) >> 4]);

    const { colours, indices } = toPalette(picture, 256);

    const errors = Array.from(indices, (index, pixel) =>
      Math.max(...colours[index]!.map((value, channel) => Math.abs(value - picture.data[pixel * 3 + channel]!))),
    );
    expect(colours.length).toBe(256);
    expect(errors.reduce((sum, error) => sum + error, 0) / errors.length).toBeLessThan(12);
  });
});

describe("half-blocks", () => {
  it("puts two pixels into a cell, and repeats no colours", () => {
    const picture = draw(2, 2, (_, y) => (y === 0 ? [1, 2, 3] : [4, 5, 6]));

    expect(halfBlocks(picture, "24-bit")).toBe("\x1b[38;2;1;2;3;48;2;4;5;6m▀▀\x1b[0m\n");
  });

  it("lets the terminal's background through where nothing is", () => {
    const alphas = [
      [255, 0, 0],
      [0, 255, 0],
    ];
    const picture = draw(3, 2, (x, y) => [9, 9, 9, alphas[y]![x]!]);

    expect(halfBlocks(picture, "24-bit")).toBe("\x1b[38;2;9;9;9;49m▀▄\x1b[39;49m \x1b[0m\n");
  });

  it("mixes half-transparent pixels with grey, and ends an odd picture with half a row", () => {
    expect(halfBlocks(plain(1, 1, 255, 255, 255, 128), "24-bit")).toBe("\x1b[38;2;192;192;192;49m▀\x1b[0m\n");
  });

  it("uses xterm's cube and greys where there are 256 colours", () => {
    expect(halfBlocks(plain(1, 2, 255, 0, 0), "256")).toBe("\x1b[38;5;196;48;5;196m▀\x1b[0m\n");
    expect(halfBlocks(plain(1, 2, 95, 135, 255), "256")).toBe("\x1b[38;5;69;48;5;69m▀\x1b[0m\n");
    expect(halfBlocks(plain(1, 2, 128, 128, 128), "256")).toBe("\x1b[38;5;244;48;5;244m▀\x1b[0m\n");
    expect(halfBlocks(plain(1, 2, 0, 0, 0), "256")).toBe("\x1b[38;5;16;48;5;16m▀\x1b[0m\n");
    expect(halfBlocks(plain(1, 2, 255, 255, 255), "256")).toBe("\x1b[38;5;231;48;5;231m▀\x1b[0m\n");
  });
});

const file = (picture: RawPicture): Promise<Uint8Array> => encodePicture(picture, LABELS);

describe("inlinePicture", () => {
  it("shrinks to the terminal's width", async () => {
    const bytes = await file(plain(200, 100, 10, 20, 30));

    const text = await inlinePicture(bytes, { tty: true, colours: "24-bit", inline: "half-blocks" }, 31, tools);

    const rows = text.replaceAll(/\x1b\[[\d;]*m/g, "").split("\n");
    expect(rows).toEqual([...Array.from({ length: 8 }, () => "▀".repeat(30)), ""]);
  });

  it("decodes for sixel and converts for kitty", async () => {
    const webp = await convertPicture(await file(plain(600, 600, 10, 20, 30)), "image/webp");

    const sixel = await inlinePicture(webp, { tty: true, colours: "none", inline: "sixel" }, 21, tools);
    const kitty = await inlinePicture(webp, { tty: true, colours: "none", inline: "kitty" }, 21, tools);

    expect(drawSixel(sixel.trimEnd()).widthPx).toBe(180);
    expect(kitty).toMatch(/^\x1b_Ga=T,f=100,q=2,c=20,m=\d;iVBORw0KGgo/);
  });

  it("is silent where the terminal cannot, or may not use colours", async () => {
    const bytes = await file(plain(2, 2, 1, 2, 3));

    expect(await inlinePicture(bytes, { tty: true, colours: "none", inline: "none" }, 80, tools)).toBe("");
    expect(await inlinePicture(bytes, { tty: true, colours: "none", inline: "half-blocks" }, 80, tools)).toBe("");
  });
});
