import { describe, expect, it } from "vitest";
import type { Placement } from "../../../src/diffusion/layout/place-things.ts";
import { cellAlpha, composeCanvas } from "../../../src/diffusion/memory/compose-canvas.ts";
import { openMemory } from "../../../src/diffusion/memory/open-memory.ts";
import { premultiplied, toSprite } from "../../../src/diffusion/memory/sprite.ts";
import { readGolden } from "../../support/golden.ts";
import { decodePicture, furthest, tinyArray, tinyModelFolder } from "../picture-memory-tiny.ts";

interface Case {
  readonly name: string;
  readonly height: number;
  readonly width: number;
  readonly layers: readonly [concept: string, style: string, at: Omit<Placement, "thing">][];
}

const { canvases } = readGolden("picture-memory-tiny", "expected.json") as { canvases: readonly Case[] };
const memory = await openMemory(tinyModelFolder, decodePicture);

describe("composeCanvas", () => {
  it.each(canvases)("lays pictures as torch samples them: $name", async ({ name, height, width, layers }) => {
    const pictures = await Promise.all(
      layers.map(async ([concept, style, at]) => ({
        picture: premultiplied(toSprite(await memory.picture(concept, style))),
        at,
      })),
    );

    const canvas = composeCanvas(pictures, height, width);

    expect(canvas.dims).toEqual([4, height, width]);
    expect(furthest(canvas.data, tinyArray(name).data)).toBeLessThan(1e-4);
  });

  it("leaves what nothing covers transparent", () => {
    const canvas = composeCanvas([], 16, 24);

    expect(canvas.data.every((value) => value === 0)).toBe(true);
  });
});

describe("cellAlpha", () => {
  it("is the mean alpha of each cell", () => {
    const data = new Float32Array(4 * 8 * 16);
    data.fill(1, 3 * 8 * 16, 3 * 8 * 16 + 4 * 16);

    const alpha = cellAlpha({ data, dims: [4, 8, 16] }, 8);

    expect(alpha).toEqual({ data: Float32Array.of(0.5, 0.5), dims: [1, 1, 2] });
  });
});
