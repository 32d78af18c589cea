import { combine } from "./maths/combine.ts";
import { readConfig } from "./maths/config-reader.ts";
import { flowNoiser, readFlowSchedule } from "./maths/flow.ts";
import { drawNoise } from "./maths/noise.ts";
import { createRun } from "./maths/run.ts";
import type { SchedulerFactory } from "./scheduler.ts";

/** Euler's method along a rectified flow, x = (1 - sigma) x0 + sigma noise, whose network predicts noise - x0 (Liu et al. 2022; Esser et al. 2024). */
export const flowMatchEulerDiscrete: SchedulerFactory = (config) => {
  const name = "FlowMatchEulerDiscreteScheduler";
  const reader = readConfig(name, config);
  const schedule = readFlowSchedule(reader);
  const isStochastic = reader.flag("stochastic_sampling", false);

  return {
    name,
    config,
    setTimesteps(options) {
      const { timesteps, sigmas } = schedule(options);

      return createRun({
        timesteps,
        sigmas,
        step(output, i, sample, { random }) {
          const [sigma, next] = [sigmas[i]!, sigmas[i + 1]!];
          const denoised = combine([1, sample], [-sigma, output]);
          if (!isStochastic) return { previous: combine([1, sample], [next - sigma, output]), denoised };
          return { previous: combine([1 - next, denoised], [next, drawNoise(sample.length, random)]), denoised };
        },
        addNoise: flowNoiser(sigmas),
      });
    },
  };
};
