import type { ConfigReader } from "./config-reader.ts";

/** Bounds a predicted clean sample; may return its argument. `pictures` is the number of pictures in it. */
export type Clip = (original: Float32Array, pictures: number) => Float32Array;

const keep: Clip = (original) => original;

/** clip_sample: bounds to +- clip_sample_range. */
export function readClipSample(config: ConfigReader, fallback: boolean): Clip {
  const range = config.number("clip_sample_range", 1);
  if (!config.flag("clip_sample", fallback)) return keep;
  return (original) => {
    const clipped = new Float32Array(original.length);
    for (let i = 0; i < clipped.length; i++) clipped[i] = Math.min(Math.max(original[i]!, -range), range);
    return clipped;
  };
}

/** thresholding: dynamic thresholding of pixel-space models (Saharia et al. 2022), picture by picture. */
export function readThresholding(config: ConfigReader): Clip {
  const ratio = config.number("dynamic_thresholding_ratio", 0.995);
  const max = config.number("sample_max_value", 1);
  if (!config.flag("thresholding", false)) return keep;
  return (original, pictures) => {
    const clipped = new Float32Array(original.length);
    const each = original.length / pictures;
    for (let start = 0; start < original.length; start += each) {
      const magnitudes = original
        .slice(start, start + each)
        .map(Math.abs)
        .sort();
      const bound = Math.min(Math.max(quantile(magnitudes, ratio), 1), max);
      for (let i = start; i < start + each; i++) clipped[i] = Math.min(Math.max(original[i]!, -bound), bound) / bound;
    }
    return clipped;
  };
}

/** thresholding where it is set, else clip_sample. */
export function readClipping(config: ConfigReader, clipByDefault: boolean): Clip {
  return config.flag("thresholding", false) ? readThresholding(config) : readClipSample(config, clipByDefault);
}

/** torch.quantile of sorted values, linear between neighbours. */
function quantile(sorted: Float32Array, ratio: number): number {
  const rank = ratio * (sorted.length - 1);
  const low = Math.floor(rank);
  const high = Math.min(low + 1, sorted.length - 1);
  return sorted[low]! + (rank - low) * (sorted[high]! - sorted[low]!);
}
