import { readThresholding } from "./maths/clipping.ts";
import { combine } from "./maths/combine.ts";
import { readConfig, takeSteps } from "./maths/config-reader.ts";
import { multistepUpdate, readDpmRule, readOrderLimit, readSolverOrder } from "./maths/dpm-solver.ts";
import { readEdm } from "./maths/edm.ts";
import { drawNoise } from "./maths/noise.ts";
import { createRun } from "./maths/run.ts";
import { torchLinspace } from "./maths/sequences.ts";
import type { SchedulerFactory } from "./scheduler.ts";

/** DPM-Solver++ of orders 1 to 3 in the formulation of EDM (Lu et al. 2022b; Karras et al. 2022). */
export const edmDpmSolverMultistep: SchedulerFactory = (config) => {
  const name = "EDMDPMSolverMultistepScheduler";
  const reader = readConfig(name, config);
  const edm = readEdm(reader);
  const rule = readDpmRule(reader, ["dpmsolver++", "sde-dpmsolver++"]);
  const solverOrder = readSolverOrder(reader);
  const threshold = readThresholding(reader);
  const orderLimit = readOrderLimit(
    reader,
    reader.choice("final_sigmas_type", ["zero", "sigma_min"], "zero") === "zero",
  );

  return {
    name,
    config,
    setTimesteps(options) {
      const { timesteps, sigmas } = edm.schedule([...torchLinspace(0, 1, takeSteps(reader, options))], Math.fround);
      // The network sees scaled samples, so that alpha is 1 at every level.
      const levels = sigmas.map((sigma) => ({ alpha: 1, sigma, lambda: -Math.log(sigma) }));
      const outputs: Float32Array[] = [];

      return createRun({
        timesteps,
        sigmas,
        initNoiseSigma: edm.initNoiseSigma,
        scaleModelInput: (sample, i) => edm.scaleModelInput(sample, sigmas[i]!),
        step(output, i, sample, { random }, pictures) {
          const denoised = threshold(edm.denoise(output, sample, sigmas[i]!), pictures);
          outputs.unshift(denoised);
          outputs.splice(solverOrder);
          const noise = rule.isStochastic ? drawNoise(sample.length, random) : undefined;
          const order = Math.min(solverOrder, outputs.length, orderLimit(i, timesteps.length));
          return { previous: multistepUpdate({ rule, levels, i, order, outputs, sample, noise }), denoised };
        },
        addNoise: (original, noise, i) => combine([1, original], [sigmas[i]!, noise]),
      });
    },
  };
};
