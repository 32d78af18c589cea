import { combine, type Term } from "./maths/combine.ts";
import { readConfig, takeSteps } from "./maths/config-reader.ts";
import { readOrderLimit, readSolverOrder } from "./maths/dpm-solver.ts";
import { createRun } from "./maths/run.ts";
import { toFloat32 } from "./maths/sequences.ts";
import { readSigmaShape } from "./maths/sigmas.ts";
import { levelNoiser, readSolverSpace, type Level } from "./maths/solver-space.ts";
import { readSpacing } from "./maths/timesteps.ts";
import type { SchedulerFactory } from "./scheduler.ts";

/** DEIS, the log-rho variant: a multistep exponential integrator of the noise over rho = sigma / alpha (Zhang and Chen 2022). */
export const deisMultistep: SchedulerFactory = (config) => {
  const name = "DEISMultistepScheduler";
  const reader = readConfig(name, config);
  const solverOrder = readSolverOrder(reader);
  reader.choice("algorithm_type", ["deis"], "deis", { dpmsolver: "deis", "dpmsolver++": "deis" });
  const synonyms = { midpoint: "logrho", heun: "logrho", bh1: "logrho", bh2: "logrho" } as const;
  reader.choice("solver_type", ["logrho"], "logrho", synonyms);
  // diffusers' class has no euler_at_final and ignores the key.
  const orderLimit = readOrderLimit(readConfig(name, { ...config, euler_at_final: false }), false);
  const shape = readSigmaShape(reader);
  const space = readSolverSpace(reader, { spacing: readSpacing(reader, "linspace"), shape });

  return {
    name,
    config,
    setTimesteps(options) {
      const { timesteps, sigmas: first } = space.schedule(takeSteps(reader, options), options);
      const smallest = shape || space.isFlow ? first.at(-1)! : space.table[0]!;
      const sigmas = toFloat32([...first, smallest]);
      const levels = space.levels(sigmas);
      const outputs: Float32Array[] = [];

      return createRun({
        timesteps: timesteps.map(Math.trunc),
        sigmas,
        step(output, i, sample, _options, pictures) {
          const { denoised, noise } = space.convert(output, sample, levels[i]!, pictures);
          outputs.unshift(noise());
          outputs.splice(solverOrder);
          const order = Math.min(solverOrder, outputs.length, orderLimit(i, timesteps.length));
          return { previous: deisUpdate(levels, i, order, outputs, sample), denoised };
        },
        addNoise: levelNoiser(levels),
      });
    },
  };
};

/** deis_first_order_update to multistep_deis_third_order_update. */
function deisUpdate(
  levels: readonly Level[],
  i: number,
  order: number,
  outputs: readonly Float32Array[],
  sample: Float32Array,
): Float32Array {
  const [to, from] = [levels[i + 1]!, levels[i]!];
  const terms: Term[] = [];
  if (order === 1) terms.push([-to.sigma * Math.expm1(to.lambda - from.lambda), outputs[0]!]);
  else {
    const rhos = Array.from({ length: order }, (_, k) => levels[i - k]!.sigma / levels[i - k]!.alpha);
    for (let k = 0; k < order; k++) {
      const others = rhos.filter((_, other) => other !== k);
      const integral = (rho: number): number => logLagrangeIntegral(rho, rhos[k]!, others);
      terms.push([to.alpha * (integral(to.sigma / to.alpha) - integral(rhos[0]!)), outputs[k]!]);
    }
  }
  return combine([to.alpha / from.alpha, sample], ...terms);
}

/** Antiderivative at t of the Lagrange polynomial in log t that is 1 at b and 0 at `others`: one (second order) or two (third order). */
function logLagrangeIntegral(t: number, b: number, others: readonly number[]): number {
  const [logT, logB] = [Math.log(t), Math.log(b)];
  const [c, d] = others.map(Math.log);
  if (d === undefined) return (t * (-c! + logT - 1)) / (logB - c!);
  return (t * (c! * (d - logT + 1) - d * logT + d + logT ** 2 - 2 * logT + 2)) / ((logB - c!) * (logB - d));
}
