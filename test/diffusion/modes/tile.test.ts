import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createEngine } from "../../../src/diffusion/generate.ts";
import type { LoadedModel } from "../../../src/diffusion/loaded-model.ts";
import { cropMargin, matchEdges, roll, tileOffset, wrapMargin } from "../../../src/diffusion/modes/tile.ts";
import type { RawPicture } from "../../../src/core/generator.ts";
import { openBuiltIn, openGolden } from "../shipped-model.ts";

const counting = (dims: readonly number[]) => ({
  data: Float32Array.from({ length: dims.reduce((product, dim) => product * dim, 1) }, (_, i) => i),
  dims,
});

describe("roll", () => {
  it("shifts in a circle, each plane alone", () => {
    const { data } = roll(counting([2, 2, 3]), 1, 1);

    expect([...data]).toEqual([5, 3, 4, 2, 0, 1, 11, 9, 10, 8, 6, 7]);
  });

  it("is undone by the opposite shift", () => {
    const tensor = counting([3, 5, 7]);

    expect(roll(roll(tensor, 3, -9), -3, 9)).toEqual(tensor);
  });
});

describe("wrapMargin", () => {
  it("puts the opposite sides around a plane", () => {
    const wide = wrapMargin(counting([1, 2, 2]), 1);

    expect(wide.dims).toEqual([1, 4, 4]);
    expect([...wide.data]).toEqual([3, 2, 3, 2, 1, 0, 1, 0, 3, 2, 3, 2, 1, 0, 1, 0]);
  });

  it("is undone by cropMargin, also when it is wider than the plane", () => {
    const tensor = counting([2, 3, 4]);

    expect(cropMargin(wrapMargin(tensor, 5), 5)).toEqual(tensor);
  });
});

describe("tileOffset", () => {
  it("puts the seam at ever other places", () => {
    const offsets = Array.from({ length: 10 }, (_, step) => tileOffset(step, 64, 64).join());

    expect(new Set(offsets).size).toBe(10);
  });
});

describe("matchEdges", () => {
  it("makes opposite edges equal and leaves the middle", () => {
    const tensor = counting([1, 8, 8]);

    const { data } = matchEdges(tensor, 2, "picture");

    const at = (y: number, x: number) => data[8 * y + x]!;
    for (let k = 0; k < 8; k++) {
      expect(at(k, 0)).toBeCloseTo(at(k, 7), 4);
      expect(at(0, k)).toBeCloseTo(at(7, k), 4);
    }
    expect([at(3, 3), at(4, 4)]).toEqual([27, 36]);
  });
});

function between(a: Uint8Array, b: Uint8Array): number {
  return a.reduce((sum, value, c) => sum + Math.abs(value - b[c]!), 0) / 3;
}

/** Mean difference of pixels across the picture's edges, and of neighbours inside. */
function seams({ widthPx, heightPx, channels, data }: RawPicture) {
  const at = (x: number, y: number) => data.subarray((y * widthPx + x) * channels, (y * widthPx + x) * channels + 3);
  let [across, inside] = [0, 0];
  for (let k = 0; k < heightPx; k++) {
    across += between(at(0, k), at(widthPx - 1, k)) + between(at(k, 0), at(k, heightPx - 1));
    inside +=
      between(at(widthPx / 2, k), at(widthPx / 2 - 1, k)) + between(at(k, heightPx / 2), at(k, heightPx / 2 - 1));
  }
  return { across: across / heightPx, inside: inside / heightPx };
}

async function drawSeams(model: LoadedModel, side: number, prompt: string, tile: boolean) {
  const { pictures } = await createEngine({ model }).generate({
    mode: "text-to-image",
    prompts: [prompt],
    promptSyntax: true,
    height: side,
    width: side,
    numInferenceSteps: 6,
    guidanceScale: 2.5,
    generator: { kind: "list", seeds: [4] },
    tile,
  });
  return seams(pictures[0]!);
}

describe("tiling pictures", () => {
  let builtIn: LoadedModel;
  let plain: LoadedModel;
  beforeAll(async () => {
    builtIn = await openBuiltIn();
    plain = await openGolden("sd1-pndm");
  });
  afterAll(async () => {
    await builtIn.release();
    await plain.release();
  });

  it("of the built-in model meet at their edges", async () => {
    const tiling = await drawSeams(builtIn, 128, "a castle at sunset", true);
    const cut = await drawSeams(builtIn, 128, "a castle at sunset", false);

    expect(tiling.across).toBeLessThan(cut.across / 4);
  });

  it("of other models differ across the edges no more than inside", async () => {
    const tiling = await drawSeams(plain, 64, "a castle", true);
    const cut = await drawSeams(plain, 64, "a castle", false);

    expect(tiling.across / tiling.inside).toBeLessThan(1.3);
    expect(cut.across / cut.inside).toBeGreaterThan(1.3);
  });
});
