/**
 * The matrix M [inputs, outputs] that brings x M closest to y for all samples, with a small ridge for directions that no sample shows.
 * `x` is [samples, inputs], `y` is [samples, outputs], row-major. Solves the normal equations by Gaussian elimination with pivoting.
 */
export function leastSquares(
  x: Float64Array,
  y: Float64Array,
  inputs: number,
  outputs: number,
  ridge = 1e-3,
): Float64Array {
  const samples = x.length / inputs;
  const width = inputs + outputs;
  const system = new Float64Array(inputs * width);
  for (let s = 0; s < samples; s++) {
    for (let i = 0; i < inputs; i++) {
      const value = x[s * inputs + i]!;
      for (let j = 0; j < inputs; j++) system[i * width + j]! += value * x[s * inputs + j]!;
      for (let j = 0; j < outputs; j++) system[i * width + inputs + j]! += value * y[s * outputs + j]!;
    }
  }
  for (let i = 0; i < inputs; i++) system[i * width + i]! += ridge * samples;

  for (let column = 0; column < inputs; column++) {
    let pivot = column;
    for (let i = column + 1; i < inputs; i++) {
      if (Math.abs(system[i * width + column]!) > Math.abs(system[pivot * width + column]!)) pivot = i;
    }
    for (let j = 0; j < width; j++) {
      const kept = system[column * width + j]!;
      system[column * width + j] = system[pivot * width + j]!;
      system[pivot * width + j] = kept;
    }
    for (let i = 0; i < inputs; i++) {
      if (i === column) continue;
      const factor = system[i * width + column]! / system[column * width + column]!;
      for (let j = column; j < width; j++) system[i * width + j]! -= factor * system[column * width + j]!;
    }
  }

  const solution = new Float64Array(inputs * outputs);
  for (let i = 0; i < inputs; i++) {
    for (let j = 0; j < outputs; j++)
      solution[i * outputs + j] = system[i * width + inputs + j]! / system[i * width + i]!;
  }
  return solution;
}
