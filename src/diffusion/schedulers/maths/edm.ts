import { combine } from "./combine.ts";
import type { ConfigReader } from "./config-reader.ts";
import { readPrediction } from "./prediction.ts";
import { toFloat32, torchLinspace } from "./sequences.ts";

/** What the EDM classes share: noise levels between sigma_min and sigma_max, and preconditioning (Karras et al. 2022, table 1). */
export function readEdm(config: ConfigReader) {
  const sigmaMin = config.number("sigma_min", 0.002);
  const sigmaMax = config.number("sigma_max", 80);
  const sigmaData = config.number("sigma_data", 0.5);
  const rho = config.number("rho", 7);
  const schedule = config.choice("sigma_schedule", ["karras", "exponential"], "karras");
  const prediction = readPrediction(config, ["epsilon", "v_prediction"], "epsilon");
  const final = config.choice("final_sigmas_type", ["zero", "sigma_min"], "zero");

  /** Levels at the positions `ramp` from 0, the noisiest, to 1. */
  function levels(ramp: readonly number[], round: (value: number) => number): Float32Array {
    if (schedule === "exponential") {
      return torchLinspace(Math.log(sigmaMin), Math.log(sigmaMax), ramp.length).map(Math.exp).reverse();
    }
    const [low, high] = [sigmaMin ** (1 / rho), sigmaMax ** (1 / rho)];
    const slope = round(low - high);
    return Float32Array.from(ramp, (position) => round(round(high) + round(position * slope)) ** rho);
  }

  return {
    /** Timesteps (precondition_noise) and sigmas with the last one; `round` is the precision of the class. */
    schedule(
      ramp: readonly number[],
      round = (value: number): number => value,
    ): { timesteps: number[]; sigmas: number[] } {
      const sigmas = Array.from(levels(ramp, round));
      const last = final === "zero" ? 0 : sigmas.at(-1)!;
      return { timesteps: toFloat32(sigmas.map((sigma) => 0.25 * Math.log(sigma))), sigmas: [...sigmas, last] };
    },

    initNoiseSigma: Math.sqrt(sigmaMax ** 2 + 1),

    /** precondition_inputs. */
    scaleModelInput(sample: Float32Array, sigma: number): Float32Array {
      return combine([1 / Math.sqrt(sigma ** 2 + sigmaData ** 2), sample]);
    },

    /** precondition_outputs: the clean sample. */
    denoise(output: Float32Array, sample: Float32Array, sigma: number): Float32Array {
      const variance = sigma ** 2 + sigmaData ** 2;
      const out = (sigma * sigmaData) / Math.sqrt(variance);
      return combine([sigmaData ** 2 / variance, sample], [prediction === "epsilon" ? out : -out, output]);
    },
  };
}
