import { combine, type Term } from "./combine.ts";
import type { Level } from "./solver-space.ts";

interface UnifiedUpdate {
  readonly solverType: "bh1" | "bh2";
  /** Outputs are clean samples rather than noise. */
  readonly predictsData: boolean;
  readonly levels: readonly Level[];
  /** From level i to level i + 1. */
  readonly i: number;
  readonly order: number;
  readonly sample: Float32Array;
  /** Converted outputs of level i, i - 1, ...: the newest first. */
  readonly outputs: readonly Float32Array[];
  /** The output of level i + 1: makes this the corrector. */
  readonly newest?: Float32Array;
}

/** UniP-p, or with `newest` UniC-p: multistep_uni_p_bh_update and multistep_uni_c_bh_update (Zhao et al. 2023, algorithms 5 to 8). */
export function unifiedUpdate(update: UnifiedUpdate): Float32Array {
  const { solverType, predictsData, levels, i, order, sample, outputs, newest } = update;
  const [to, from] = [levels[i + 1]!, levels[i]!];
  const h = to.lambda - from.lambda;
  const signed = predictsData ? -h : h;
  const phi1 = Math.expm1(signed);
  const scale = solverType === "bh1" ? signed : phi1;
  const [base, step] = predictsData ? [to.sigma / from.sigma, to.alpha] : [to.alpha / from.alpha, to.sigma];

  const ratios = Array.from({ length: order - 1 }, (_, k) => (levels[i - k - 1]!.lambda - from.lambda) / h);
  const weights = newest ? correctorWeights(ratios, signed, scale) : predictorWeights(ratios, signed, scale);

  // Every difference (m_k - m_0) / r_k gives its weight to m_k and takes it from m_0.
  const terms: Term[] = ratios.map((ratio, k) => [(-step * scale * weights[k]!) / ratio, outputs[k + 1]!]);
  if (newest) terms.push([-step * scale * weights[order - 1]!, newest]);
  const ofFirst = -step * phi1 - terms.reduce((sum, [weight]) => sum + weight, 0);
  return combine([base, sample], [ofFirst, outputs[0]!], ...terms);
}

/** Weights of the differences to earlier outputs; order 2 has the fixed weight 1/2. */
function predictorWeights(ratios: readonly number[], h: number, scale: number): number[] {
  if (ratios.length < 2) return ratios.map(() => 0.5);
  return solve(system(ratios, h, scale));
}

/** The same with the output of the new level, whose ratio is 1, as the last difference. */
function correctorWeights(ratios: readonly number[], h: number, scale: number): number[] {
  if (ratios.length === 0) return [0.5];
  return solve(system([...ratios, 1], h, scale));
}

/** Rows of the linear system: powers of the ratios, and the integrals phi_k as right-hand side. */
function system(ratios: readonly number[], h: number, scale: number): number[][] {
  let phi = Math.expm1(h) / h - 1;
  let factorial = 1;
  return ratios.map((_, power) => {
    const right = (phi * factorial) / scale;
    factorial *= power + 2;
    phi = phi / h - 1 / factorial;
    return [...ratios.map((ratio) => ratio ** power), right];
  });
}

/** Gauss and Jordan without pivoting: the rows are a Vandermonde system of distinct ratios, at most 3 x 3. */
function solve(rows: number[][]): number[] {
  for (const [k, pivotRow] of rows.entries()) {
    const pivot = pivotRow[k]!;
    for (const [column, value] of pivotRow.entries()) pivotRow[column] = value / pivot;
    for (const row of rows) {
      if (row === pivotRow) continue;
      const factor = row[k]!;
      for (const [column, value] of pivotRow.entries()) row[column] = row[column]! - factor * value;
    }
  }
  return rows.map((row) => row.at(-1)!);
}
