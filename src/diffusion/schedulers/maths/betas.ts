import type { ConfigReader } from "./config-reader.ts";
import { torchLinspace } from "./sequences.ts";

interface BetaDefaults {
  readonly start: number;
  readonly end: number;
  readonly schedule: "linear" | "scaled_linear";
}

/** Defaults of most of diffusers' classes. */
export const DDPM_BETAS: BetaDefaults = { start: 0.0001, end: 0.02, schedule: "linear" };
/** Defaults of the classes that come from k-diffusion. */
export const HEUN_BETAS: BetaDefaults = { start: 0.00085, end: 0.012, schedule: "linear" };
/** Defaults of the few-step classes: Stable Diffusion's. */
export const LCM_BETAS: BetaDefaults = { start: 0.00085, end: 0.012, schedule: "scaled_linear" };

/**
 * What a class makes of rescale_betas_zero_snr: nothing, alphas_cumprod that end at 0, or ("floored") at 2^-24,
 * so that the first sigma is finite.
 */
export type ZeroSnr = "ignored" | "exact" | "floored";

const SCHEDULES = ["linear", "scaled_linear", "squaredcos_cap_v2", "exp", "laplace", "sigmoid"] as const;

/** diffusers' alphas_cumprod: the share of the clean picture's variance at every training timestep, rounded as torch rounds. */
export function readAlphasCumprod(
  config: ConfigReader,
  defaults: BetaDefaults,
  zeroSnr: ZeroSnr = "ignored",
): Float32Array {
  const betas = readBetas(config, defaults);
  if (zeroSnr === "ignored" || !config.flag("rescale_betas_zero_snr", false)) return cumulate(betas);
  const alphas = cumulate(rescaleZeroTerminalSnr(betas));
  if (zeroSnr === "floored") alphas[alphas.length - 1] = 2 ** -24;
  return alphas;
}

function readBetas(config: ConfigReader, defaults: BetaDefaults): Float32Array {
  const trained = config.numbers("trained_betas");
  if (trained) return Float32Array.from(trained);
  const count = config.count("num_train_timesteps", 1000);
  const start = config.number("beta_start", defaults.start);
  const end = config.number("beta_end", defaults.end);
  const schedule = config.choice("beta_schedule", SCHEDULES, defaults.schedule);
  if (schedule === "linear") return torchLinspace(start, end, count);
  if (schedule === "scaled_linear") {
    return torchLinspace(Math.sqrt(start), Math.sqrt(end), count).map((root) => root * root);
  }
  if (schedule === "sigmoid") {
    return torchLinspace(-6, 6, count).map((x) => Math.fround(1 / (1 + Math.exp(-x))) * (end - start) + start);
  }
  return betasForAlphaBar(count, ALPHA_BARS[schedule]);
}

/** Shares of the clean picture's variance over the time [0, 1]. */
const ALPHA_BARS = {
  squaredcos_cap_v2: (t: number) => Math.cos((((t + 0.008) / 1.008) * Math.PI) / 2) ** 2,
  exp: (t: number) => Math.exp(t * -12),
  laplace: (t: number) => {
    const snr = Math.exp(-0.5 * (t <= 0.5 ? 1 : -1) * Math.log(1 - 2 * Math.abs(0.5 - t) + 1e-6));
    return Math.sqrt(snr / (1 + snr));
  },
};

/** betas_for_alpha_bar (Nichol and Dhariwal 2021): betas whose cumulative product follows `alphaBar` over [0, 1]. */
function betasForAlphaBar(count: number, alphaBar: (t: number) => number): Float32Array {
  const maxBeta = 0.999;
  const betas = new Float32Array(count);
  for (let i = 0; i < count; i++) betas[i] = Math.min(1 - alphaBar((i + 1) / count) / alphaBar(i / count), maxBeta);
  return betas;
}

/** torch.cumprod(1 - betas): float32 factors, accumulated in float64. */
function cumulate(betas: Float32Array): Float32Array {
  let product = 1;
  return betas.map((beta) => (product *= Math.fround(1 - beta)));
}

/** Rescales betas so that nothing of the picture is left at the last timestep (Lin et al. 2023, algorithm 1). */
function rescaleZeroTerminalSnr(betas: Float32Array): Float32Array {
  const { fround } = Math;
  const roots = cumulate(betas).map(Math.sqrt);
  const first = roots[0]!;
  const last = roots.at(-1)!;
  const scale = fround(first / fround(first - last));
  const alphas = roots.map((root) => fround(fround(root - last) * scale) ** 2);
  return alphas.map((alpha, i) => 1 - (i === 0 ? alpha : fround(alpha / alphas[i - 1]!)));
}
