import { combine } from "./maths/combine.ts";
import { readConfig } from "./maths/config-reader.ts";
import { flowNoiser, readFlowSchedule } from "./maths/flow.ts";
import { drawNoise } from "./maths/noise.ts";
import { createRun } from "./maths/run.ts";
import type { SchedulerFactory } from "./scheduler.ts";

/** Consistency sampling along a rectified flow: predict the clean sample, add fresh noise for the next level. */
export const flowMatchLcm: SchedulerFactory = (config) => {
  const name = "FlowMatchLCMScheduler";
  const reader = readConfig(name, config);
  const schedule = readFlowSchedule(reader);
  const factors = reader.numbers("scale_factors") ?? [];
  if (factors.length > 0) throw reader.unsupported("scale_factors", factors, "none: the sample keeps its size");

  return {
    name,
    config,
    setTimesteps(options) {
      const { timesteps, sigmas } = schedule(options);

      return createRun({
        timesteps,
        sigmas,
        step(output, i, sample, { random }) {
          const next = sigmas[i + 1]!;
          const denoised = combine([1, sample], [-sigmas[i]!, output]);
          return { previous: combine([1 - next, denoised], [next, drawNoise(sample.length, random)]), denoised };
        },
        addNoise: flowNoiser(sigmas),
      });
    },
  };
};
