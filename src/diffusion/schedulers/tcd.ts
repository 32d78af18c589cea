import { alphaNoiser } from "./maths/alpha-space.ts";
import { LCM_BETAS, readAlphasCumprod } from "./maths/betas.ts";
import { combine } from "./maths/combine.ts";
import { readConfig } from "./maths/config-reader.ts";
import { distilledTimesteps } from "./maths/distilled-timesteps.ts";
import { drawNoise } from "./maths/noise.ts";
import { predictNoise, predictOriginal, readPrediction } from "./maths/prediction.ts";
import { createRun } from "./maths/run.ts";
import type { SchedulerFactory } from "./scheduler.ts";

const DEFAULT_ETA = 0.3;

/** Trajectory consistency distillation: eta is the paper's gamma, 0 is deterministic and 1 adds most noise (Zheng et al. 2024, algorithm 4). */
export const tcd: SchedulerFactory = (config) => {
  const name = "TCDScheduler";
  const reader = readConfig(name, config);
  const alphas = readAlphasCumprod(reader, LCM_BETAS, "exact");
  const prediction = readPrediction(reader, ["epsilon", "v_prediction", "sample"], "epsilon");

  return {
    name,
    config,
    setTimesteps(options) {
      const { timesteps, steps } = distilledTimesteps(reader, options, alphas.length, "any");

      return createRun({
        timesteps,
        step(output, i, sample, { random, eta = DEFAULT_ETA }) {
          if (!(eta >= 0 && eta <= 1)) throw new RangeError(`eta: ${eta} is not between 0 and 1`);
          const alpha = alphas[timesteps[i]!]!;
          const nextTimestep = timesteps[i + 1] ?? 0;
          const next = alphas[nextTimestep]!;
          const between = alphas[Math.floor(Math.fround(Math.fround(1 - eta) * nextTimestep))]!;
          const [signal, sigma] = [Math.sqrt(alpha), Math.sqrt(1 - alpha)];
          const denoised = predictOriginal(prediction, output, sample, signal, sigma);
          const noise = predictNoise(prediction, output, sample, signal, sigma);
          const noised = combine([Math.sqrt(between), denoised], [Math.sqrt(1 - between), noise]);
          if (eta === 0 || i === steps - 1) return { previous: noised, denoised };
          const ratio = next / between;
          const fresh = drawNoise(sample.length, random);
          return { previous: combine([Math.sqrt(ratio), noised], [Math.sqrt(1 - ratio), fresh]), denoised };
        },
        addNoise: alphaNoiser(alphas, timesteps),
      });
    },
  };
};
