import { DDPM_BETAS, readAlphasCumprod, type ZeroSnr } from "./betas.ts";
import { combine } from "./combine.ts";
import type { ConfigReader } from "./config-reader.ts";
import { interpolate, toFloat32 } from "./sequences.ts";
import { readSigmaShape, sigmaTable, sigmaToTimestep, type SigmaShape } from "./sigmas.ts";
import { readSpacing, spacedTimesteps, type Spacing } from "./timesteps.ts";

/** The noise levels of the classes that come from k-diffusion, where x = x0 + sigma noise. */
export interface SigmaSpace {
  readonly spacing: Spacing;
  readonly shape: SigmaShape | undefined;
  /** Noise levels of all training timesteps, from clean to noisy, and their logarithms. */
  readonly table: Float32Array;
  readonly logTable: Float32Array;
  /** Timesteps and noise levels from noisy to clean, one a step, without the last level, 0. `own` are the caller's timesteps. */
  schedule(steps: number, own?: readonly number[]): { timesteps: number[]; sigmas: number[] };
}

interface SigmaSpaceOptions {
  readonly betas?: typeof DDPM_BETAS;
  readonly zeroSnr?: ZeroSnr;
  /** Karras timesteps are rounded to whole ones. */
  readonly roundKarras?: (timestep: number) => number;
}

/** Reads betas, spacing and shape of the noise levels. */
export function readSigmaSpace(config: ConfigReader, options: SigmaSpaceOptions = {}): SigmaSpace {
  const table = sigmaTable(readAlphasCumprod(config, options.betas ?? DDPM_BETAS, options.zeroSnr));
  const logTable = table.map(Math.log);
  const spacing = readSpacing(config, "linspace");
  const shape = readSigmaShape(config);
  const stepsOffset = config.number("steps_offset", 0);
  const round = (shape?.kind === "karras" ? options.roundKarras : undefined) ?? Math.fround;

  return {
    spacing,
    shape,
    table,
    logTable,
    schedule(steps, own) {
      if (own && shape) throw config.unsupported(shape.key, true, "not with timesteps of your own");
      const timesteps = toFloat32(own ?? spacedTimesteps({ steps, trainSteps: table.length, spacing, stepsOffset }));
      const sigmas = timesteps.map((timestep) => interpolate(table, timestep));
      if (!shape) return { timesteps, sigmas };
      const reshaped = shape.reshape(sigmas, steps);
      return { timesteps: reshaped.map((sigma) => round(sigmaToTimestep(sigma, logTable))), sigmas: reshaped };
    },
  };
}

/** init_noise_sigma, scale_model_input and add_noise of the k-diffusion classes. `inputSigma` is the level at which call i sees the sample. */
export function sigmaSpaceRun(sigmas: readonly number[], spacing: Spacing, inputSigma = (i: number) => sigmas[i]!) {
  const max = Math.max(...sigmas);
  return {
    sigmas,
    initNoiseSigma: spacing === "leading" ? Math.sqrt(max ** 2 + 1) : max,
    scaleModelInput(sample: Float32Array, i: number): Float32Array {
      return combine([1 / Math.sqrt(inputSigma(i) ** 2 + 1), sample]);
    },
    addNoise(original: Float32Array, noise: Float32Array, i: number): Float32Array {
      return combine([1, original], [sigmas[i]!, noise]);
    },
  };
}
