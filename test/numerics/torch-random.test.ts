import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { createTorchRandom } from "../../src/numerics/torch-random.ts";
import { listGolden, readGolden } from "../support/golden.ts";

interface RandomGolden {
  readonly randn: readonly { seed: number; size: number; first: number[]; last: number[]; sha256: string }[];
  readonly sequences: readonly { seed: number; draws: { shape: number[]; first: number[]; sha256: string }[] }[];
  readonly uniform: readonly { seed: number; rand: number[]; randint: number[]; randperm: number[] }[];
}

/** The same draws by torch's portable and AVX2 code. */
const files = listGolden("numbers").filter((name) => /^random.*\.json$/.test(name));
const goldens = files.map((name) => readGolden("numbers", name) as RandomGolden);
const [first] = goldens;

/** The smallest, over torch's code paths, of the largest difference between values and the numbers torch wrote. */
function distance(values: Float32Array, wanted: readonly (readonly number[])[]): number {
  return Math.min(...wanted.map((numbers) => Math.max(...numbers.map((n, i) => Math.abs(n - (values[i] ?? NaN))))));
}

const NORMAL_TOLERANCE = 2e-6;

describe("createTorchRandom", () => {
  it.each(first!.randn.map((draw, index) => ({ ...draw, index })))(
    "draws $size normals from seed $seed as torch.randn does",
    ({ seed, size, index }) => {
      const wanted = goldens.map((golden) => golden.randn[index]!);

      const values = createTorchRandom(seed).randn(size);

      const ends = values.length < 24 ? values : values.slice(0, 24);
      expect(values).toHaveLength(size);
      expect(
        distance(
          ends,
          wanted.map((draw) => draw.first),
        ),
      ).toBeLessThan(NORMAL_TOLERANCE);
      expect(
        distance(
          values.slice(-8),
          wanted.map((draw) => draw.last),
        ),
      ).toBeLessThan(NORMAL_TOLERANCE);
    },
  );

  it.each(first!.randn.filter(({ size }) => size < 16))(
    "draws $size normals from seed $seed bit for bit: below 16 torch computes in double precision",
    ({ seed, size, sha256 }) => {
      const values = createTorchRandom(seed).randn(size);

      expect(createHash("sha256").update(new Uint8Array(values.buffer)).digest("hex")).toBe(sha256);
    },
  );

  it.each(first!.sequences.map((sequence, index) => ({ ...sequence, index })))(
    "keeps its place and its spare value over draws of different sizes, seed $seed",
    ({ seed, draws, index }) => {
      const random = createTorchRandom(seed);

      const distances = draws.map(({ shape }, k) =>
        distance(
          random.randn(shape.reduce((a, b) => a * b)),
          goldens.map((golden) => golden.sequences[index]!.draws[k]!.first),
        ),
      );

      expect(Math.max(...distances)).toBeLessThan(NORMAL_TOLERANCE);
    },
  );

  it.each(first!.uniform)("draws rand, randint and randperm exactly, seed $seed", (wanted) => {
    const random = createTorchRandom(wanted.seed);

    expect([...random.rand(wanted.rand.length)].map((value) => Number(value.toPrecision(9)))).toEqual(
      wanted.rand.map((value) => Number(Math.fround(value).toPrecision(9))),
    );
    expect(random.randint(0, 1000, wanted.randint.length)).toEqual(wanted.randint);
    expect(random.randperm(wanted.randperm.length)).toEqual(wanted.randperm);
  });

  it("uses 64 bits for integers of a wide range", () => {
    expect(createTorchRandom(0).randint(0, 2 ** 30, 4)).toEqual([398764591, 404868288, 463622907, 417693031]);
  });

  it("refuses a seed that a number cannot hold exactly", () => {
    expect(() => createTorchRandom(2 ** 60)).toThrow("seed");
  });
});
