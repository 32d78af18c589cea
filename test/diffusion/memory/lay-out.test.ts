import { describe, expect, it } from "vitest";
import { layOut } from "../../../src/diffusion/memory/lay-out.ts";
import { openMemory } from "../../../src/diffusion/memory/open-memory.ts";
import { createTorchRandom } from "../../../src/numerics/torch-random.ts";
import { decodePicture, tinyModelFolder } from "../picture-memory-tiny.ts";

/** Seeds are dealt the styles in turn: an odd one draws fluent-3d, of which the tiny memory has no robot. */
const DRAWS_3D = 1;

async function laidOut(prompt: string, seed: number, isStyleDrawn?: boolean) {
  const memory = await openMemory(tinyModelFolder, decodePicture);
  const setting = { memory, taught: [], createRandom: createTorchRandom, heightPx: 64, widthPx: 64 };
  const { wanted, other } = await layOut(
    { prompt, seed, ...(isStyleDrawn === undefined ? {} : { isStyleDrawn }) },
    setting,
  );
  return { wanted: wanted !== undefined, other: other !== undefined };
}

describe("a thing without a picture in the style that is drawn", () => {
  it("is redrawn where the prompt asks for the style", async () => {
    expect(await laidOut("a robot, 3d", DRAWS_3D)).toEqual({ wanted: false, other: true });
    expect(await laidOut("a robot and a fox, 3d", DRAWS_3D)).toEqual({ wanted: true, other: true });
  });

  it("stays as it is where nobody named a style", async () => {
    expect(await laidOut("a robot", DRAWS_3D)).toEqual({ wanted: true, other: false });
    expect(await laidOut("a robot and a fox", DRAWS_3D)).toEqual({ wanted: true, other: false });
  });

  it("stays as it is where the style's phrase was drawn from the seed and added", async () => {
    expect(await laidOut("a robot, 3d", DRAWS_3D, true)).toEqual({ wanted: true, other: false });
  });
});
