import { betaQuantile } from "./beta-quantile.ts";
import type { ConfigReader } from "./config-reader.ts";
import { linspace } from "./sequences.ts";

/** Noise levels of all training timesteps, from clean to noisy: sqrt((1 - a) / a) for a of alphas_cumprod, in float32. */
export function sigmaTable(alphasCumprod: Float32Array): Float32Array {
  return alphasCumprod.map((alpha) => Math.sqrt(Math.fround(Math.fround(1 - alpha) / alpha)));
}

/** The fractional training timestep whose noise level is `sigma`: diffusers' _sigma_to_t. `round` is the precision of the logarithm. */
export function sigmaToTimestep(sigma: number, logSigmas: Float32Array, round = (log: number): number => log): number {
  const logSigma = round(Math.log(Math.max(sigma, 1e-10)));
  let low = 0;
  while (low < logSigmas.length - 2 && logSigma >= logSigmas[low + 1]!) low++;
  const weight = (logSigmas[low]! - logSigma) / (logSigmas[low]! - logSigmas[low + 1]!);
  const share = Math.min(Math.max(weight, 0), 1);
  return (1 - share) * low + share * (low + 1);
}

/** Karras et al. 2022, equation 5. */
function karrasSigmas(min: number, max: number, steps: number, rho = 7): number[] {
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

const SHAPES = {
  karras: karrasSigmas,
  exponential: exponentialSigmas,
  beta: betaSigmas,
  lu: exponentialSigmas,
} as const;
const KEYS = {
  karras: "use_karras_sigmas",
  exponential: "use_exponential_sigmas",
  beta: "use_beta_sigmas",
  /** Lu et al. 2022: even steps of lambda, which are even steps of log sigma. */
  lu: "use_lu_lambdas",
} as const;

type Kind = keyof typeof SHAPES;

export interface SigmaShape {
  readonly kind: Kind;
  /** The configuration key that asked for it. */
  readonly key: string;
  /** `steps` noise levels from high to low, between the ends of `sigmas` (given from high to low). */
  reshape(sigmas: ArrayLike<number>, steps: number): number[];
}

/**
 * Which of the keys of `supported` is true; undefined when none is; throws when several are.
 * sigma_min and sigma_max take the place of the ends of the table.
 */
export function readSigmaShape(
  config: ConfigReader,
  supported: readonly Kind[] = ["karras", "exponential", "beta"],
): SigmaShape | undefined {
  const [kind, second] = supported.filter((kind) => config.flag(KEYS[kind], false));
  if (kind === undefined) return undefined;
  if (second) throw config.unsupported(KEYS[second], true, `${KEYS[kind]} is true already`);
  const min = config.optionalNumber("sigma_min");
  const max = config.optionalNumber("sigma_max");
  return {
    kind,
    key: KEYS[kind],
    reshape: (sigmas, steps) => SHAPES[kind](min ?? sigmas[sigmas.length - 1]!, max ?? sigmas[0]!, steps),
  };
}
