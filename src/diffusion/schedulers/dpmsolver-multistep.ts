import { readConfig, takeSteps } from "./maths/config-reader.ts";
import { multistepUpdate, readDpmRule, readOrderLimit, readSolverOrder } from "./maths/dpm-solver.ts";
import { splitVariance } from "./maths/learned-variance.ts";
import { drawNoise } from "./maths/noise.ts";
import { createRun } from "./maths/run.ts";
import { toFloat32 } from "./maths/sequences.ts";
import { readSigmaShape } from "./maths/sigmas.ts";
import { levelNoiser, readSolverSpace } from "./maths/solver-space.ts";
import { readSpacing } from "./maths/timesteps.ts";
import type { SchedulerFactory } from "./scheduler.ts";

/** DPM-Solver and DPM-Solver++ of orders 1 to 3 on the outputs of earlier steps (Lu et al. 2022, 2022b), and their SDE variants. */
export const dpmSolverMultistep: SchedulerFactory = (config) => {
  const name = "DPMSolverMultistepScheduler";
  const reader = readConfig(name, config);
  const rule = readDpmRule(reader, ["dpmsolver", "dpmsolver++", "sde-dpmsolver", "sde-dpmsolver++"]);
  const solverOrder = readSolverOrder(reader);
  if (rule.algorithm === "sde-dpmsolver" && solverOrder === 3)
    throw reader.unsupported("solver_order", 3, "1, 2 with sde-dpmsolver");
  const final = reader.choice("final_sigmas_type", ["zero", "sigma_min"], "zero");
  if (rule.predictsNoise && final === "zero")
    throw reader.unsupported("final_sigmas_type", final, `sigma_min with ${rule.algorithm}`);
  const orderLimit = readOrderLimit(reader, final === "zero");
  const hasLearnedVariance = reader.choice("variance_type", ["none", "learned", "learned_range"], "none") !== "none";
  const space = readSolverSpace(reader, {
    spacing: readSpacing(reader, "linspace"),
    shape: readSigmaShape(reader, ["karras", "lu", "exponential", "beta"]),
    rounded: config["beta_schedule"] === "squaredcos_cap_v2" ? [] : ["karras", "lu"],
    zeroSnr: "floored",
    lambdaMin: reader.number("lambda_min_clipped", -Infinity),
  });

  return {
    name,
    config,
    setTimesteps(options) {
      const steps = takeSteps(reader, options, ["timesteps"]);
      const { timesteps, sigmas: first } = space.schedule(steps, options);
      const sigmas = toFloat32([...first, final === "zero" ? 0 : space.table[0]!]);
      const levels = space.levels(sigmas);
      const outputs: Float32Array[] = [];

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
          const order = Math.min(solverOrder, outputs.length, orderLimit(i, timesteps.length));
          return { previous: multistepUpdate({ rule, levels, i, order, outputs, sample, noise }), denoised };
        },
        addNoise: levelNoiser(levels),
      });
    },
  };
};
