import { combine } from "./combine.ts";
import type { ConfigReader } from "./config-reader.ts";

export type Prediction = "epsilon" | "v_prediction" | "sample" | "flow_prediction";

/** prediction_type; `supported` lists what the class can use. */
export function readPrediction<T extends Prediction>(config: ConfigReader, supported: readonly T[], fallback: T): T {
  return config.choice("prediction_type", supported, fallback);
}

/** The clean sample x0, given x = alpha x0 + sigma noise and what the network predicted (Ho et al. 2020; v: Salimans and Ho 2022). */
export function predictOriginal(
  prediction: Prediction,
  output: Float32Array,
  sample: Float32Array,
  alpha: number,
  sigma: number,
): Float32Array {
  if (prediction === "sample") return output;
  if (prediction === "epsilon") return combine([1 / alpha, sample], [-sigma / alpha, output]);
  if (prediction === "v_prediction") return combine([alpha, sample], [-sigma, output]);
  return combine([1, sample], [-sigma, output]);
}

/** The noise, given the same as predictOriginal. A flow predicts noise - x0. */
export function predictNoise(
  prediction: Prediction,
  output: Float32Array,
  sample: Float32Array,
  alpha: number,
  sigma: number,
): Float32Array {
  if (prediction === "epsilon") return output;
  if (prediction === "sample") return combine([1 / sigma, sample], [-alpha / sigma, output]);
  if (prediction === "v_prediction") return combine([alpha, output], [sigma, sample]);
  return combine([1, sample], [alpha, output]);
}

/** The clean sample x0 where x = x0 + sigma noise (k-diffusion's convention) and the network saw x / sqrt(sigma^2 + 1). */
export function denoise(
  prediction: Exclude<Prediction, "flow_prediction">,
  output: Float32Array,
  sample: Float32Array,
  sigma: number,
): Float32Array {
  if (prediction === "sample") return output;
  if (prediction === "epsilon") return combine([1, sample], [-sigma, output]);
  return combine([1 / (sigma ** 2 + 1), sample], [-sigma / Math.sqrt(sigma ** 2 + 1), output]);
}
