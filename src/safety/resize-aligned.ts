import type { Pixels } from "../numerics/resample.ts";

/** Where along one axis a target position lies between two source positions. */
interface Position {
  readonly low: number;
  readonly high: number;
  readonly share: number;
}

/**
 * RGB pixels as numbers in [0, 1], resized as tf.image.resizeBilinear(image / 255, size, alignCorners = true) does: corners on corners, no
 * antialiasing (tfjs-backend-cpu, kernels/ResizeBilinear.ts). The picture is stretched to the size.
 */
export function resizeAligned(pixels: Pixels, widthPx: number, heightPx: number): Float32Array {
  const source = Float32Array.from(pixels.data, (value) => value / 255);
  if (pixels.widthPx === widthPx && pixels.heightPx === heightPx) return source;
  const columns = alignedPositions(pixels.widthPx, widthPx);
  const rows = alignedPositions(pixels.heightPx, heightPx);
  const target = new Float32Array(widthPx * heightPx * 3);
  const stride = pixels.widthPx * 3;
  let at = 0;
  for (const row of rows) {
    for (const column of columns) {
      for (let channel = 0; channel < 3; channel++) {
        const left = column.low * 3 + channel;
        const right = column.high * 3 + channel;
        const top = mix(source[row.low * stride + left]!, source[row.low * stride + right]!, column.share);
        const bottom = mix(source[row.high * stride + left]!, source[row.high * stride + right]!, column.share);
        target[at++] = mix(top, bottom, row.share);
      }
    }
  }
  return target;
}

function alignedPositions(sourceSize: number, targetSize: number): Position[] {
  const ratio = targetSize > 1 ? (sourceSize - 1) / (targetSize - 1) : sourceSize / targetSize;
  return Array.from({ length: targetSize }, (_, target) => {
    const position = ratio * target;
    const low = Math.floor(position);
    return { low, high: Math.min(sourceSize - 1, Math.ceil(position)), share: position - low };
  });
}

function mix(from: number, to: number, share: number): number {
  return from + (to - from) * share;
}
