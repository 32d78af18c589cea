import type { Logger } from "../core/logger.ts";
import type { Session, SessionOptions } from "../onnx/session.ts";
import type { LatentDims } from "./families/family.ts";
import { openMeasurement, type Measurement } from "./measurement.ts";

/** Decides how many rows of a denoiser run together. */
export interface RowBatches {
  /** For `count` rows of these latents: so many at a time. */
  size(denoiser: Session, latents: LatentDims, count: number): number;
  /** A run of so many rows took so long; Infinity when it failed. */
  took(denoiser: Session, latents: LatentDims, rows: number, ms: number): void;
}

/** Milliseconds of the fastest run by its number of rows; null while it is tried, and for ever where it failed or the process died of it. */
type Times = Record<number, number | null>;
/** By the latents' shape. */
type Known = Record<string, Times>;

/** Latents of at most this many cells leave a device idle alone. */
const SMALL_CELLS = 1024;
/** Every number is a shape that CUDA prepares for anew; more than the last gain nothing on any device that we know figures of. */
const SIZES = [1, 2, 4, 8, 16] as const;
/** Runs of each number; the fastest counts, because the first also allocates. */
const RUNS = 3;
/** Twice as many rows need more memory and must be worth it: so many times faster by row. */
const MIN_GAIN = 1.05;

function isSmall([, height, width]: LatentDims): boolean {
  return height * width <= SMALL_CELLS;
}

/** Always so many. */
export function fixedBatches(rows: number): RowBatches {
  return { size: () => rows, took() {} };
}

/**
 * A rule for where nothing is measured: all rows of small latents; of large ones those of one picture, as diffusers runs guidance, and on a
 * CPU one by one, which needs a fifth less memory (bench/README.md).
 */
export function ruledBatches(device: string | undefined, rowsOfPicture: number): RowBatches {
  const large = device === "cpu" ? 1 : rowsOfPicture;
  return { size: (_, latents) => (isSmall(latents) ? Number.POSITIVE_INFINITY : large), took() {} };
}

/** A graph's times, those that are remembered and those of which runs are still missing. */
interface GraphTimes {
  readonly kept: Measurement<Known>;
  readonly known: Known;
  /** By shape and number: runs that are still wanted, and the fastest so far. */
  readonly tried: Map<string, { left: number; ms: number }>;
}

/**
 * Learns from runs that are made anyway: the first steps with a shape try 1, 2, 4 ... rows until twice as many bring nothing, and what was
 * found is remembered for this graph on this device. A number that failed, or of which the process died, is not tried again. Small latents
 * begin at 2: some kernels of onnxruntime add up in another order where there is one row; from 2 rows on, a CPU gives a row the same
 * numbers in every batch.
 */
export function createMeasuredBatches(sessionOptions: SessionOptions, log: Logger): RowBatches {
  const records = new Map<string, GraphTimes>();

  function recordOf(path: string): GraphTimes {
    let record = records.get(path);
    if (!record) {
      const kept = openMeasurement<Known>("batches", [path], sessionOptions, log);
      record = { kept, known: kept.read() ?? {}, tried: new Map() };
      records.set(path, record);
    }
    return record;
  }

  return {
    size({ path }, latents, count) {
      const { kept, known, tried } = recordOf(path);
      const name = latents.join("x");
      const times = (known[name] ??= {});
      const first = count > 1 && isSmall(latents) ? 2 : 1;
      let best = 1;
      let msPerRow = Infinity;
      for (const size of SIZES) {
        if (size < first || size > count) continue;
        const key = `${name} ${size}`;
        if (times[size] === undefined && !tried.has(key)) {
          tried.set(key, { left: RUNS, ms: Infinity });
          // Should this end the process, the next one must know.
          if (size > first) {
            times[size] = null;
            kept.write(known);
          }
        }
        if (tried.has(key)) return size;
        const ms = times[size] ?? Infinity;
        if (!((ms / size) * MIN_GAIN <= msPerRow)) break;
        [best, msPerRow] = [size, ms / size];
      }
      return best;
    },

    took({ path }, latents, rows, ms) {
      const { kept, known, tried } = recordOf(path);
      const name = latents.join("x");
      const key = `${name} ${rows}`;
      const state = tried.get(key);
      if (!state) return;
      state.ms = Math.min(state.ms, ms);
      state.left -= 1;
      if (state.left > 0 && ms < Infinity) return;
      tried.delete(key);
      known[name]![rows] = state.ms < Infinity && ms < Infinity ? state.ms : null;
      kept.write(known);
      log.debug("Rows of a denoiser that run together were measured", {
        graph: path,
        latents: name,
        rows,
        ms: state.ms,
      });
    },
  };
}
