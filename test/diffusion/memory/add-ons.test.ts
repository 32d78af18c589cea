import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { readStyle } from "../../../src/core/picture-styles.ts";
import type { ModelInfo } from "../../../src/core/model.ts";
import { readScene } from "../../../src/diffusion/layout/read-scene.ts";
import { openMemory, type PictureMemory } from "../../../src/diffusion/memory/open-memory.ts";
import { decodePicture } from "../picture-memory-tiny.ts";
import { shippedFolder } from "../shipped-model.ts";

const root = shippedFolder("models/easel-v1");
const read = (path: string): unknown => JSON.parse(readFileSync(join(root, path), "utf8"));
const addOns = read("memory/add-ons.json") as {
  styles: string[];
  concepts: { id: string; name: string; names: string[] }[];
  names: Record<string, string[]>;
};
const emoji = (read("memory/index.json") as { concepts: { id: string; name: string }[] }).concepts;

let memory: PictureMemory;
beforeAll(async () => {
  memory = await openMemory(root, decodePicture);
});

/** The concepts that a prompt's things are, and what is said about them. */
async function understood(typed: string) {
  const { prompt, lexicon } = await memory.understand(typed, []);
  const scene = readScene(prompt, { lexicon, phrases: memory.phrases, knows: (word) => memory.knows(word) });
  return { concepts: scene.things.map(({ concept }) => concept), notes: scene.notes };
}

describe("the add-ons of easel-v1", () => {
  it("are things that no emoji is", () => {
    const ids = new Set(emoji.map(({ id }) => id));

    expect(addOns.concepts.length).toBeGreaterThanOrEqual(300);
    expect(addOns.concepts.filter(({ id }) => ids.has(id))).toEqual([]);
  });

  it("are drawn by every one of their names, and nothing is said about it", async () => {
    const wrong: string[] = [];
    for (const { id, names } of addOns.concepts) {
      for (const name of names) {
        const { concepts, notes } = await understood(`a ${name} in the snow`);
        if (concepts.join() !== id || notes.length > 0) wrong.push(`${name}: ${concepts.join()} ${notes.join(" ")}`);
      }
    }

    expect(wrong).toEqual([]);
  });

  it("have pictures of their own look, with transparency, inside their boxes", async () => {
    const wrong: string[] = [];
    for (const { id } of addOns.concepts) {
      const [style, ...others] = memory.stylesOf(id);
      const { widthPx, heightPx, channels, data } = await memory.picture(id, style!);
      const [x0, y0, x1, y1] = memory.boxOf(id, style!);
      let [clear, outside] = [0, 0];
      for (let i = 0; i < widthPx * heightPx; i++) {
        const [x, y] = [(i % widthPx) + 0.5, Math.floor(i / widthPx) + 0.5];
        const isInside = x > x0 * widthPx && x < x1 * widthPx && y > y0 * heightPx && y < y1 * heightPx;
        if (data[4 * i + 3]! < 12) clear += 1;
        // WebP's alpha is a little blurred.
        else if (!isInside && data[4 * i + 3]! > 48) outside += 1;
      }
      const is = {
        widthPx,
        heightPx,
        channels,
        others: others.length,
        outside,
        isClear: clear > (0.02 * data.length) / 4,
      };
      const wanted = { widthPx: 192, heightPx: 192, channels: 4, others: 0, outside: 0, isClear: true };
      if (JSON.stringify(is) !== JSON.stringify(wanted)) wrong.push(`${id}: ${JSON.stringify(is)}`);
    }

    expect(wrong).toEqual([]);
  });

  it("have looks that nobody can name and no seed draws", () => {
    const { vocabulary } = memory;

    expect(addOns.styles).toEqual(["openclipart", "flat-ui", "flat-color-icons", "easel"]);
    for (const style of addOns.styles) {
      expect(memory.styles).not.toContain(style);
      expect(Object.keys(vocabulary.styles)).not.toContain(style);
      expect(vocabulary.usualStyles).not.toContain(style);
      expect(() => readStyle({ id: "easel-v1", vocabulary } as ModelInfo, style)).toThrow(
        `There is no style named “${style}”`,
      );
    }
  });

  it("are known things, so that nobody is told that the model does not know them", () => {
    for (const { name, names } of addOns.concepts)
      expect(memory.vocabulary.concepts[name], name).toEqual(names.toSorted());
  });

  it("take no name away that plainly means an emoji", async () => {
    const taken = new Set(["hot air balloon", "pumpkin", "king", "pirate", "piano", "lamp", "sword"]);
    const labels = emoji.filter(({ name }) => !taken.has(name) && Object.hasOwn(addOns.names, name));

    expect(labels).toEqual([]);
    expect((await understood("a castle and a fan")).concepts).toEqual(["castle", "folding-hand-fan"]);
    expect((await understood("a tent, a harp and a teapot")).concepts).toEqual(["tent", "harp", "teapot"]);
  });

  it.each([
    ["a lighthouse by the sea", ["lighthouse"]],
    ["two lighthouses", ["lighthouse"]],
    ["a pirate on a raft", ["pirate", "raft"]],
    ["a king and a queen", ["king", "queen"]],
    ["a lamp and a desk", ["table-lamp", "desk"]],
    ["a recliner", ["armchair"]],
  ])("%s shows %s", async (prompt, wanted) => {
    expect((await understood(prompt)).concepts).toEqual(wanted);
  });
});
