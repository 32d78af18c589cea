/** Above this cosine the two directions are too close for the formula; diffusers and A1111 then interpolate linearly. */
const PARALLEL = 0.9995;

/** Spherical interpolation from `a` (t = 0) to `b` (t = 1), both seen as one vector, as diffusers' interpolation pipelines do. */
export function slerp(a: Float32Array, b: Float32Array, t: number): Float32Array {
  if (a.length !== b.length) throw new RangeError(`slerp: ${a.length} and ${b.length} elements`);
  let dot = 0;
  let squaresA = 0;
  let squaresB = 0;
  for (let i = 0; i < a.length; i++) {
    dot += a[i]! * b[i]!;
    squaresA += a[i]! * a[i]!;
    squaresB += b[i]! * b[i]!;
  }
  const cosine = dot / Math.sqrt(squaresA * squaresB);

  let weightA = 1 - t;
  let weightB = t;
  if (Math.abs(cosine) <= PARALLEL) {
    const angle = Math.acos(cosine);
    weightA = Math.sin(angle * (1 - t)) / Math.sin(angle);
    weightB = Math.sin(angle * t) / Math.sin(angle);
  }

  const values = new Float32Array(a.length);
  for (let i = 0; i < a.length; i++) values[i] = weightA * a[i]! + weightB * b[i]!;
  return values;
}
