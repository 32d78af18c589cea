import { UserError } from "../core/errors.ts";
import { elements, type Tensor } from "../numerics/tensor.ts";
import type { ControlNet } from "./control.ts";
import type { Condition, DiffusionFamily, LatentDims } from "./families/family.ts";
import { DENOISER_OUTPUTS, fixedBatch, row, runFor, stack, type Offers } from "./feeds.ts";
import { nameOf, type LoadedModel } from "./loaded-model.ts";
import type { RowBatches } from "./row-batches.ts";

/** One evaluation of the denoiser: one picture under one condition. */
export interface Row {
  /** As the denoiser takes it: [C, h, w], or packed. */
  readonly sample: Tensor;
  readonly condition: Condition;
}

export interface RunRows {
  /** Outputs [C, h, w] (or packed) of the rows, in order. `i` counts from the first step that is taken, of `steps`. */
  (rows: readonly Row[], timestep: number, i: number, steps: number): Promise<Float32Array[]>;
}

/**
 * Runs the denoiser over rows of any mixture of shapes: rows of equal shape share runs, of as many rows as `batches` says, or of exactly as
 * many as the graph fixes (short runs are filled up with copies).
 */
export function createRunRows(
  model: LoadedModel,
  family: DiffusionFamily,
  latentDims: LatentDims,
  control: ControlNet | undefined,
  batches: RowBatches,
  now: () => number = () => performance.now(),
): RunRows {
  const { session } = model.denoiser;
  const fixed = fixedBatch(session, "sample") ?? fixedBatch(session, "hidden_states");

  /** U-Nets export their skip connections for sides that halve evenly; other sizes fail inside the graph. */
  async function runSized(offers: Offers): Promise<Tensor> {
    try {
      return await runFor(session, offers, DENOISER_OUTPUTS);
    } catch (cause) {
      const multiple = evenCells(model);
      const [, height, width] = latentDims;
      if (height % multiple === 0 && width % multiple === 0) throw cause;
      const pixels = (cells: number) => cells * model.vaeScaleFactor;
      const supported = `Width and height must be multiples of ${pixels(multiple)}.`;
      const params = { model: nameOf(model), width: pixels(width), height: pixels(height), supported };
      throw new UserError("size-not-supported", params, { cause });
    }
  }

  async function run(rows: readonly Row[], timestep: number, i: number, steps: number): Promise<Float32Array[]> {
    const filled =
      fixed === undefined ? rows : [...rows, ...Array.from({ length: fixed - rows.length }, () => rows.at(-1)!)];
    const sample = stack(filled.map((entry) => entry.sample));
    const { condition } = filled[0]!;
    const told: Offers = Object.fromEntries(
      Object.keys(condition).map((name) => [name, stack(filled.map((entry) => entry.condition[name]!))]),
    );
    const offers: Offers = { ...told, ...family.inputs(model, sample, timestep, latentDims, condition) };
    const all = control ? await control.extend(offers, filled.length, i, steps) : offers;
    const output = await runSized(all);
    // A learned variance follows the prediction in further channels (PixArt); it is not used.
    const size = elements(family.packedDims?.(latentDims) ?? latentDims);
    return rows.map((_, r) => row(output, r).data.subarray(0, size));
  }

  /** Rows of one shape, in runs. A number of rows that fails may be too much for the device's memory: then half of them. */
  async function runGroup(rows: readonly Row[], timestep: number, i: number, steps: number): Promise<Float32Array[]> {
    let size = fixed ?? batches.size(session, latentDims, rows.length);
    const outputs: Float32Array[] = [];
    while (outputs.length < rows.length) {
      const chunk = rows.slice(outputs.length, outputs.length + size);
      const startedAt = now();
      try {
        outputs.push(...(await run(chunk, timestep, i, steps)));
        batches.took(session, latentDims, chunk.length, now() - startedAt);
      } catch (error) {
        if (fixed !== undefined || chunk.length === 1) throw error;
        batches.took(session, latentDims, chunk.length, Infinity);
        size = Math.ceil(chunk.length / 2);
      }
    }
    return outputs;
  }

  return async (rows, timestep, i, steps) => {
    const groups = new Map<string, number[]>();
    rows.forEach((entry, index) => {
      const shape = shapeOf(entry);
      groups.set(shape, [...(groups.get(shape) ?? []), index]);
    });
    const outputs: Float32Array[] = [];
    for (const indices of groups.values()) {
      const own = indices.map((index) => rows[index]!);
      const results = await runGroup(own, timestep, i, steps);
      indices.forEach((index, r) => (outputs[index] = results[r]!));
    }
    return outputs;
  };
}

/** Latent cells that a U-Net halves evenly at each of its levels: Stable Diffusion has four. */
function evenCells({ denoiser, family }: LoadedModel): number {
  if (denoiser.kind !== "unet") return 2;
  const blocks = denoiser.config["block_out_channels"];
  const levels = Array.isArray(blocks) ? blocks.length : family === "stable-diffusion-xl" ? 3 : 4;
  return 2 ** (levels - 1);
}

function shapeOf({ sample, condition }: Row): string {
  return JSON.stringify([sample.dims, Object.entries(condition).map(([name, { dims }]) => [name, dims])]);
}
