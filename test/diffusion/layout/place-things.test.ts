import { describe, expect, it } from "vitest";
import { placeThings, type Box, type Placement } from "../../../src/diffusion/layout/place-things.ts";
import { readScene } from "../../../src/diffusion/layout/read-scene.ts";
import { createTorchRandom } from "../../../src/numerics/torch-random.ts";
import { sampleSetting } from "./sample-lexicon.ts";

const BOX: Box = [0.1, 0.15, 0.9, 0.95];
const SEEDS = Array.from({ length: 40 }, (_, seed) => seed);

function place(prompt: string, seed: number, boxOf: (thing: number) => Box = () => BOX): Placement[] {
  const random = createTorchRandom(seed);
  return placeThings(readScene(prompt, sampleSetting()), boxOf, () => random.rand(1)[0]!);
}

/** The placements of the things, by index; the first of a count. */
const of = (placements: readonly Placement[], thing: number): Placement =>
  placements.find((placement) => placement.thing === thing)!;
const top = ({ y, scale }: Placement): number => y + scale * (2 * BOX[1] - 1);
const bottom = ({ y, scale }: Placement): number => y + scale * (2 * BOX[3] - 1);

describe("placeThings", () => {
  it("puts a lone thing into the middle, as large as fits, differently for every seed", () => {
    const all = SEEDS.map((seed) => place("a fox", seed)[0]!);

    for (const { x, y, scale, angle } of all) {
      expect(Math.abs(x)).toBeLessThanOrEqual(0.09);
      expect(Math.abs(y)).toBeLessThanOrEqual(0.09);
      expect(scale).toBeGreaterThan(0.7);
      expect(scale).toBeLessThan(0.95);
      expect(Math.abs(angle)).toBeLessThanOrEqual(0.12);
    }
    expect(new Set(all.map(({ x }) => x)).size).toBe(SEEDS.length);
    const mirrored = all.filter((placement) => placement.mirrored).length;
    expect(mirrored).toBeGreaterThan(10);
    expect(mirrored).toBeLessThan(30);
  });

  it("depends on nothing but the scene and the seed", () => {
    expect(place("a cat on a car", 5)).toEqual(place("a cat on a car", 5));
  });

  it("stands a lone thing on the ground of a scene that has one, mostly", () => {
    const grounded = SEEDS.map((seed) => place("a fox in the snow", seed)[0]!).filter(
      (placement) => Math.abs(bottom(placement) - 0.86) < 1e-6,
    );

    expect(grounded.length).toBeGreaterThan(20);
    expect(grounded.length).toBeLessThan(SEEDS.length);
  });

  it.each([
    ["a tiny fox", 0.2, 0.3],
    ["a small fox", 0.4, 0.48],
    ["a big fox", 0.88, 0.96],
    ["a huge fox", 1.03, 1.13],
  ])("draws %s between %f and %f", (prompt, least, most) => {
    for (const seed of SEEDS) {
      const [{ scale }] = place(prompt, seed) as [Placement];
      expect(scale).toBeGreaterThanOrEqual(least);
      expect(scale).toBeLessThanOrEqual(most);
    }
  });

  it.each([
    ["a fox to the left of a cat", (a: Placement, b: Placement) => a.x < b.x - 0.5],
    ["a fox to the right of a cat", (a: Placement, b: Placement) => a.x > b.x + 0.5],
    ["a fox and a cat", (a: Placement, b: Placement) => a.x < b.x - 0.5],
    ["a fox above a cat", (a: Placement, b: Placement) => bottom(a) < top(b)],
    ["a fox below a cat", (a: Placement, b: Placement) => top(a) > bottom(b)],
    [
      "a fox on a car",
      (a: Placement, b: Placement) => a.y < b.y && Math.abs(bottom(a) - top(b)) < 0.15 && a.scale < b.scale,
    ],
    ["a fox under a tree", (a: Placement, b: Placement) => a.y > b.y && Math.abs(bottom(b) - top(a)) < 0.15],
    ["a fox in a box", (a: Placement, b: Placement) => Math.abs(a.x - b.x) < 0.05 && a.scale < 0.6 * b.scale],
    ["a man wearing a hat", (a: Placement, b: Placement) => b.scale < a.scale && bottom(b) > top(a) && top(b) < top(a)],
  ])("%s", (prompt, holds) => {
    for (const seed of SEEDS) {
      const placements = place(prompt, seed);
      expect(placements).toHaveLength(2);
      expect(holds(of(placements, 0), of(placements, 1))).toBe(true);
    }
  });

  it("paints what is behind first, and what is inside or worn last", () => {
    expect(place("a robot behind a house", 1).map(({ thing }) => thing)).toEqual([0, 1]);
    expect(place("a robot in front of a house", 1).map(({ thing }) => thing)).toEqual([1, 0]);
    expect(place("a cat in a box", 1).map(({ thing }) => thing)).toEqual([1, 0]);
    expect(place("a man wearing a hat", 1).map(({ thing }) => thing)).toEqual([0, 1]);
  });

  it("puts one between two others, and between two of a kind", () => {
    const three = place("a cat between a dog and a fox", 3);
    const twins = place("a cat between two trees", 3);

    expect([1, 0, 2].map((thing) => of(three, thing).x)).toEqual(three.map(({ x }) => x).sort((a, b) => a - b));
    expect(twins.map(({ thing }) => thing)).toEqual([1, 0, 1]);
    expect(twins.map(({ x }) => x)).toEqual(twins.map(({ x }) => x).sort((a, b) => a - b));
  });

  it("stands two things that are named together on what carries them", () => {
    const placements = place("a cat and a dog on a sofa", 2);

    const [cat, dog, sofa] = [0, 1, 2].map((thing) => of(placements, thing));
    expect(cat!.x).toBeLessThan(dog!.x);
    for (const upper of [cat!, dog!]) expect(Math.abs(bottom(upper) - top(sofa!))).toBeLessThan(0.15);
  });

  it("keeps a hat in the picture", () => {
    for (const seed of SEEDS) expect(Math.min(...place("a man wearing a hat", seed).map(top))).toBeGreaterThan(-1);
  });

  it("uses what is visible of a picture, not its frame", () => {
    const flat: Box = [0, 0.4, 1, 0.6];
    const [cat, car] = [0, 1].map((thing) =>
      of(
        place("a cat on a car", 4, (i) => (i === 1 ? flat : BOX)),
        thing,
      ),
    );

    expect(bottom(cat!)).toBeCloseTo(car!.y + car!.scale * (2 * flat[1] - 1), 0.9);
  });

  it.each([
    ["two foxes", 2],
    ["three foxes", 3],
    ["three foxes in a row", 3],
    ["four foxes", 4],
    ["five foxes", 5],
    ["a fox, a cat, a dog and a bird", 4],
    ["five foxes in a row", 5],
  ])("keeps the %s apart and in the picture", (prompt, count) => {
    for (const seed of SEEDS) {
      const placements = place(prompt, seed);
      expect(placements).toHaveLength(count);
      for (const [i, { x, y, scale }] of placements.entries()) {
        expect(Math.abs(x) + 0.8 * scale).toBeLessThan(1.1);
        expect(Math.abs(y) + 0.8 * scale).toBeLessThan(1.1);
        for (const other of placements.slice(i + 1)) {
          expect(Math.hypot(x - other.x, y - other.y)).toBeGreaterThan(0.65 * (scale + other.scale));
        }
      }
    }
  });

  it("puts a row into one line", () => {
    for (const seed of SEEDS) {
      const placements = place("five foxes in a row", seed);
      expect(Math.max(...placements.map(({ y }) => Math.abs(y)))).toBeLessThan(0.1);
      expect(placements.map(({ x }) => x)).toEqual(placements.map(({ x }) => x).sort((a, b) => a - b));
    }
  });

  it("makes a tall pile fit", () => {
    for (const seed of SEEDS) {
      const placements = place("a huge cat on a huge car", seed);
      expect(Math.min(...placements.map(top))).toBeGreaterThan(-1.05);
      expect(Math.max(...placements.map(bottom))).toBeLessThan(1.05);
    }
  });
});
