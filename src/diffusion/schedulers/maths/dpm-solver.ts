import { combine, type Term } from "./combine.ts";
import type { ConfigReader } from "./config-reader.ts";
import type { Level } from "./solver-space.ts";

/** DPM-Solver works on the predicted noise, the ++ variants on the predicted clean sample; sde variants add noise. */
export type Algorithm = "dpmsolver" | "dpmsolver++" | "sde-dpmsolver" | "sde-dpmsolver++";

export interface DpmRule {
  readonly algorithm: Algorithm;
  readonly solverType: "midpoint" | "heun";
  readonly isStochastic: boolean;
  readonly predictsNoise: boolean;
}

/** algorithm_type and solver_type of a class that knows `algorithms`. */
export function readDpmRule(config: ConfigReader, algorithms: readonly Algorithm[]): DpmRule {
  const algorithm = config.choice("algorithm_type", algorithms, "dpmsolver++", { deis: "dpmsolver++" });
  const synonyms = { logrho: "midpoint", bh1: "midpoint", bh2: "midpoint" } as const;
  return {
    algorithm,
    solverType: config.choice("solver_type", ["midpoint", "heun"], "midpoint", synonyms),
    isStochastic: algorithm.startsWith("sde"),
    predictsNoise: !algorithm.endsWith("++"),
  };
}

/** solver_order, 1 to 3. */
export function readSolverOrder(config: ConfigReader): number {
  const order = config.number("solver_order", 2);
  if (![1, 2, 3].includes(order)) throw config.unsupported("solver_order", order, "1, 2, 3");
  return order;
}

/** With fewer steps than this, lower_order_final ends with lower orders: high ones are unstable there. */
const FEW_STEPS = 15;

/** The highest order allowed at step i of `steps`: lower_order_final and euler_at_final; level 0 is reached with order 1 only. */
export function readOrderLimit(config: ConfigReader, endsAtZero: boolean): (i: number, steps: number) => number {
  const hasLowerOrderFinal = config.flag("lower_order_final", true);
  const hasEulerAtFinal = config.flag("euler_at_final", false);
  return (i, steps) => {
    const fewSteps = hasLowerOrderFinal && steps < FEW_STEPS;
    if (i === steps - 1 && (hasEulerAtFinal || fewSteps || endsAtZero)) return 1;
    return i === steps - 2 && fewSteps ? 2 : 3;
  };
}

/** Weights of the sample, of the outputs' differences D0, D1 and D2, and of fresh noise. */
interface Weights {
  readonly sample: number;
  readonly d0: number;
  readonly d1: number;
  readonly d2: number;
  readonly noise: number;
}

/** The exact integrals of the exponential integrator from level `from` to `to`: Lu et al. 2022, 2022b (++), with noise as in its appendix. */
function weigh({ algorithm, solverType }: DpmRule, to: Level, from: Level, order: number): Weights {
  const h = to.lambda - from.lambda;
  const isMidpoint = solverType === "midpoint" && order < 3;
  if (algorithm === "dpmsolver++") {
    const e = Math.expm1(-h);
    const d1 = isMidpoint ? -0.5 * e : e / h + 1;
    const d2 = -((e + h) / h ** 2 - 0.5);
    return { sample: to.sigma / from.sigma, d0: -to.alpha * e, d1: to.alpha * d1, d2: to.alpha * d2, noise: 0 };
  }
  if (algorithm === "sde-dpmsolver++") {
    const e = -Math.expm1(-2 * h);
    const d1 = isMidpoint ? 0.5 * e : e / (-2 * h) + 1;
    const d2 = (e - 2 * h) / (2 * h) ** 2 - 0.5;
    return {
      sample: (to.sigma / from.sigma) * Math.exp(-h),
      d0: to.alpha * e,
      d1: to.alpha * d1,
      d2: to.alpha * d2,
      noise: to.sigma * Math.sqrt(e),
    };
  }
  const e = Math.expm1(h);
  const twice = algorithm === "sde-dpmsolver" ? 2 : 1;
  const d1 = isMidpoint ? 0.5 * e : e / h - 1;
  const d2 = (e - h) / h ** 2 - 0.5;
  return {
    sample: to.alpha / from.alpha,
    d0: -twice * to.sigma * e,
    d1: -twice * to.sigma * d1,
    d2: -twice * to.sigma * d2,
    noise: twice === 2 ? to.sigma * Math.sqrt(Math.expm1(2 * h)) : 0,
  };
}

interface Update {
  readonly rule: DpmRule;
  readonly levels: readonly Level[];
  readonly i: number;
  readonly order: number;
  /** Converted outputs, the newest first. */
  readonly outputs: readonly Float32Array[];
  readonly sample: Float32Array;
  readonly noise: Float32Array | undefined;
}

/** From level i to level i + 1, with the outputs of the `order` newest levels: multistep_dpm_solver_*_order_update. */
export function multistepUpdate(update: Update): Float32Array {
  const { rule, levels, i, order } = update;
  const [to, from] = [levels[i + 1]!, levels[i]!];
  const weights = weigh(rule, to, from, order);
  if (order === 1) return apply(update, weights, [weights.d0]);
  const h = to.lambda - from.lambda;
  const r0 = (from.lambda - levels[i - 1]!.lambda) / h;
  const { d0, d1, d2 } = weights;
  if (order === 2) return apply(update, weights, [d0 + d1 / r0, -d1 / r0]);
  const r1 = (levels[i - 1]!.lambda - levels[i - 2]!.lambda) / h;
  // D1 and D2 are sums of the divided differences (m0 - m1) / r0 and (m1 - m2) / r1; p and q are their weights.
  const p = d1 * (1 + r0 / (r0 + r1)) + d2 / (r0 + r1);
  const q = -(d1 * (r0 / (r0 + r1)) + d2 / (r0 + r1));
  return apply(update, weights, [d0 + p / r0, -p / r0 + q / r1, -q / r1]);
}

/** From level i - order + 1, where `sample` was, to level i + 1: singlestep_dpm_solver_*_order_update. */
export function singlestepUpdate(update: Update): Float32Array {
  const { rule, levels, i, order } = update;
  const [to, from] = [levels[i + 1]!, levels[i + 1 - order]!];
  const weights = weigh(rule, to, from, order);
  const { d0, d1, d2 } = weights;
  if (order === 1) return apply(update, weights, [d0]);
  const h = to.lambda - from.lambda;
  const r0 = (levels[i]!.lambda - from.lambda) / h;
  if (order === 2) return apply(update, weights, [d1 / r0, d0 - d1 / r0]);
  if (rule.solverType === "midpoint") return apply(update, weights, [d1 / r0, 0, d0 - d1 / r0]);
  const r1 = (levels[i - 1]!.lambda - from.lambda) / h;
  // p and q: the weights of the divided differences (m1 - m2) / r1 and (m0 - m2) / r0.
  const p = (d1 * r0 - 2 * d2) / (r0 - r1);
  const q = (2 * d2 - d1 * r1) / (r0 - r1);
  return apply(update, weights, [q / r0, p / r1, d0 - p / r1 - q / r0]);
}

function apply({ sample, outputs, noise }: Update, weights: Weights, ofOutputs: readonly number[]): Float32Array {
  const terms: [Term, ...Term[]] = [[weights.sample, sample]];
  for (const [k, weight] of ofOutputs.entries()) terms.push([weight, outputs[k]!]);
  if (noise) terms.push([weights.noise, noise]);
  return combine(...terms);
}
