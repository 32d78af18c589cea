import type { ConfigReader } from "./config-reader.ts";
import { linspace, roundHalfEven } from "./sequences.ts";

export type Spacing = "linspace" | "leading" | "trailing";

/** timestep_spacing with the default of the class. */
export function readSpacing(config: ConfigReader, fallback: Spacing): Spacing {
  return config.choice("timestep_spacing", ["linspace", "leading", "trailing"], fallback);
}

interface SpacingOptions {
  readonly steps: number;
  readonly trainSteps: number;
  readonly spacing: Spacing;
  /** Added to leading timesteps only, as diffusers does. */
  readonly stepsOffset: number;
}

/**
 * Timesteps from noisy to clean: `steps` points that include both ends (linspace), the low end (leading) or the high end
 * (trailing; Lin et al. 2023, table 2). Linspace timesteps are fractions.
 */
export function spacedTimesteps(options: SpacingOptions): number[] {
  const { steps, trainSteps, spacing, stepsOffset } = options;
  if (steps > trainSteps) throw new Error(`numInferenceSteps ${steps} is more than num_train_timesteps ${trainSteps}`);
  if (spacing === "linspace") return linspace(0, trainSteps - 1, steps).reverse();
  if (spacing === "trailing") return trailing(trainSteps, trainSteps / steps, steps);
  const stride = Math.floor(trainSteps / steps);
  return Array.from({ length: steps }, (_, i) => (steps - 1 - i) * stride + stepsOffset);
}

/**
 * Whole timesteps from noisy to clean as the multistep solvers take them: `steps` of steps + 1 points, the cleanest left
 * out. `lastTimestep` is below `trainSteps` when lambda_min_clipped cuts the noisiest off.
 */
export function solverTimesteps(options: SpacingOptions & { readonly lastTimestep?: number }): number[] {
  const { steps, trainSteps, spacing, stepsOffset, lastTimestep = trainSteps } = options;
  if (steps > trainSteps) throw new Error(`numInferenceSteps ${steps} is more than num_train_timesteps ${trainSteps}`);
  if (spacing === "trailing") return trailing(lastTimestep, trainSteps / steps, steps);
  if (spacing === "linspace")
    return linspace(0, lastTimestep - 1, steps + 1)
      .map(roundHalfEven)
      .reverse()
      .slice(0, -1);
  const stride = Math.floor(lastTimestep / (steps + 1));
  return Array.from({ length: steps }, (_, i) => (steps - i) * stride + stepsOffset);
}

/**
 * numpy.arange(high, 0, -stride).round() - 1. For some counts (61, 103, ...) the sum of the strides misses 0 by a rounding
 * error and diffusers gets one timestep more, -1; it is cut off here.
 */
function trailing(high: number, stride: number, steps: number): number[] {
  const step = high - stride - high;
  const count = Math.min(Math.ceil(high / stride), steps);
  return Array.from({ length: count }, (_, i) => roundHalfEven(high + i * step) - 1);
}
