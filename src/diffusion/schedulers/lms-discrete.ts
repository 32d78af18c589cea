import { combine, type Term } from "./maths/combine.ts";
import { readConfig, takeSteps } from "./maths/config-reader.ts";
import { denoise, readPrediction } from "./maths/prediction.ts";
import { createRun } from "./maths/run.ts";
import { toFloat32 } from "./maths/sequences.ts";
import { readSigmaSpace, sigmaSpaceRun } from "./maths/sigma-space.ts";
import type { SchedulerFactory } from "./scheduler.ts";

const MAX_ORDER = 4;
/** Gauss and Legendre's two points are exact up to degree 3, the highest here. */
const GAUSS = 1 / Math.sqrt(3);

/** Linear multistep method over the noise levels (Katherine Crowson's k-diffusion, sample_lms). */
export const lmsDiscrete: SchedulerFactory = (config) => {
  const name = "LMSDiscreteScheduler";
  const reader = readConfig(name, config);
  const space = readSigmaSpace(reader);
  const prediction = readPrediction(reader, ["epsilon", "v_prediction", "sample"], "epsilon");

  return {
    name,
    config,
    setTimesteps(options) {
      const table = space.schedule(takeSteps(reader, options));
      const sigmas = toFloat32([...table.sigmas, 0]);
      /** The newest first. */
      const slopes: Float32Array[] = [];

      return createRun({
        timesteps: table.timesteps,
        ...sigmaSpaceRun(sigmas, space.spacing),
        step(output, i, sample) {
          const sigma = sigmas[i]!;
          const denoised = denoise(prediction, output, sample, sigma);
          slopes.unshift(combine([1 / sigma, sample], [-1 / sigma, denoised]));
          slopes.splice(MAX_ORDER);
          // After image to image's begin diffusers uses the weights of the full order with the few slopes it has.
          const order = Math.min(i + 1, MAX_ORDER);
          const terms = slopes.map((slope, k): Term => [lmsCoefficient(sigmas, i, order, k), slope]);
          return { previous: combine([1, sample], ...terms), denoised };
        },
      });
    },
  };
};

/** get_lms_coefficient: the integral over [sigmas[i], sigmas[i + 1]] of the Lagrange polynomial that is 1 at sigmas[i - k]. */
function lmsCoefficient(sigmas: readonly number[], i: number, order: number, k: number): number {
  const polynomial = (tau: number): number => {
    let product = 1;
    for (let other = 0; other < order; other++) {
      if (other !== k) product *= (tau - sigmas[i - other]!) / (sigmas[i - k]! - sigmas[i - other]!);
    }
    return product;
  };
  const half = (sigmas[i + 1]! - sigmas[i]!) / 2;
  const middle = (sigmas[i + 1]! + sigmas[i]!) / 2;
  return half * (polynomial(middle - half * GAUSS) + polynomial(middle + half * GAUSS));
}
