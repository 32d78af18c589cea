import { combine } from "./maths/combine.ts";
import { readConfig, takeSteps } from "./maths/config-reader.ts";
import { flowEnds, flowNoiser, shiftSigma } from "./maths/flow.ts";
import { drawNoise } from "./maths/noise.ts";
import { createRun } from "./maths/run.ts";
import { doubleAfterFirst, linspace, toFloat32 } from "./maths/sequences.ts";
import type { SchedulerFactory } from "./scheduler.ts";

/** Heun's method along a rectified flow, with optional churn: two calls a step, the mean of both slopes counts. */
export const flowMatchHeunDiscrete: SchedulerFactory = (config) => {
  const name = "FlowMatchHeunDiscreteScheduler";
  const reader = readConfig(name, config);
  const trainSteps = reader.count("num_train_timesteps", 1000);
  const shift = reader.number("shift", 1);

  return {
    name,
    config,
    setTimesteps(options) {
      const [max, min] = flowEnds(shift, trainSteps);
      const even = linspace(max * trainSteps, min * trainSteps, takeSteps(reader, options));
      const levels = toFloat32(even.map((timestep) => shiftSigma(shift, timestep / trainSteps)));
      const sigmas = [...doubleAfterFirst(levels), 0];
      let start: Float32Array;
      let firstSlope: Float32Array;
      let stride: number;

      return createRun({
        timesteps: toFloat32(doubleAfterFirst(levels).map((sigma) => sigma * trainSteps)),
        sigmas,
        order: 2,
        step(output, i, sample, { random, sChurn = 0, sNoise = 1 }) {
          const isFirst = i % 2 === 0;
          const sigma = sigmas[isFirst ? i : i - 1]!;
          const churned = sigma * (1 + Math.min(sChurn / (sigmas.length - 1), Math.SQRT2 - 1));
          let current = sample;
          if (churned > sigma) {
            const scale = sNoise * Math.sqrt(churned ** 2 - sigma ** 2);
            current = combine([1, sample], [scale, drawNoise(sample.length, random)]);
          }
          const denoised = combine([1, current], [-sigmas[i]!, output]);
          if (isFirst) {
            start = current;
            firstSlope = combine([sigma / churned, output]);
            stride = sigmas[i + 1]! - churned;
            return { previous: combine([1, current], [stride, firstSlope]), denoised };
          }
          return { previous: combine([1, start], [stride / 2, firstSlope], [stride / 2, output]), denoised };
        },
        addNoise: flowNoiser(sigmas),
      });
    },
  };
};
