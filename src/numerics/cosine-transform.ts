/** The lowest frequencies of square pictures. Coefficient (u, v), u across and v down, is at `v * band + u`. */
export interface CosineTransform {
  readonly size: number;
  readonly band: number;
  /** [size x size] values, row by row, to [band x band] coefficients. */
  readonly forward: (values: Float32Array) => Float32Array;
  /** The picture that has these coefficients and no others. */
  readonly inverse: (coefficients: Float32Array) => Float32Array;
}

/** Rows that are transformed together: each value of a wave that is read serves all of them, and their sums do not wait for each other. */
const TOGETHER = 4;

/**
 * The orthonormal DCT-II of `size` x `size` values (size and band multiples of four), of which only the first `band` x `band` coefficients are
 * computed: rows, then columns. Cosines are even or odd about the middle, so folding the values first halves the work.
 */
export function createCosineTransform(size: number, band: number): CosineTransform {
  const half = size / 2;
  // basis[k * half + n]: the other half of each wave follows from its symmetry.
  const basis = new Float64Array(band * half);
  for (let k = 0; k < band; k++) {
    const scale = Math.sqrt((k === 0 ? 1 : 2) / size);
    for (let n = 0; n < half; n++) basis[k * half + n] = scale * Math.cos((Math.PI * (n + 0.5) * k) / size);
  }

  /** Transforms `rows` rows of `size` values; row r's coefficient k goes to `k * rows + r`: the result is transposed. */
  function forwardRows(values: Float32Array, rows: number): Float32Array {
    const result = new Float32Array(band * rows);
    // [even and odd, half, TOGETHER]
    const folded = new Float64Array(size * TOGETHER);
    for (let r = 0; r < rows; r += TOGETHER) {
      for (let i = 0; i < TOGETHER; i++) {
        const start = (r + i) * size;
        for (let n = 0; n < half; n++) {
          const left = values[start + n]!;
          const right = values[start + size - 1 - n]!;
          folded[n * TOGETHER + i] = left + right;
          folded[(half + n) * TOGETHER + i] = left - right;
        }
      }
      for (let k = 0; k < band; k++) {
        // Every other wave is odd; two of a kind at a time.
        if ((k & 2) === 0) forwardTwo(folded, k, result, r, rows);
      }
    }
    return result;
  }

  /** Coefficients k and k + 2 of the rows in `folded`: r and those after it. */
  function forwardTwo(folded: Float64Array, k: number, result: Float32Array, r: number, rows: number): void {
    let [a0, a1, a2, a3, b0, b1, b2, b3] = [0, 0, 0, 0, 0, 0, 0, 0];
    let at = (k & 1) * half * TOGETHER;
    const other = 2 * half;
    for (let wave = k * half; wave < (k + 1) * half; wave++) {
      const a = basis[wave]!;
      const b = basis[wave + other]!;
      const x0 = folded[at++]!;
      const x1 = folded[at++]!;
      const x2 = folded[at++]!;
      const x3 = folded[at++]!;
      a0 += a * x0;
      a1 += a * x1;
      a2 += a * x2;
      a3 += a * x3;
      b0 += b * x0;
      b1 += b * x1;
      b2 += b * x2;
      b3 += b * x3;
    }
    result.set([a0, a1, a2, a3], k * rows + r);
    result.set([b0, b1, b2, b3], (k + 2) * rows + r);
  }

  /** The transpose of forwardRows: coefficient k of row r is at `k * rows + r`; value n of row r goes to `r * size + n`. */
  function inverseRows(coefficients: Float32Array, rows: number): Float32Array {
    const result = new Float32Array(rows * size);
    for (let r = 0; r < rows; r += TOGETHER) {
      for (let n = 0; n < half; n++) inverseOne(coefficients, n, result, r, rows);
    }
    return result;
  }

  /** Value n, and its mirror image, of row r and those after it. */
  function inverseOne(coefficients: Float32Array, n: number, result: Float32Array, r: number, rows: number): void {
    let [even0, even1, even2, even3, odd0, odd1, odd2, odd3] = [0, 0, 0, 0, 0, 0, 0, 0];
    for (let k = 0; k < band; k += 2) {
      const even = basis[k * half + n]!;
      const odd = basis[(k + 1) * half + n]!;
      const at = k * rows + r;
      even0 += coefficients[at]! * even;
      even1 += coefficients[at + 1]! * even;
      even2 += coefficients[at + 2]! * even;
      even3 += coefficients[at + 3]! * even;
      odd0 += coefficients[at + rows]! * odd;
      odd1 += coefficients[at + rows + 1]! * odd;
      odd2 += coefficients[at + rows + 2]! * odd;
      odd3 += coefficients[at + rows + 3]! * odd;
    }
    const [left, right] = [r * size + n, (r + 1) * size - 1 - n];
    result[left] = even0 + odd0;
    result[left + size] = even1 + odd1;
    result[left + 2 * size] = even2 + odd2;
    result[left + 3 * size] = even3 + odd3;
    result[right] = even0 - odd0;
    result[right + size] = even1 - odd1;
    result[right + 2 * size] = even2 - odd2;
    result[right + 3 * size] = even3 - odd3;
  }

  return {
    size,
    band,
    // Both passes transpose, so that twice is none.
    forward: (values) => forwardRows(forwardRows(values, size), band),
    inverse: (coefficients) => inverseRows(inverseRows(coefficients, band), size),
  };
}
