import { alphaNoiser } from "./maths/alpha-space.ts";
import { DDPM_BETAS, readAlphasCumprod } from "./maths/betas.ts";
import { combine, type Term } from "./maths/combine.ts";
import { readConfig, takeSteps } from "./maths/config-reader.ts";
import { predictNoise, predictOriginal, readPrediction } from "./maths/prediction.ts";
import { createRun } from "./maths/run.ts";
import { roundHalfEven } from "./maths/sequences.ts";
import { readSpacing, spacedTimesteps } from "./maths/timesteps.ts";
import type { SchedulerFactory } from "./scheduler.ts";

/** Linear multistep weights by the number of outputs known, the newest first (Liu et al. 2022, formula 12 and its starts). */
const PLMS_WEIGHTS = [
  [1],
  [3 / 2, -1 / 2],
  [23 / 12, -16 / 12, 5 / 12],
  [55 / 24, -59 / 24, 37 / 24, -9 / 24],
] as const;
/** Runge and Kutta's weights of the four calls of one step. */
const PRK_WEIGHTS = [1 / 6, 1 / 3, 1 / 3, 1 / 6] as const;
const PRK_STEPS = 3;

/** Pseudo numerical methods for diffusion models (Liu et al. 2022): multistep after one repeated call, or after three Runge-Kutta steps. */
export const pndm: SchedulerFactory = (config) => {
  const name = "PNDMScheduler";
  const reader = readConfig(name, config);
  const alphas = readAlphasCumprod(reader, DDPM_BETAS);
  const finalAlpha = reader.flag("set_alpha_to_one", false) ? 1 : alphas[0]!;
  const spacing = readSpacing(reader, "leading");
  const stepsOffset = reader.number("steps_offset", 0);
  const skipsPrk = reader.flag("skip_prk_steps", false);
  const prediction = readPrediction(reader, ["epsilon", "v_prediction"], "epsilon");

  /** _get_prev_sample: formula 9 of the paper, from one timestep to another. */
  function transfer(sample: Float32Array, from: number, to: number, output: Float32Array): Float32Array {
    const alpha = alphas[from]!;
    const next = to >= 0 ? alphas[to]! : finalAlpha;
    const noise = predictNoise(prediction, output, sample, Math.sqrt(alpha), Math.sqrt(1 - alpha));
    const divisor = alpha * Math.sqrt(1 - next) + Math.sqrt(alpha * (1 - alpha) * next);
    return combine([Math.sqrt(next / alpha), sample], [-(next - alpha) / divisor, noise]);
  }

  return {
    name,
    config,
    setTimesteps(options) {
      const steps = takeSteps(reader, options);
      if (!skipsPrk && steps <= PRK_STEPS)
        throw reader.unsupported("skip_prk_steps", false, `from ${PRK_STEPS + 1} steps on`);
      const stride = Math.floor(alphas.length / steps);
      const plain = spacedTimesteps({ steps, trainSteps: alphas.length, spacing, stepsOffset }).map(roundHalfEven);
      const half = Math.floor(stride / 2);
      const prk = skipsPrk ? [] : prkTimesteps(plain, half);
      const plms = skipsPrk ? [...plain.slice(0, 2), ...plain.slice(1)] : plain.slice(PRK_STEPS);
      const timesteps = [...prk, ...plms];
      /** Calls of step; after image to image's begin it counts from 0 all the same. */
      let calls = 0;
      let base: Float32Array;
      /** Outputs of the plain timesteps, the newest first. */
      const outputs: Float32Array[] = [];
      let sum: Term[] = [];

      function prkStep(output: Float32Array, sample: Float32Array, timestep: number): Float32Array {
        const call = calls % 4;
        if (call === 0) {
          outputs.unshift(output);
          base = sample;
          sum = [];
        }
        sum.push([PRK_WEIGHTS[call]!, output]);
        const mean = call === 3 ? combine(...(sum as [Term, ...Term[]])) : output;
        return transfer(base, prk[calls - call]!, timestep - (calls % 2 === 0 ? half : 0), mean);
      }

      function plmsStep(output: Float32Array, sample: Float32Array, timestep: number): Float32Array {
        if (calls === 0) base = sample;
        if (calls === 1) {
          // The first step again, with the mean of the outputs at both of its ends.
          return transfer(base, timestep + stride, timestep, combine([0.5, output], [0.5, outputs[0]!]));
        }
        outputs.unshift(output);
        outputs.splice(PLMS_WEIGHTS.length);
        const terms = outputs.map((values, k): Term => [PLMS_WEIGHTS[outputs.length - 1]![k]!, values]);
        return transfer(sample, timestep, timestep - stride, combine(...(terms as [Term, ...Term[]])));
      }

      return createRun({
        timesteps,
        step(output, i, sample) {
          const timestep = timesteps[i]!;
          const alpha = alphas[timestep]!;
          const takeStep = calls < prk.length ? prkStep : plmsStep;
          const previous = takeStep(output, sample, timestep);
          calls++;
          const denoised = predictOriginal(prediction, output, sample, Math.sqrt(alpha), Math.sqrt(1 - alpha));
          return { previous, denoised };
        },
        addNoise: alphaNoiser(alphas, timesteps),
      });
    },
  };
};

/** Four calls for each of the three noisiest steps: at its start, twice in its middle, and at its end. */
function prkTimesteps(plain: readonly number[], half: number): number[] {
  return plain.slice(0, PRK_STEPS).flatMap((timestep, k) => {
    const middle = plain[k + 1]! + half;
    return [timestep, middle, middle, plain[k + 1]!];
  });
}
