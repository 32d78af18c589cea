import { HEUN_BETAS } from "./maths/betas.ts";
import { combine } from "./maths/combine.ts";
import { readConfig, takeSteps } from "./maths/config-reader.ts";
import { betweenTimesteps, interleave, logMean } from "./maths/midpoints.ts";
import { denoise, readPrediction } from "./maths/prediction.ts";
import { createRun } from "./maths/run.ts";
import { doubleAfterFirst, roundHalfEven, toFloat32 } from "./maths/sequences.ts";
import { readSigmaSpace, sigmaSpaceRun } from "./maths/sigma-space.ts";
import type { SchedulerFactory } from "./scheduler.ts";

/** DPM-Solver-2 as k-diffusion's sample_dpm_2: the slope at the geometric mean of two levels carries the whole step. */
export const kdpm2Discrete: SchedulerFactory = (config) => {
  const name = "KDPM2DiscreteScheduler";
  const reader = readConfig(name, config);
  const space = readSigmaSpace(reader, { betas: HEUN_BETAS, roundKarras: roundHalfEven });
  const prediction = readPrediction(reader, ["epsilon", "v_prediction"], "epsilon");

  return {
    name,
    config,
    setTimesteps(options) {
      const table = space.schedule(takeSteps(reader, options));
      const levels = toFloat32([...table.sigmas, 0]);
      const middles = levels.slice(1).map((level, k) => logMean(level, levels[k]!));
      const sigmas = [...doubleAfterFirst(levels), 0];
      const between = betweenTimesteps(middles.slice(0, -1), space.logTable);
      let start: Float32Array;

      return createRun({
        timesteps: interleave(table.timesteps, between),
        ...sigmaSpaceRun(sigmas, space.spacing, (i) => (i % 2 === 0 ? sigmas[i]! : middles[(i - 1) / 2]!)),
        order: 2,
        step(output, i, sample) {
          const isFirst = i % 2 === 0;
          const k = Math.floor(i / 2);
          const [level, middle] = [levels[k]!, middles[k]!];
          const seen = isFirst ? level : middle;
          const denoised = denoise(prediction, output, sample, seen);
          if (isFirst) start = sample;
          const slope = ((isFirst ? middle : levels[k + 1]!) - level) / seen;
          return { previous: combine([1, start], [slope, sample], [-slope, denoised]), denoised };
        },
      });
    },
  };
};
