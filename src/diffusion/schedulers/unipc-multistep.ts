import { readConfig, takeSteps } from "./maths/config-reader.ts";
import { readSolverOrder } from "./maths/dpm-solver.ts";
import { readTimeShift, shiftSigma, stretchToTerminal } from "./maths/flow.ts";
import { createRun } from "./maths/run.ts";
import { linspace, toFloat32 } from "./maths/sequences.ts";
import { readSigmaShape } from "./maths/sigmas.ts";
import { levelNoiser, readSolverSpace } from "./maths/solver-space.ts";
import { readSpacing } from "./maths/timesteps.ts";
import { unifiedUpdate } from "./maths/unipc.ts";
import type { SchedulerFactory, SetTimesteps } from "./scheduler.ts";

/** A level of exactly 1 has no signal left, and lambda would be infinite. */
const BELOW_ONE = 1e-6;

/** UniPC: a corrector that reuses the network's output of the new level, then a predictor (Zhao et al. 2023). */
export const uniPcMultistep: SchedulerFactory = (config) => {
  const name = "UniPCMultistepScheduler";
  const reader = readConfig(name, config);
  const solverOrder = readSolverOrder(reader);
  const synonyms = { midpoint: "bh2", heun: "bh2", logrho: "bh2" } as const;
  const solverType = reader.choice("solver_type", ["bh1", "bh2"], "bh2", synonyms);
  const predictsData = reader.flag("predict_x0", true);
  const hasLowerOrderFinal = reader.flag("lower_order_final", true);
  const uncorrected = reader.numbers("disable_corrector") ?? [];
  const final = reader.choice("final_sigmas_type", ["zero", "sigma_min"], "zero");
  const shape = readSigmaShape(reader);
  const space = readSolverSpace(reader, { spacing: readSpacing(reader, "linspace"), shape, zeroSnr: "floored" });
  const trainSteps = space.table.length;
  const flowShift = reader.number("flow_shift", 1);
  const isDynamic = reader.flag("use_dynamic_shifting", false);
  const timeShift = readTimeShift(reader);
  const terminal = reader.optionalNumber("shift_terminal");
  if ((config["solver_p"] ?? undefined) !== undefined) throw reader.unsupported("solver_p", config["solver_p"], "null");
  if (terminal !== undefined && !space.isFlow)
    throw reader.unsupported("shift_terminal", terminal, "with use_flow_sigmas");

  function flowSigmas(steps: number, { sigmas: own, mu }: SetTimesteps): number[] {
    const even = own ?? linspace(1, 1 / trainSteps, steps + 1).slice(0, -1);
    if (isDynamic && mu === undefined) throw new Error(`${name}: use_dynamic_shifting true needs mu`);
    const shifted = even.map((sigma) => (isDynamic ? timeShift(mu!, sigma) : shiftSigma(flowShift, sigma)));
    const sigmas = terminal ? stretchToTerminal(shifted, terminal) : shifted;
    if (Math.abs(sigmas[0]! - 1) < BELOW_ONE) sigmas[0] = sigmas[0]! - BELOW_ONE;
    return sigmas;
  }

  /** Timesteps and sigmas without the last one. */
  function schedule(steps: number, options: SetTimesteps): { timesteps: number[]; sigmas: number[] } {
    if (!space.isFlow || (shape && shape.kind !== "karras")) return space.schedule(steps, options);
    const sigmas = shape
      ? space.schedule(steps, options).sigmas.map((sigma) => sigma / (sigma + 1))
      : flowSigmas(steps, options);
    return { sigmas, timesteps: sigmas.map((sigma) => sigma * trainSteps) };
  }

  return {
    name,
    config,
    setTimesteps(options) {
      const steps = takeSteps(reader, options, space.isFlow ? ["sigmas"] : []);
      const { timesteps, sigmas: first } = schedule(steps, options);
      const smallest = shape || space.isFlow ? first.at(-1)! : space.table[0]!;
      const sigmas = toFloat32([...first, final === "zero" ? 0 : smallest]);
      const levels = space.levels(sigmas);
      const outputs: Float32Array[] = [];
      let last: { order: number; sample: Float32Array } | undefined;

      return createRun({
        timesteps: timesteps.map(Math.trunc),
        sigmas,
        step(output, i, sample, _options, pictures) {
          const { denoised, noise } = space.convert(output, sample, levels[i]!, pictures);
          const newest = predictsData ? denoised : noise();
          const rule = { solverType, predictsData, levels, outputs };
          const corrected =
            last && !uncorrected.includes(i - 1) ? unifiedUpdate({ ...rule, ...last, i: i - 1, newest }) : sample;
          outputs.unshift(newest);
          outputs.splice(solverOrder);
          const limit = hasLowerOrderFinal ? Math.min(solverOrder, timesteps.length - i) : solverOrder;
          last = { order: Math.min(limit, outputs.length), sample: corrected };
          return { previous: unifiedUpdate({ ...rule, ...last, i }), denoised };
        },
        addNoise: levelNoiser(levels),
      });
    },
  };
};
