import { alphaNoiser } from "./maths/alpha-space.ts";
import { DDPM_BETAS, readAlphasCumprod } from "./maths/betas.ts";
import { readClipping } from "./maths/clipping.ts";
import { combine } from "./maths/combine.ts";
import { readConfig, takeSteps } from "./maths/config-reader.ts";
import { splitVariance } from "./maths/learned-variance.ts";
import { drawNoise } from "./maths/noise.ts";
import { predictOriginal, readPrediction } from "./maths/prediction.ts";
import { createRun } from "./maths/run.ts";
import { roundHalfEven } from "./maths/sequences.ts";
import { readSpacing, spacedTimesteps } from "./maths/timesteps.ts";
import type { SchedulerFactory, SetTimesteps } from "./scheduler.ts";

const VARIANCES = [
  "fixed_small",
  "fixed_small_log",
  "fixed_large",
  "fixed_large_log",
  "learned",
  "learned_range",
] as const;
const SMALLEST_VARIANCE = 1e-20;

/** Denoising diffusion probabilistic models: ancestral sampling with noise at every step but the last (Ho et al. 2020). */
export const ddpm: SchedulerFactory = (config) => {
  const name = "DDPMScheduler";
  const reader = readConfig(name, config);
  const alphas = readAlphasCumprod(reader, DDPM_BETAS, "exact");
  const spacing = readSpacing(reader, "leading");
  const stepsOffset = reader.number("steps_offset", 0);
  const varianceType = reader.choice("variance_type", VARIANCES, "fixed_small");
  const prediction = readPrediction(reader, ["epsilon", "v_prediction", "sample"], "epsilon");
  const clip = readClipping(reader, true);

  function readTimesteps(options: SetTimesteps): number[] {
    const trainSteps = alphas.length;
    const steps = takeSteps(reader, options, ["timesteps"]);
    const own = options.timesteps;
    if (!own) return spacedTimesteps({ steps, trainSteps, spacing, stepsOffset }).map(roundHalfEven);
    const isDescending = own.every((timestep, i) => timestep < (own[i - 1] ?? trainSteps));
    if (!isDescending) throw new Error(`${name}: timesteps of your own must descend from below ${trainSteps}`);
    return own.map(Math.trunc);
  }

  return {
    name,
    config,
    setTimesteps(options) {
      const timesteps = readTimesteps(options);

      return createRun({
        timesteps,
        step(output, i, sample, { random }, pictures) {
          const timestep = timesteps[i]!;
          const alpha = alphas[timestep]!;
          const next = i + 1 < timesteps.length ? alphas[timesteps[i + 1]!]! : 1;
          const beta = 1 - alpha / next;
          const split = splitVariance(output, sample.length, pictures);
          const original = predictOriginal(
            prediction,
            split.prediction,
            sample,
            Math.sqrt(alpha),
            Math.sqrt(1 - alpha),
          );
          const denoised = clip(original, pictures);
          const mean = combine(
            [(Math.sqrt(next) * beta) / (1 - alpha), denoised],
            [(Math.sqrt(alpha / next) * (1 - next)) / (1 - alpha), sample],
          );
          if (timestep === 0) return { previous: mean, denoised };
          const noise = drawNoise(sample.length, random);
          const small = Math.max(((1 - next) / (1 - alpha)) * beta, SMALLEST_VARIANCE);
          const spread = spreadOf(small, beta, split.variance);
          if (typeof spread === "number") return { previous: combine([1, mean], [spread, noise]), denoised };
          return { previous: mean.map((value, k) => value + spread[k]! * noise[k]!), denoised };
        },
        addNoise: alphaNoiser(alphas, timesteps),
      });
    },
  };

  /** The standard deviation of the noise, one for all elements or one for each: _get_variance and its use in step. */
  function spreadOf(small: number, large: number, learned: Float32Array | undefined): number | Float32Array {
    if (varianceType === "fixed_small" || varianceType === "fixed_small_log") return Math.sqrt(small);
    if (varianceType === "fixed_large") return Math.sqrt(large);
    // diffusers takes the root of the logarithm here: not a number for the usual betas, as there.
    if (varianceType === "fixed_large_log") return Math.sqrt(Math.log(large));
    if (!learned) throw reader.unsupported("variance_type", varianceType, "the network's output has no variance");
    if (varianceType === "learned") return learned.map(Math.sqrt);
    const [low, high] = [Math.log(small), Math.log(large)];
    return learned.map((share) => Math.exp(0.5 * (((share + 1) / 2) * high + (1 - (share + 1) / 2) * low)));
  }
};
