import { combine } from "./combine.ts";

/** add_noise of the classes that index alphas_cumprod by the timestep: x = sqrt(a) x0 + sqrt(1 - a) noise. */
export function alphaNoiser(alphasCumprod: Float32Array, timesteps: readonly number[]) {
  return (original: Float32Array, noise: Float32Array, i: number): Float32Array => {
    const alpha = alphasCumprod[timesteps[i]!]!;
    return combine([Math.sqrt(alpha), original], [Math.sqrt(1 - alpha), noise]);
  };
}
