import { HEUN_BETAS } from "./maths/betas.ts";
import { combine } from "./maths/combine.ts";
import { readConfig, takeSteps } from "./maths/config-reader.ts";
import { betweenTimesteps, interleave } from "./maths/midpoints.ts";
import { drawNoise } from "./maths/noise.ts";
import { denoise, readPrediction } from "./maths/prediction.ts";
import { createRun } from "./maths/run.ts";
import { doubleAfterFirst, toFloat32 } from "./maths/sequences.ts";
import { readSigmaSpace, sigmaSpaceRun } from "./maths/sigma-space.ts";
import type { SchedulerFactory } from "./scheduler.ts";

/**
 * DPM-Solver++ SDE (k-diffusion's sample_dpmpp_sde): two calls a step, both with noise of one Brownian path over sigma.
 * diffusers draws that path with torchsde, from a seed of its own; here it is built from the run's random sources: the
 * second call's noise contains the first one's. Same distribution and reproducible, but not diffusers' pictures.
 */
export const dpmSolverSde: SchedulerFactory = (config) => {
  const name = "DPMSolverSDEScheduler";
  const reader = readConfig(name, config);
  const space = readSigmaSpace(reader, { betas: HEUN_BETAS });
  const prediction = readPrediction(reader, ["epsilon", "v_prediction"], "epsilon");

  return {
    name,
    config,
    setTimesteps(options) {
      const table = space.schedule(takeSteps(reader, options));
      const levels = toFloat32([...table.sigmas, 0]);
      const middles = levels.slice(1).map((level, k) => Math.sqrt(level * levels[k]!));
      const sigmas = [...doubleAfterFirst(levels.slice(0, -1)), 0];
      const seen = (i: number): number => (i % 2 === 0 ? sigmas[i]! : middles[(i - 1) / 2]!);
      let start: Float32Array;
      let firstNoise: Float32Array;

      return createRun({
        timesteps: interleave(table.timesteps, betweenTimesteps(middles.slice(0, -1), space.logTable)),
        ...sigmaSpaceRun(sigmas, space.spacing, seen),
        order: 2,
        step(output, i, sample, { random, sNoise = 1 }) {
          const k = Math.floor(i / 2);
          const [from, middle, next] = [levels[k]!, middles[k]!, levels[k + 1]!];
          const denoised = denoise(prediction, output, sample, seen(i));
          if (next === 0) return { previous: denoised, denoised };
          const to = i % 2 === 0 ? middle : next;
          const up = Math.min(to, Math.sqrt((to ** 2 * (from ** 2 - to ** 2)) / from ** 2));
          const ratio = Math.sqrt(to ** 2 - up ** 2) / from;

          let noise = drawNoise(sample.length, random);
          if (i % 2 === 0) {
            start = sample;
            firstNoise = noise;
          } else {
            // Increments of the path over [middle, from] and [next, middle], as one normal over the whole step.
            const whole = from - next;
            noise = combine(
              [Math.sqrt((from - middle) / whole), firstNoise],
              [Math.sqrt((middle - next) / whole), noise],
            );
          }
          return { previous: combine([ratio, start], [1 - ratio, denoised], [sNoise * up, noise]), denoised };
        },
      });
    },
  };
};
