import { createMt19937 } from "./mt19937.ts";
import type { RandomSource } from "./random-source.ts";

/** torch.Generator("cpu"): the same numbers as torch for the same seed and the same sequence of draws. */
export interface TorchRandom extends RandomSource {
  /** torch.randint(low, high): whole numbers in [low, high). */
  randint(low: number, high: number, count: number): number[];
  /** torch.randperm: 0 to count - 1 in random order. */
  randperm(count: number): number[];
}

const BLOCK = 16;
const HALF = BLOCK / 2;
const TWO_PI = Math.fround(2 * Math.PI);
/** From this range on torch draws 64 bits for one integer (DistributionTemplates.h). */
const WIDE_RANGE = 2 ** 28;

/** Box and Muller in place: uniforms j and j + 8 of a block become two normals. */
function transformBlock(values: Float32Array, start: number): void {
  for (let j = start; j < start + HALF; j++) {
    const radius = Math.fround(Math.sqrt(-2 * Math.fround(Math.log(1 - values[j]!))));
    const angle = Math.fround(TWO_PI * values[j + HALF]!);
    values[j] = radius * Math.cos(angle);
    values[j + HALF] = radius * Math.sin(angle);
  }
}

/**
 * A torch.Generator("cpu") after manual_seed(seed); seed is a whole number, of which torch uses the low 32 bits.
 * Uniform draws equal torch's exactly, normals to 2e-6: torch's own code paths (portable, AVX2) differ by as much.
 * Formulas: torch's aten/src/ATen/native/cpu/DistributionTemplates.h and core/DistributionsHelper.h.
 */
export function createTorchRandom(seed: number): TorchRandom {
  if (!Number.isSafeInteger(seed)) throw new RangeError(`seed: ${seed} is not a whole number below 2^53`);
  const next = createMt19937(seed);
  /** The second value of the last pair: torch keeps it for the next small draw. */
  let spare: number | undefined;

  /** 24 random bits as a float32 in [0, 1). */
  function uniform(): number {
    return (next() & 0xffffff) / 2 ** 24;
  }

  /** 53 random bits as a float64 in [0, 1). */
  function uniformDouble(): number {
    const high = next();
    const low = next();
    return ((high & 0x1fffff) * 2 ** 32 + low) / 2 ** 53;
  }

  function pairedNormal(): number {
    if (spare !== undefined) {
      const value = spare;
      spare = undefined;
      return value;
    }
    const angle = 2 * Math.PI * uniformDouble();
    const radius = Math.sqrt(-2 * Math.log1p(-uniformDouble()));
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }

  function fillUniform(values: Float32Array, start: number, end: number): void {
    for (let i = start; i < end; i++) values[i] = uniform();
  }

  return {
    randn(count) {
      const values = new Float32Array(count);
      if (count < BLOCK) {
        for (let i = 0; i < count; i++) values[i] = pairedNormal();
        return values;
      }
      fillUniform(values, 0, count);
      for (let start = 0; start + BLOCK <= count; start += BLOCK) transformBlock(values, start);
      if (count % BLOCK !== 0) {
        fillUniform(values, count - BLOCK, count);
        transformBlock(values, count - BLOCK);
      }
      return values;
    },

    rand(count) {
      const values = new Float32Array(count);
      fillUniform(values, 0, count);
      return values;
    },

    randint(low, high, count) {
      const range = high - low;
      if (!(range > 0 && range <= 2 ** 32)) throw new RangeError(`randint: [${low}, ${high}) is empty or too wide`);
      return Array.from({ length: count }, () => {
        const bits = range < WIDE_RANGE ? BigInt(next()) : (BigInt(next()) << 32n) | BigInt(next());
        return low + Number(bits % BigInt(range));
      });
    },

    randperm(count) {
      const order = Array.from({ length: count }, (_, i) => i);
      for (let i = 0; i < count - 1; i++) {
        const j = i + (next() % (count - i));
        [order[i], order[j]] = [order[j]!, order[i]!];
      }
      return order;
    },
  };
}
