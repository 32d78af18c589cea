import { combine } from "./maths/combine.ts";
import { readConfig, takeSteps } from "./maths/config-reader.ts";
import { readEdm } from "./maths/edm.ts";
import { drawNoise } from "./maths/noise.ts";
import { createRun } from "./maths/run.ts";
import { linspace } from "./maths/sequences.ts";
import type { SchedulerFactory } from "./scheduler.ts";

/** Euler's method in the formulation of EDM, with optional churn (Karras et al. 2022, algorithm 2 without its second-order part). */
export const edmEuler: SchedulerFactory = (config) => {
  const name = "EDMEulerScheduler";
  const reader = readConfig(name, config);
  const edm = readEdm(reader);

  return {
    name,
    config,
    setTimesteps(options) {
      // Sigmas of the caller's own are positions on the ramp from sigma_max to sigma_min, as in diffusers.
      const steps = takeSteps(reader, options, ["sigmas"]);
      const { timesteps, sigmas } = edm.schedule(options.sigmas ?? linspace(0, 1, steps));

      return createRun({
        timesteps,
        sigmas,
        initNoiseSigma: edm.initNoiseSigma,
        scaleModelInput: (sample, i) => edm.scaleModelInput(sample, sigmas[i]!),
        step(output, i, sample, { random, sChurn = 0, sNoise = 1 }) {
          const sigma = sigmas[i]!;
          const churned = sigma * (1 + Math.min(sChurn / (sigmas.length - 1), Math.SQRT2 - 1));
          let current = sample;
          if (churned > sigma) {
            const scale = sNoise * Math.sqrt(churned ** 2 - sigma ** 2);
            current = combine([1, sample], [scale, drawNoise(sample.length, random)]);
          }
          const denoised = edm.denoise(output, current, churned);
          const ratio = sigmas[i + 1]! / churned;
          return { previous: combine([ratio, current], [1 - ratio, denoised]), denoised };
        },
        addNoise: (original, noise, i) => combine([1, original], [sigmas[i]!, noise]),
      });
    },
  };
};
