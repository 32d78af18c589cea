import { HEUN_BETAS } from "./maths/betas.ts";
import { combine } from "./maths/combine.ts";
import { readConfig, takeSteps } from "./maths/config-reader.ts";
import { betweenTimesteps, interleave, logMean } from "./maths/midpoints.ts";
import { drawNoise } from "./maths/noise.ts";
import { denoise, readPrediction } from "./maths/prediction.ts";
import { createRun } from "./maths/run.ts";
import { doubleAfterFirst, roundHalfEven, toFloat32 } from "./maths/sequences.ts";
import { readSigmaSpace, sigmaSpaceRun } from "./maths/sigma-space.ts";
import type { SchedulerFactory } from "./scheduler.ts";

const { fround } = Math;

/** DPM-Solver-2 that goes further down than the next level and adds fresh noise (k-diffusion's sample_dpm_2_ancestral). */
export const kdpm2AncestralDiscrete: SchedulerFactory = (config) => {
  const name = "KDPM2AncestralDiscreteScheduler";
  const reader = readConfig(name, config);
  const space = readSigmaSpace(reader, { betas: HEUN_BETAS, roundKarras: roundHalfEven });
  const prediction = readPrediction(reader, ["epsilon", "v_prediction"], "epsilon");

  return {
    name,
    config,
    setTimesteps(options) {
      const table = space.schedule(takeSteps(reader, options));
      const levels = toFloat32([...table.sigmas, 0]);
      const steps = levels.slice(0, -1).map((level, k) => {
        const next = levels[k + 1]!;
        // Rounded after every operation, as torch does: the differences of close squares show it in the timesteps.
        const [square, nextSquare] = [fround(level ** 2), fround(next ** 2)];
        const up = fround(Math.sqrt(fround(fround(nextSquare * fround(square - nextSquare)) / square)));
        const down = fround(Math.sqrt(fround(nextSquare - fround(up ** 2))));
        return { level, up, down, middle: logMean(level, down) };
      });
      const sigmas = [...doubleAfterFirst(levels), 0];
      const middles = steps.map(({ middle }) => middle).slice(0, -1);
      let start: Float32Array;

      return createRun({
        timesteps: interleave(table.timesteps, betweenTimesteps(middles, space.logTable)),
        ...sigmaSpaceRun(sigmas, space.spacing, (i) => (i % 2 === 0 ? sigmas[i]! : middles[(i - 1) / 2]!)),
        order: 2,
        step(output, i, sample, { random }) {
          const { level, up, down, middle } = steps[Math.floor(i / 2)]!;
          if (i % 2 === 0) {
            const denoised = denoise(prediction, output, sample, level);
            start = sample;
            return { previous: combine([middle / level, sample], [1 - middle / level, denoised]), denoised };
          }
          const denoised = denoise(prediction, output, sample, middle);
          const slope = (down - level) / middle;
          const noise = drawNoise(sample.length, random);
          return { previous: combine([1, start], [slope, sample], [-slope, denoised], [up, noise]), denoised };
        },
      });
    },
  };
};
