import type { RandomSource } from "./random-source.ts";

const ROUNDS = 10;
const MULTIPLIER_A = 0xd2511f53;
const MULTIPLIER_B = 0xcd9e8d57;
const WEYL_A = 0x9e3779b9;
const WEYL_B = 0xbb67ae85;
const TWO_POW_MINUS_32 = Math.fround(2.3283064e-10);
const TWO_POW_MINUS_32_TIMES_TWO_PI = Math.fround(2.3283064e-10 * 6.2831855);

/** High 32 bits of the product of two unsigned 32-bit integers. */
function multiplyHigh(a: number, b: number): number {
  const low = (a & 0xffff) * (b & 0xffff);
  const middle = (a >>> 16) * (b & 0xffff) + Math.floor(low / 65536);
  const cross = (a & 0xffff) * (b >>> 16) + (middle % 65536);
  return (a >>> 16) * (b >>> 16) + Math.floor(middle / 65536) + Math.floor(cross / 65536);
}

/**
 * torch.randn on a CUDA device after manual_seed(seed), which A1111 and ComfyUI users call GPU seeds.
 * Each draw advances the offset once, and element i of a draw is the first normal of GPU thread i. On the device that
 * holds for draws with no more elements than it has threads (43,008 on an RTX 3060); A1111 assumes it for every size.
 * Philox 4x32-10: Salmon et al. 2011; Box and Muller as in curand_normal.h. Whole seeds of up to 53 bits.
 */
export function createPhiloxRandom(seed: number): RandomSource {
  if (!Number.isSafeInteger(seed) || seed < 0) throw new RangeError(`seed: ${seed} is not a whole number below 2^53`);
  let offset = 0;

  /** The first two of the four words that Philox makes for one thread. */
  function words(thread: number): [number, number] {
    let [c0, c1, c2, c3] = [offset, 0, thread, 0];
    let keyA = seed % 2 ** 32;
    let keyB = Math.floor(seed / 2 ** 32);
    for (let round = 0; round < ROUNDS; round++) {
      const highA = multiplyHigh(c0, MULTIPLIER_A);
      const highB = multiplyHigh(c2, MULTIPLIER_B);
      const lowA = Math.imul(c0, MULTIPLIER_A) >>> 0;
      const lowB = Math.imul(c2, MULTIPLIER_B) >>> 0;
      c0 = (highB ^ c1 ^ keyA) >>> 0;
      c1 = lowB;
      c2 = (highA ^ c3 ^ keyB) >>> 0;
      c3 = lowA;
      keyA = (keyA + WEYL_A) >>> 0;
      keyB = (keyB + WEYL_B) >>> 0;
    }
    return [c0, c1];
  }

  return {
    randn(count) {
      const values = new Float32Array(count);
      for (let i = 0; i < count; i++) {
        const [x, y] = words(i);
        const u = x * TWO_POW_MINUS_32 + TWO_POW_MINUS_32 / 2;
        const v = y * TWO_POW_MINUS_32_TIMES_TWO_PI + TWO_POW_MINUS_32_TIMES_TWO_PI / 2;
        values[i] = Math.sqrt(-2 * Math.log(u)) * Math.sin(v);
      }
      offset++;
      return values;
    },

    /** curand_uniform is in (0, 1]; torch maps 1 to 0. */
    rand(count) {
      const values = new Float32Array(count);
      for (let i = 0; i < count; i++) {
        const u = Math.fround(words(i)[0] * TWO_POW_MINUS_32 + TWO_POW_MINUS_32 / 2);
        values[i] = u === 1 ? 0 : u;
      }
      offset++;
      return values;
    },
  };
}
