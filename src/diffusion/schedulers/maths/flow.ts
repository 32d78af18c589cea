import type { SetTimesteps } from "../scheduler.ts";
import { combine } from "./combine.ts";
import { takeSteps, type ConfigReader } from "./config-reader.ts";
import { linspace, toFloat32 } from "./sequences.ts";
import { readSigmaShape } from "./sigmas.ts";

/** Moves noise levels of (0, 1] towards noise: shift 1 leaves them (Esser et al. 2024, equation 23). */
export function shiftSigma(shift: number, sigma: number): number {
  return (shift * sigma) / (1 + (shift - 1) * sigma);
}

/** The ends of the shifted training levels in float32: diffusers' sigma_max and sigma_min, from which a schedule starts, to be shifted once more. */
export function flowEnds(shift: number, trainSteps: number): readonly [max: number, min: number] {
  return [Math.fround(shiftSigma(shift, 1)), Math.fround(shiftSigma(shift, Math.fround(1 / trainSteps)))];
}

/** time_shift of dynamic shifting: exponential (Flux) or linear in mu. */
export function readTimeShift(config: ConfigReader): (mu: number, sigma: number) => number {
  const type = config.choice("time_shift_type", ["exponential", "linear"], "exponential");
  return (mu, sigma) => {
    const weight = type === "exponential" ? Math.exp(mu) : mu;
    return weight / (weight + (1 / sigma - 1));
  };
}

/** shift_terminal: stretches the levels so that the last one is `terminal`. */
export function stretchToTerminal(sigmas: readonly number[], terminal: number): number[] {
  const scale = (1 - sigmas.at(-1)!) / (1 - terminal);
  return sigmas.map((sigma) => 1 - (1 - sigma) / scale);
}

/** add_noise of a flow, scale_noise in diffusers: (1 - sigma) x0 + sigma noise. */
export function flowNoiser(sigmas: readonly number[]) {
  return (original: Float32Array, noise: Float32Array, i: number): Float32Array =>
    combine([sigmas[i]!, noise], [1 - sigmas[i]!, original]);
}

/** set_timesteps of FlowMatchEulerDiscreteScheduler, which FlowMatchLCMScheduler shares. */
export function readFlowSchedule(config: ConfigReader) {
  const trainSteps = config.count("num_train_timesteps", 1000);
  const shift = config.number("shift", 1);
  const isDynamic = config.flag("use_dynamic_shifting", false);
  const timeShift = readTimeShift(config);
  const terminal = config.optionalNumber("shift_terminal");
  const shape = readSigmaShape(config);
  const isInverted = config.flag("invert_sigmas", false);
  const [max, min] = isDynamic ? flowEnds(1, trainSteps) : flowEnds(shift, trainSteps);

  return (options: SetTimesteps): { timesteps: number[]; sigmas: number[] } => {
    const steps = takeSteps(config, options, ["timesteps", "sigmas"]);
    const { mu } = options;
    for (const own of [options.timesteps, options.sigmas]) {
      if (own && own.length !== steps)
        throw new Error(`${config.name}: ${own.length} values of your own for ${steps} steps`);
    }
    const own = options.sigmas ?? options.timesteps?.map((timestep) => timestep / trainSteps);

    let sigmas = own ? toFloat32(own) : linspace(max * trainSteps, min * trainSteps, steps).map((t) => t / trainSteps);
    if (!isDynamic) sigmas = sigmas.map((sigma) => shiftSigma(shift, sigma));
    else if (mu === undefined) throw new Error(`${config.name}: use_dynamic_shifting true needs mu`);
    else sigmas = sigmas.map((sigma) => timeShift(mu, sigma));
    if (terminal) sigmas = stretchToTerminal(sigmas, terminal);
    sigmas = toFloat32(shape ? shape.reshape(sigmas, steps) : sigmas);
    if (isInverted) sigmas = toFloat32(sigmas.map((sigma) => 1 - sigma));

    const given = isInverted ? undefined : options.timesteps;
    const timesteps = toFloat32(given ?? sigmas.map((sigma) => sigma * trainSteps));
    return { timesteps, sigmas: [...sigmas, isInverted ? 1 : 0] };
  };
}
