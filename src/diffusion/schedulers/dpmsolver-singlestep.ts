import { readConfig, takeSteps } from "./maths/config-reader.ts";
import { readDpmRule, readSolverOrder, singlestepUpdate } from "./maths/dpm-solver.ts";
import { splitVariance } from "./maths/learned-variance.ts";
import { drawNoise } from "./maths/noise.ts";
import { createRun } from "./maths/run.ts";
import { toFloat32 } from "./maths/sequences.ts";
import { readSigmaShape } from "./maths/sigmas.ts";
import { levelNoiser, readSolverSpace } from "./maths/solver-space.ts";
import type { SchedulerFactory } from "./scheduler.ts";

/** DPM-Solver and DPM-Solver++ in groups of `solver_order` calls that start afresh (Lu et al. 2022, 2022b). */
export const dpmSolverSinglestep: SchedulerFactory = (config) => {
  const name = "DPMSolverSinglestepScheduler";
  const reader = readConfig(name, config);
  const rule = readDpmRule(reader, ["dpmsolver", "dpmsolver++", "sde-dpmsolver++"]);
  const solverOrder = readSolverOrder(reader);
  const final = reader.choice("final_sigmas_type", ["zero", "sigma_min"], "zero");
  if (rule.predictsNoise && final === "zero")
    throw reader.unsupported("final_sigmas_type", final, `sigma_min with ${rule.algorithm}`);
  const hasLowerOrderFinal = reader.flag("lower_order_final", false);
  const hasLearnedVariance = reader.choice("variance_type", ["none", "learned", "learned_range"], "none") !== "none";
  const space = readSolverSpace(reader, {
    spacing: "linspace",
    shape: readSigmaShape(reader),
    lambdaMin: reader.number("lambda_min_clipped", -Infinity),
  });

  /** get_order_list: 1, 2, ... up to the solver's order, again and again; the last call may have to be of order 1. */
  function orderList(steps: number): number[] {
    const orders = Array.from({ length: steps }, (_, i) => (i % solverOrder) + 1);
    const endsFullGroup = steps % solverOrder === 0;
    if (final === "zero" || (hasLowerOrderFinal && endsFullGroup)) orders[steps - 1] = 1;
    return orders;
  }

  return {
    name,
    config,
    setTimesteps(options) {
      const steps = takeSteps(reader, options, ["timesteps"]);
      const { timesteps, sigmas: first } = space.schedule(steps, options);
      const sigmas = toFloat32([...first, final === "zero" ? 0 : space.table[0]!]);
      const levels = space.levels(sigmas);
      const orders = orderList(steps);
      const outputs: Float32Array[] = [];
      /** Where the current group of calls began. */
      let base: Float32Array;

      return createRun({
        timesteps: timesteps.map(Math.trunc),
        sigmas,
        step(output, i, sample, { random }, pictures) {
          const { prediction } = hasLearnedVariance
            ? splitVariance(output, sample.length, pictures)
            : { prediction: output };
          const { denoised, noise: predictedNoise } = space.convert(prediction, sample, levels[i]!, pictures);
          outputs.unshift(rule.predictsNoise ? predictedNoise() : denoised);
          outputs.splice(solverOrder);
          const noise = rule.isStochastic ? drawNoise(sample.length, random) : undefined;
          const order = Math.min(orders[i]!, outputs.length);
          if (order === 1) base = sample;
          return { previous: singlestepUpdate({ rule, levels, i, order, outputs, sample: base, noise }), denoised };
        },
        addNoise: levelNoiser(levels),
      });
    },
  };
};
