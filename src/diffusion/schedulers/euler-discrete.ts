import { combine } from "./maths/combine.ts";
import { readConfig, takeSteps } from "./maths/config-reader.ts";
import { drawNoise } from "./maths/noise.ts";
import { denoise, readPrediction } from "./maths/prediction.ts";
import { createRun } from "./maths/run.ts";
import { toFloat32, torchLinspace } from "./maths/sequences.ts";
import { readSigmaSpace, sigmaSpaceRun } from "./maths/sigma-space.ts";
import { sigmaToTimestep } from "./maths/sigmas.ts";
import type { SchedulerFactory, SetTimesteps } from "./scheduler.ts";

/** Euler's method, with optional churn (Karras et al. 2022, algorithm 2 without its second-order part). */
export const eulerDiscrete: SchedulerFactory = (config) => {
  const name = "EulerDiscreteScheduler";
  const reader = readConfig(name, config);
  const space = readSigmaSpace(reader, { zeroSnr: "floored" });
  const prediction = readPrediction(reader, ["epsilon", "v_prediction", "sample"], "epsilon");
  const interpolation = reader.choice("interpolation_type", ["linear", "log_linear"], "linear");
  const final = reader.choice("final_sigmas_type", ["zero", "sigma_min"], "zero");
  const timestepType = reader.choice("timestep_type", ["discrete", "continuous"], "discrete");
  const isContinuous = timestepType === "continuous" && prediction === "v_prediction";

  function schedule(options: SetTimesteps): { timesteps: number[]; sigmas: number[] } {
    const steps = takeSteps(reader, options, ["timesteps", "sigmas"]);
    if (options.sigmas) {
      const sigmas = toFloat32(options.sigmas);
      return { sigmas, timesteps: sigmas.slice(0, -1).map((sigma) => sigmaToTimestep(sigma, space.logTable)) };
    }
    if (options.timesteps && isContinuous)
      throw reader.unsupported("timestep_type", timestepType, "not with timesteps of your own");
    const last = final === "zero" ? 0 : space.table[0]!;
    const { timesteps, sigmas } = space.schedule(steps, options.timesteps);
    if (interpolation === "linear" || space.shape) return { timesteps, sigmas: [...sigmas, last] };
    const { logTable } = space;
    return { timesteps, sigmas: [...torchLinspace(logTable.at(-1)!, logTable[0]!, steps + 1).map(Math.exp), last] };
  }

  return {
    name,
    config,
    setTimesteps(options) {
      const table = schedule(options);
      const sigmas = toFloat32(table.sigmas);
      const timesteps = isContinuous ? sigmas.slice(0, -1).map((sigma) => 0.25 * Math.log(sigma)) : table.timesteps;

      return createRun({
        timesteps: toFloat32(timesteps),
        ...sigmaSpaceRun(sigmas, space.spacing),
        step(output, i, sample, { random, sChurn = 0, sNoise = 1 }) {
          const sigma = sigmas[i]!;
          const gamma = Math.min(sChurn / (sigmas.length - 1), Math.SQRT2 - 1);
          const churned = sigma * (gamma + 1);
          let current = sample;
          if (gamma > 0) {
            const scale = sNoise * Math.sqrt(churned ** 2 - sigma ** 2);
            current = combine([1, sample], [scale, drawNoise(sample.length, random)]);
          }
          const denoised = denoise(prediction, output, current, prediction === "epsilon" ? churned : sigma);
          const ratio = sigmas[i + 1]! / churned;
          return { previous: combine([ratio, current], [1 - ratio, denoised]), denoised };
        },
      });
    },
  };
};
