import { describe, expect, it } from "vitest";
import { COLOUR_VALUES, recolour } from "../../../src/diffusion/memory/recolour.ts";
import { furthest, tinyArray } from "../picture-memory-tiny.ts";

describe("recolour", () => {
  it("gives the main colour another one as the training's formula does", () => {
    const picture = tinyArray("recolour_in");

    const blue = recolour(picture, "blue");

    expect(furthest(blue.data, tinyArray("recolour_blue").data)).toBeLessThan(1e-4);
  });

  it("takes the greys of a picture without colours for its main colour", () => {
    const picture = tinyArray("recolour_grey_in");

    const red = recolour(picture, "red");

    expect(furthest(red.data, tinyArray("recolour_grey_red").data)).toBeLessThan(1e-4);
  });

  it.each(Object.keys(COLOUR_VALUES) as (keyof typeof COLOUR_VALUES)[])("makes a plain red square %s", (colour) => {
    const square = {
      data: Float32Array.from({ length: 4 * 16 }, (_, i) => [0.9, 0.1, 0.1, 1][i >> 4]!),
      dims: [4, 4, 4],
    };

    const { data } = recolour(square, colour);

    const made = [data[0]!, data[16]!, data[32]!].map((value) => Math.round(value * 255));
    expect(furthest(made, COLOUR_VALUES[colour])).toBeLessThanOrEqual(1);
    expect(data[48]).toBe(1);
  });
});
