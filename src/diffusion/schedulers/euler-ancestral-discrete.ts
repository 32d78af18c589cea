import { combine } from "./maths/combine.ts";
import { readConfig, takeSteps } from "./maths/config-reader.ts";
import { drawNoise } from "./maths/noise.ts";
import { denoise, readPrediction } from "./maths/prediction.ts";
import { createRun } from "./maths/run.ts";
import { toFloat32 } from "./maths/sequences.ts";
import { readSigmaSpace, sigmaSpaceRun } from "./maths/sigma-space.ts";
import type { SchedulerFactory } from "./scheduler.ts";

/** Euler's method that goes further down than the next noise level and adds fresh noise, at every step (k-diffusion's sample_euler_ancestral). */
export const eulerAncestralDiscrete: SchedulerFactory = (config) => {
  const name = "EulerAncestralDiscreteScheduler";
  const reader = readConfig(name, config);
  // diffusers' class knows no Karras, exponential or beta sigmas and ignores the keys.
  const space = readSigmaSpace(
    readConfig(name, { ...config, use_karras_sigmas: false, use_exponential_sigmas: false, use_beta_sigmas: false }),
    { zeroSnr: "floored" },
  );
  const prediction = readPrediction(reader, ["epsilon", "v_prediction"], "epsilon");

  return {
    name,
    config,
    setTimesteps(options) {
      const table = space.schedule(takeSteps(reader, options));
      const sigmas = toFloat32([...table.sigmas, 0]);

      return createRun({
        timesteps: table.timesteps,
        ...sigmaSpaceRun(sigmas, space.spacing),
        step(output, i, sample, { random }) {
          const [from, to] = [sigmas[i]!, sigmas[i + 1]!];
          const up = Math.sqrt((to ** 2 * (from ** 2 - to ** 2)) / from ** 2);
          const ratio = Math.sqrt(to ** 2 - up ** 2) / from;
          const denoised = denoise(prediction, output, sample, from);
          const noise = drawNoise(sample.length, random);
          return { previous: combine([ratio, sample], [1 - ratio, denoised], [up, noise]), denoised };
        },
      });
    },
  };
};
