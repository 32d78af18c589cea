import { alphaNoiser } from "./maths/alpha-space.ts";
import { DDPM_BETAS, readAlphasCumprod } from "./maths/betas.ts";
import { readClipping } from "./maths/clipping.ts";
import { combine, type Term } from "./maths/combine.ts";
import { readConfig, takeSteps } from "./maths/config-reader.ts";
import { drawNoise } from "./maths/noise.ts";
import { predictNoise, predictOriginal, readPrediction } from "./maths/prediction.ts";
import { createRun } from "./maths/run.ts";
import { roundHalfEven } from "./maths/sequences.ts";
import { readSpacing, spacedTimesteps } from "./maths/timesteps.ts";
import type { SchedulerFactory } from "./scheduler.ts";

/** Denoising diffusion implicit models (Song et al. 2020, formulas 12 and 16); eta 1 adds as much noise as DDPM. */
export const ddim: SchedulerFactory = (config) => {
  const name = "DDIMScheduler";
  const reader = readConfig(name, config);
  const alphas = readAlphasCumprod(reader, DDPM_BETAS, "exact");
  const finalAlpha = reader.flag("set_alpha_to_one", true) ? 1 : alphas[0]!;
  const spacing = readSpacing(reader, "leading");
  const stepsOffset = reader.number("steps_offset", 0);
  const prediction = readPrediction(reader, ["epsilon", "v_prediction", "sample"], "epsilon");
  const clip = readClipping(reader, true);

  return {
    name,
    config,
    setTimesteps(options) {
      const steps = takeSteps(reader, options);
      const trainSteps = alphas.length;
      const timesteps = spacedTimesteps({ steps, trainSteps, spacing, stepsOffset }).map(roundHalfEven);
      const stride = Math.floor(trainSteps / steps);

      return createRun({
        timesteps,
        step(output, i, sample, { random, eta = 0 }, pictures) {
          const timestep = timesteps[i]!;
          const alpha = alphas[timestep]!;
          const next = timestep < stride ? finalAlpha : alphas[timestep - stride]!;
          const [signal, sigma] = [Math.sqrt(alpha), Math.sqrt(1 - alpha)];
          const denoised = clip(predictOriginal(prediction, output, sample, signal, sigma), pictures);
          const noise = predictNoise(prediction, output, sample, signal, sigma);
          const spread = eta * Math.sqrt(((1 - next) / (1 - alpha)) * (1 - alpha / next));
          const terms: [Term, Term] = [
            [Math.sqrt(next), denoised],
            [Math.sqrt(1 - next - spread ** 2), noise],
          ];
          if (eta === 0) return { previous: combine(...terms), denoised };
          return { previous: combine(...terms, [spread, drawNoise(sample.length, random)]), denoised };
        },
        addNoise: alphaNoiser(alphas, timesteps),
      });
    },
  };
};
