import type { SchedulerRun, StepOptions } from "../scheduler.ts";

export interface Step {
  /** diffusers' prev_sample. */
  readonly previous: Float32Array;
  /** The clean sample predicted on the way. */
  readonly denoised: Float32Array;
}

/** What differs between schedulers: the tables and the formula of a step. */
export interface Solver {
  readonly timesteps: readonly number[];
  readonly sigmas?: readonly number[];
  readonly initNoiseSigma?: number;
  readonly order?: number;
  scaleModelInput?(sample: Float32Array, i: number): Float32Array;
  /** `pictures` is the number of pictures in `sample`. */
  step(output: Float32Array, i: number, sample: Float32Array, options: StepOptions, pictures: number): Step;
  addNoise(original: Float32Array, noise: Float32Array, i: number): Float32Array;
}

/** The run over a solver: keeps the last prediction and sees to it that steps are taken in order, as solvers with a memory need. */
export function createRun(solver: Solver): SchedulerRun {
  const { timesteps, sigmas = [], initNoiseSigma = 1, order = 1 } = solver;
  let due = 0;
  let denoised: Float32Array | undefined;

  return {
    timesteps,
    sigmas,
    initNoiseSigma,
    order,
    get denoised() {
      return denoised;
    },
    begin(index) {
      if (!Number.isInteger(index) || index < 0 || index > timesteps.length || index % order !== 0) {
        throw new RangeError(`begin: ${index} is not a multiple of ${order} in 0 to ${timesteps.length}`);
      }
      due = index;
    },
    scaleModelInput: (sample, i) => solver.scaleModelInput?.(sample, i) ?? sample,
    step(output, i, sample, options) {
      if (i !== due || i >= timesteps.length) throw new RangeError(`step ${i} of ${timesteps.length}: ${due} is due`);
      const step = solver.step(output, i, sample, options, options.pictures ?? Math.max(options.random.length, 1));
      due++;
      denoised = step.denoised;
      return step.previous;
    },
    addNoise: (original, noise, i) => solver.addNoise(original, noise, i),
  };
}
