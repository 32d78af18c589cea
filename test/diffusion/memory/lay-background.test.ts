import { describe, expect, it } from "vitest";
import { layBackground } from "../../../src/diffusion/memory/lay-background.ts";
import type { Backgrounds } from "../../../src/diffusion/memory/open-backgrounds.ts";

const asked: string[] = [];
const backgrounds: Backgrounds = {
  scenes: [
    { name: "snow", phrases: ["in the snow"] },
    { name: "night sky", phrases: ["at night", "under a starry sky"] },
    { name: "night city", phrases: ["in the city at night"] },
    { name: "city", phrases: ["in the city"] },
    { name: "beach", phrases: ["on the beach"] },
    { name: "lake", phrases: ["by a lake"] },
    { name: "underwater", phrases: ["in the ocean"] },
  ],
  async picture(scene, drawn) {
    asked.push(`${scene} ${drawn}`);
    return { widthPx: 4, heightPx: 4, channels: 3, data: new Uint8Array(48).fill(51) };
  },
};

async function lay(rest: string, drawn: readonly number[] = [0.5, 0.25]) {
  asked.length = 0;
  const draws = [...drawn];
  return layBackground({ rest, heightPx: 8, widthPx: 8, random: () => draws.shift()! }, backgrounds);
}

/** Its picture, and whether the prompt names it. */
async function picture(...given: Parameters<typeof lay>) {
  const { ground, isNamed } = await lay(...given);
  if (ground === "transparent") throw new Error("there is no picture");
  return { ...ground, isNamed };
}

describe("layBackground", () => {
  it.each([
    ["a  in the snow, 3d", "snow"],
    ["a , winter", "snow"],
    ["a  under a starry sky", "night sky"],
    ["a  in the city at night", "night city"],
    ["a  in a town", "city"],
    ["a  by the sea", "beach"],
    ["a  above the ocean", "beach"],
    ["a  on the sea", "beach"],
    ["a  on the water", "lake"],
    ["a  on the sea at night", "night sky"],
    ["a  in the sea", "underwater"],
  ])("%s is %s", async (rest, scene) => {
    const { dims, data, isNamed } = await picture(rest);

    expect(asked).toEqual([`${scene} 0.5`]);
    expect([dims, data[0], isNamed]).toEqual([[4, 8, 8], Math.fround(0.2), true]);
  });

  it.each(["a  sticker", "a  on a transparent background"])("%s has none", async (rest) => {
    expect(await lay(rest)).toEqual({ ground: "transparent", isNamed: true });
  });

  it.each([
    ["a  on a white background", [255, 255, 255]],
    ["a  on a blue background", [60, 120, 225]],
    ["a  on red, 3d", [225, 45, 50]],
  ])("%s is plain", async (rest, colour) => {
    const { data, isNamed } = await picture(rest);

    const pixel = (i: number) => [0, 1, 2, 3].map((c) => Math.round(255 * data[64 * c + i]!));
    expect([pixel(0), pixel(63), isNamed]).toEqual([[...colour, 255], [...colour, 255], true]);
  });

  it("is a gradient of two light colours from the seed where the prompt names nothing", async () => {
    const [one, other] = [await picture("a , 3d"), await picture("a , 3d", [0.9, 0.1])];

    expect(asked).toEqual([]);
    expect([one.isNamed, (await picture("a , on a gradient")).isNamed]).toEqual([false, true]);
    expect(one.data).not.toEqual(other.data);
    expect(one.data[0]).not.toBe(one.data[63]);
  });

  it("has two ends in every gradient that can be told apart", async () => {
    const close: string[] = [];
    for (let first = 0; first < 1; first += 1 / 24) {
      for (let second = 0; second < 1; second += 1 / 24) {
        const { data } = await picture("a , on a gradient", [first, second]);
        const apart = [0, 1, 2].reduce((sum, c) => sum + Math.abs(data[64 * c]! - data[64 * c + 63]!), 0) / 3;
        // Seven eighths of the way: the rows of 8 pixels are looked at in their middle.
        if (apart < (7 / 8) * (38 / 255) - 1e-6) close.push(`${first} ${second}: ${apart}`);
      }
    }

    expect(close).toEqual([]);
  });
});
