import { alphaNoiser } from "./maths/alpha-space.ts";
import { LCM_BETAS, readAlphasCumprod } from "./maths/betas.ts";
import { readClipping } from "./maths/clipping.ts";
import { combine } from "./maths/combine.ts";
import { readConfig } from "./maths/config-reader.ts";
import { distilledTimesteps } from "./maths/distilled-timesteps.ts";
import { drawNoise } from "./maths/noise.ts";
import { predictOriginal, readPrediction } from "./maths/prediction.ts";
import { createRun } from "./maths/run.ts";
import type { SchedulerFactory } from "./scheduler.ts";

/** Standard deviation of the data in the boundary conditions of consistency models (Song et al. 2023, appendix C). */
const SIGMA_DATA = 0.5;

/** Latent consistency models: predict the clean sample, add fresh noise for the next level (Luo et al. 2023). */
export const lcm: SchedulerFactory = (config) => {
  const name = "LCMScheduler";
  const reader = readConfig(name, config);
  const alphas = readAlphasCumprod(reader, LCM_BETAS, "exact");
  const prediction = readPrediction(reader, ["epsilon", "v_prediction", "sample"], "epsilon");
  const clip = readClipping(reader, false);
  const scaling = reader.number("timestep_scaling", 10);

  return {
    name,
    config,
    setTimesteps(options) {
      const { timesteps, steps } = distilledTimesteps(reader, options, alphas.length, "skipping");

      return createRun({
        timesteps,
        step(output, i, sample, { random }, pictures) {
          const timestep = timesteps[i]!;
          const alpha = alphas[timestep]!;
          const [signal, sigma] = [Math.sqrt(alpha), Math.sqrt(1 - alpha)];
          const original = clip(predictOriginal(prediction, output, sample, signal, sigma), pictures);
          const scaled = timestep * scaling;
          const skip = SIGMA_DATA ** 2 / (scaled ** 2 + SIGMA_DATA ** 2);
          const out = scaled / Math.sqrt(scaled ** 2 + SIGMA_DATA ** 2);
          const denoised = combine([out, original], [skip, sample]);
          if (i === steps - 1) return { previous: denoised, denoised };
          const next = alphas[timesteps[i + 1] ?? timestep]!;
          const noise = drawNoise(sample.length, random);
          return { previous: combine([Math.sqrt(next), denoised], [Math.sqrt(1 - next), noise]), denoised };
        },
        addNoise: alphaNoiser(alphas, timesteps),
      });
    },
  };
};
