import type { SetTimesteps } from "../scheduler.ts";
import { takeSteps, type ConfigReader } from "./config-reader.ts";

/**
 * set_timesteps of LCMScheduler ("skipping") and TCDScheduler ("any"): timesteps out of those that the model was distilled
 * on, original_inference_steps of them. TCD takes all training timesteps when the call names a number of original steps.
 * `steps` counts them before `strength` cuts the noisiest of the caller's own off.
 */
export function distilledTimesteps(
  config: ConfigReader,
  options: SetTimesteps,
  trainSteps: number,
  whenAsked: "skipping" | "any",
): { timesteps: number[]; steps: number } {
  const steps = takeSteps(config, options, ["timesteps"]);
  const { strength = 1, originalInferenceSteps, timesteps: own } = options;
  const originalSteps = originalInferenceSteps ?? config.number("original_inference_steps", 50);
  if (originalSteps > trainSteps) {
    throw config.unsupported("original_inference_steps", originalSteps, `at most num_train_timesteps, ${trainSteps}`);
  }
  if (own) {
    const isDescending = own.every((timestep, i) => timestep < (own[i - 1] ?? trainSteps));
    if (!isDescending) throw new Error(`${config.name}: timesteps of your own must descend from below ${trainSteps}`);
    return { timesteps: own.slice(own.length - Math.min(Math.trunc(steps * strength), steps)), steps };
  }

  const takesAll = whenAsked === "any" && originalInferenceSteps !== undefined;
  const stride = takesAll ? 1 : Math.floor(trainSteps / originalSteps);
  const count = Math.trunc((takesAll ? trainSteps : originalSteps) * strength);
  if (steps > count) {
    throw new Error(
      `${config.name}: numInferenceSteps ${steps} is more than original_inference_steps x strength, ${count}`,
    );
  }
  const timesteps = Array.from({ length: steps }, (_, i) => (count - Math.floor(i * (count / steps))) * stride - 1);
  return { timesteps, steps };
}
