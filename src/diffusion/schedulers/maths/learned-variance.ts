/**
 * Splits the output of a network with learned variance, [B, 2C, ...], into its prediction and its variance, each [B, C, ...].
 * An output as large as the sample has no variance part.
 */
export function splitVariance(
  output: Float32Array,
  sampleLength: number,
  pictures: number,
): { prediction: Float32Array; variance?: Float32Array } {
  if (output.length !== 2 * sampleLength) return { prediction: output };
  const [prediction, variance] = [new Float32Array(sampleLength), new Float32Array(sampleLength)];
  const each = sampleLength / pictures;
  for (let picture = 0; picture < pictures; picture++) {
    const [start, middle] = [2 * picture * each, (2 * picture + 1) * each];
    prediction.set(output.subarray(start, middle), picture * each);
    variance.set(output.subarray(middle, middle + each), picture * each);
  }
  return { prediction, variance };
}
