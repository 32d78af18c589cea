import { sigmaToTimestep } from "./sigmas.ts";

/** The geometric mean of two noise levels, by float32 logarithms as torch takes it; 0 when one is 0. */
export function logMean(a: number, b: number): number {
  if (a === 0 || b === 0) return 0;
  const { fround, log, exp } = Math;
  const [from, to] = [fround(log(a)), fround(log(b))];
  return fround(exp(fround(to - fround(fround(to - from) * 0.5))));
}

/** Fractional timesteps of levels between the steps; their logarithms are float32, unlike those of the steps. */
export function betweenTimesteps(sigmas: readonly number[], logSigmas: Float32Array): number[] {
  return sigmas.map((sigma) => sigmaToTimestep(sigma, logSigmas, Math.fround));
}

/** plain[0], between[0], plain[1], between[1], ..., plain.at(-1): one timestep for every call of a two-call solver. */
export function interleave(plain: readonly number[], between: readonly number[]): number[] {
  return plain.flatMap((timestep, k) => (k === 0 ? [timestep] : [between[k - 1]!, timestep]));
}
