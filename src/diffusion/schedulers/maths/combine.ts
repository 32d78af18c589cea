export type Term = readonly [weight: number, values: Float32Array];

/** The weighted sum of arrays of one length, computed in float64 and rounded once. The inner loop of every scheduler. */
export function combine(...terms: readonly [Term, ...Term[]]): Float32Array {
  const [[a, x], second, third] = terms;
  const sum = new Float32Array(x.length);
  if (!second) {
    for (let i = 0; i < sum.length; i++) sum[i] = a * x[i]!;
  } else if (!third) {
    const [b, y] = second;
    for (let i = 0; i < sum.length; i++) sum[i] = a * x[i]! + b * y[i]!;
  } else if (terms.length === 3) {
    const [[b, y], [c, z]] = [second, third];
    for (let i = 0; i < sum.length; i++) sum[i] = a * x[i]! + b * y[i]! + c * z[i]!;
  } else {
    const exact = new Float64Array(x.length);
    for (const [weight, values] of terms) {
      for (let i = 0; i < exact.length; i++) exact[i] = exact[i]! + weight * values[i]!;
    }
    sum.set(exact);
  }
  return sum;
}
