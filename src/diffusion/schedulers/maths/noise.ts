import type { RandomSource } from "../../../numerics/random-source.ts";

/** randn_tensor: `count` normals for a whole batch: one draw, or with several sources one draw per picture, in turn. */
export function drawNoise(count: number, random: readonly RandomSource[]): Float32Array {
  const [only] = random;
  if (!only) throw new Error("this scheduler draws noise and was given no random source");
  if (random.length === 1) return only.randn(count);
  const noise = new Float32Array(count);
  const each = count / random.length;
  for (const [picture, source] of random.entries()) noise.set(source.randn(each), picture * each);
  return noise;
}
