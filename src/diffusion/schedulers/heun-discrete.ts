import { HEUN_BETAS } from "./maths/betas.ts";
import { readClipSample } from "./maths/clipping.ts";
import { combine } from "./maths/combine.ts";
import { readConfig, takeSteps } from "./maths/config-reader.ts";
import { denoise, readPrediction } from "./maths/prediction.ts";
import { createRun } from "./maths/run.ts";
import { doubleAfterFirst, toFloat32 } from "./maths/sequences.ts";
import { readSigmaSpace, sigmaSpaceRun } from "./maths/sigma-space.ts";
import type { SchedulerFactory } from "./scheduler.ts";

/** Heun's method: an Euler step to the next level, then again with the mean of both slopes (Karras et al. 2022, algorithm 2). */
export const heunDiscrete: SchedulerFactory = (config) => {
  const name = "HeunDiscreteScheduler";
  const reader = readConfig(name, config);
  const space = readSigmaSpace(reader, { betas: HEUN_BETAS });
  const prediction = readPrediction(reader, ["epsilon", "v_prediction", "sample"], "epsilon");
  const clip = readClipSample(reader, false);

  return {
    name,
    config,
    setTimesteps(options) {
      const table = space.schedule(takeSteps(reader, options, ["timesteps"]), options.timesteps);
      const sigmas = toFloat32([...doubleAfterFirst(table.sigmas), 0]);
      let start: Float32Array;
      let firstSlope: Float32Array;

      return createRun({
        timesteps: doubleAfterFirst(table.timesteps),
        ...sigmaSpaceRun(sigmas, space.spacing),
        order: 2,
        step(output, i, sample, _options, pictures) {
          const sigma = sigmas[i]!;
          const denoised = clip(denoise(prediction, output, sample, sigma), pictures);
          const slope = combine([1 / sigma, sample], [-1 / sigma, denoised]);
          if (i % 2 === 0) {
            start = sample;
            firstSlope = slope;
            return { previous: combine([1, sample], [sigmas[i + 1]! - sigma, slope]), denoised };
          }
          const half = (sigma - sigmas[i - 1]!) / 2;
          return { previous: combine([1, start], [half, firstSlope], [half, slope]), denoised };
        },
      });
    },
  };
};
