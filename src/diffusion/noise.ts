import type { RandomSource } from "../numerics/random-source.ts";
import type { GeneratorSeeds } from "./call.ts";

/** The random streams of one call: diffusers' `generator` argument. */
export interface Generators {
  readonly kind: GeneratorSeeds["kind"];
  /** One, or one per picture: what a scheduler's step takes. */
  readonly sources: readonly RandomSource[];
  /** randn_tensor of [pictures, ...] with `perPicture` elements each: one draw, or one per picture in turn. */
  randn(perPicture: number): Float32Array;
}

/** Opens the streams of a call for `pictures` pictures. Throws RangeError when a list has another length. */
export function createGenerators(
  seeds: GeneratorSeeds,
  pictures: number,
  createRandom: (seed: number) => RandomSource,
): Generators {
  if (seeds.kind === "single") {
    const source = createRandom(seeds.seed);
    return { kind: "single", sources: [source], randn: (perPicture) => source.randn(pictures * perPicture) };
  }
  if (seeds.seeds.length !== pictures)
    throw new RangeError(`${seeds.seeds.length} generators for ${pictures} pictures`);
  const sources = seeds.seeds.map(createRandom);
  return {
    kind: "list",
    sources,
    randn: (perPicture) => concatenate(sources.map((source) => source.randn(perPicture))),
  };
}

/** The parts one after the other. */
export function concatenate(parts: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

/** The same numbers `times` times, one after the other. */
export function repeat(part: Float32Array, times: number): Float32Array {
  return concatenate(Array.from({ length: times }, () => part));
}
