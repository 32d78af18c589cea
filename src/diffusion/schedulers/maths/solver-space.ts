import type { SetTimesteps } from "../scheduler.ts";
import { DDPM_BETAS, readAlphasCumprod, type ZeroSnr } from "./betas.ts";
import { readThresholding } from "./clipping.ts";
import { combine } from "./combine.ts";
import type { ConfigReader } from "./config-reader.ts";
import { shiftSigma } from "./flow.ts";
import { predictNoise, predictOriginal, readPrediction } from "./prediction.ts";
import { interpolate, linspace, roundHalfEven } from "./sequences.ts";
import { sigmaTable, sigmaToTimestep, type SigmaShape } from "./sigmas.ts";
import { solverTimesteps, type Spacing } from "./timesteps.ts";

/** A noise level as the solvers of the DPM family see it: x = alpha x0 + sigma noise, lambda = log(alpha / sigma). */
export interface Level {
  readonly alpha: number;
  readonly sigma: number;
  readonly lambda: number;
}

interface Schedule {
  readonly timesteps: number[];
  /** One a step, without the last level. */
  readonly sigmas: number[];
}

interface SolverSpaceOptions {
  readonly spacing: Spacing;
  readonly shape?: SigmaShape | undefined;
  readonly zeroSnr?: ZeroSnr;
  /** Kinds of shapes whose timesteps are rounded rather than cut off. */
  readonly rounded?: readonly SigmaShape["kind"][];
  /** Timesteps above this lambda only (lambda_min_clipped). */
  readonly lambdaMin?: number;
}

/** What the solvers of the DPM family share: noise levels, timesteps and the reading of the network's output. */
export function readSolverSpace(config: ConfigReader, options: SolverSpaceOptions) {
  const { spacing, shape, zeroSnr, lambdaMin = -Infinity, rounded = ["karras"] } = options;
  const table = sigmaTable(readAlphasCumprod(config, DDPM_BETAS, zeroSnr));
  const logTable = table.map(Math.log);
  const trainSteps = table.length;
  const lastTimestep = logTable.filter((logSigma) => -logSigma >= lambdaMin).length;
  const stepsOffset = config.number("steps_offset", 0);
  const isFlow = config.flag("use_flow_sigmas", false);
  const flowShift = config.number("flow_shift", 1);
  const isDynamic = config.flag("use_dynamic_shifting", false);
  const prediction = readPrediction(config, ["epsilon", "v_prediction", "sample", "flow_prediction"], "epsilon");
  if (prediction === "flow_prediction" && !isFlow)
    throw config.unsupported("prediction_type", prediction, "needs use_flow_sigmas");
  const threshold = readThresholding(config);

  function flowSchedule(steps: number, mu: number | undefined): Schedule {
    const shift = isDynamic && mu !== undefined ? Math.exp(mu) : flowShift;
    const alphas = linspace(1, 1 / trainSteps, steps + 1)
      .slice(1)
      .reverse();
    const sigmas = alphas.map((alpha) => shiftSigma(shift, 1 - alpha));
    return { sigmas, timesteps: sigmas.map((sigma) => sigma * trainSteps) };
  }

  return {
    /** Noise levels of all training timesteps, from clean to noisy. */
    table,
    isFlow,

    /** Timesteps and noise levels from noisy to clean. */
    schedule(steps: number, { timesteps: own, mu }: SetTimesteps): Schedule {
      if (own && shape) throw config.unsupported(shape.key, true, "not with timesteps of your own");
      if (shape) {
        const sigmas = shape.reshape([table.at(-1)!, table[0]!], steps);
        const round = rounded.includes(shape.kind) ? roundHalfEven : Math.trunc;
        return { sigmas, timesteps: sigmas.map((sigma) => round(sigmaToTimestep(sigma, logTable))) };
      }
      if (isFlow) return flowSchedule(steps, mu);
      const timesteps =
        own?.map(Math.trunc) ?? solverTimesteps({ steps, trainSteps, spacing, stepsOffset, lastTimestep });
      return { timesteps, sigmas: timesteps.map((timestep) => interpolate(table, timestep)) };
    },

    /** A level for every sigma. */
    levels(sigmas: readonly number[]): Level[] {
      return sigmas.map((level) => {
        const alpha = isFlow ? 1 - level : 1 / Math.sqrt(level ** 2 + 1);
        const sigma = isFlow ? level : level * alpha;
        return { alpha, sigma, lambda: Math.log(alpha) - Math.log(sigma) };
      });
    },

    /** convert_model_output: the clean sample and the noise that the network's output stands for. */
    convert(output: Float32Array, sample: Float32Array, { alpha, sigma }: Level, pictures: number) {
      const original = predictOriginal(prediction, output, sample, alpha, sigma);
      const denoised = threshold(original, pictures);
      return {
        denoised,
        /** Computed when asked for: few algorithms do. */
        noise: () =>
          denoised === original
            ? predictNoise(prediction, output, sample, alpha, sigma)
            : predictNoise("sample", denoised, sample, alpha, sigma),
      };
    },
  };
}

/** add_noise of the DPM family. */
export function levelNoiser(levels: readonly Level[]) {
  return (original: Float32Array, noise: Float32Array, i: number): Float32Array =>
    combine([levels[i]!.alpha, original], [levels[i]!.sigma, noise]);
}
