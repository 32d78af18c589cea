import { betaQuantile } from "./beta-quantile.ts";
import type { ConfigReader } from "./config-reader.ts";
import { linspace } from "./sequences.ts";

/** Noise levels of all training timesteps, from clean to noisy: sqrt((1 - a) / a) for a of alphas_cumprod, in float32. */
export function sigmaTable(alphasCumprod: Float32Array): Float32Array {
  return alphasCumprod.map((alpha) => Math.sqrt(Math.fround(Math.fround(1 - alpha) / alpha)));
}

/** The fractional training timestep whose noise level is `sigma`: diffusers' _sigma_to_t. */
export function sigmaToTimestep(sigma: number, logSigmas: Float32Array): number {
  const logSigma = Math.log(Math.max(sigma, 1e-10));
  let low = 0;
  while (low < logSigmas.length - 2 && logSigma >= logSigmas[low + 1]!) low++;
  const weight = (logSigmas[low]! - logSigma) / (logSigmas[low]! - logSigmas[low + 1]!);
  const share = Math.min(Math.max(weight, 0), 1);
  return (1 - share) * low + share * (low + 1);
}

/** Karras et al. 2022, equation 5. */
export function karrasSigmas(min: number, max: number, steps: number, rho = 7): number[] {
  const [low, high] = [min ** (1 / rho), max ** (1 / rho)];
  return linspace(0, 1, steps).map((ramp) => (high + ramp * (low - high)) ** rho);
}

function exponentialSigmas(min: number, max: number, steps: number): number[] {
  return linspace(Math.log(max), Math.log(min), steps).map(Math.exp);
}

/** Beta sampling is effective (Lee et al. 2024): quantiles of Beta(0.6, 0.6). */
function betaSigmas(min: number, max: number, steps: number): number[] {
  return linspace(0, 1, steps).map((ramp) => min + betaQuantile(1 - ramp) * (max - min));
}

const SHAPES = { karras: karrasSigmas, exponential: exponentialSigmas, beta: betaSigmas } as const;

export interface SigmaShape {
  readonly kind: keyof typeof SHAPES;
  /** `steps` noise levels from high to low, between the ends of `sigmas` (given from high to low). */
  reshape(sigmas: ArrayLike<number>, steps: number): number[];
}

/**
 * use_karras_sigmas, use_exponential_sigmas or use_beta_sigmas; undefined when none is set; throws when several are.
 * sigma_min and sigma_max take the place of the ends of the table.
 */
export function readSigmaShape(config: ConfigReader): SigmaShape | undefined {
  const kinds = (["karras", "exponential", "beta"] as const).filter((kind) => config.flag(`use_${kind}_sigmas`, false));
  const [kind] = kinds;
  if (kind === undefined) return undefined;
  if (kinds.length > 1) throw config.unsupported(`use_${kinds[1]}_sigmas`, true, `use_${kind}_sigmas is already true`);
  const min = config.optionalNumber("sigma_min");
  const max = config.optionalNumber("sigma_max");
  return {
    kind,
    reshape: (sigmas, steps) => SHAPES[kind](min ?? sigmas[sigmas.length - 1]!, max ?? sigmas[0]!, steps),
  };
}
