import type { Tensor } from "../numerics/tensor.ts";

/** How an autoencoder works through pictures that are too large for it at once. */
export interface VaeTiling {
  /** tile_sample_min_size: side of a tile in pixels, the side that the autoencoder was trained on (sample_size). */
  readonly tilePx: number;
  /** Pictures of more pixels go in tiles. */
  readonly abovePixels: number;
}

/**
 * More than 1024 x 1024 goes in tiles: up to there pictures are diffusers' without enable_vae_tiling(), beyond it a decoder needs more memory
 * than the denoiser (bench/README.md). A fixed size and not the free memory decides, so that a recipe makes the same picture everywhere.
 */
export const TILE_ABOVE_PIXELS = 1024 * 1024;

/** tile_overlap_factor. */
const OVERLAP = 0.25;

/** Sides of a tile before and after the network, in the network's own units. */
export interface TileSides {
  readonly before: number;
  readonly after: number;
}

/**
 * AutoencoderKL.tiled_decode and _tiled_encode: tiles of [C, `before`, `before`] that overlap by a quarter go through `run` one by one, and
 * their seams are blended linearly, from above first. Each tile's blended result is what its neighbours blend with.
 */
export async function runTiled(
  input: Tensor,
  { before, after }: TileSides,
  run: (tile: Tensor) => Promise<Tensor>,
): Promise<Tensor> {
  const [, height, width] = input.dims as [number, number, number];
  const step = Math.trunc(before * (1 - OVERLAP));
  const blend = Math.trunc(after * OVERLAP);
  const kept = after - blend;

  const lines: Tensor[] = [];
  let above: Tensor[] = [];
  for (let top = 0; top < height; top += step) {
    const row: Tensor[] = [];
    for (let left = 0; left < width; left += step) {
      const tile = await run(cut(input, top, left, before, before));
      const upper = above[row.length];
      const previous = row.at(-1);
      if (upper) blendSeam(upper, tile, blend, 1);
      if (previous) blendSeam(previous, tile, blend, 2);
      row.push(tile);
    }
    lines.push(
      join(
        row.map((tile) => cut(tile, 0, 0, kept, kept)),
        2,
      ),
    );
    above = row;
  }
  return join(lines, 1);
}

/** [C, height, width] from a corner, or what there is of it. */
function cut({ data, dims }: Tensor, top: number, left: number, height: number, width: number): Tensor {
  const [channels, fullHeight, fullWidth] = dims as [number, number, number];
  const rows = Math.min(height, fullHeight - top);
  const columns = Math.min(width, fullWidth - left);
  const result = new Float32Array(channels * rows * columns);
  for (let c = 0; c < channels; c++) {
    for (let y = 0; y < rows; y++) {
      const start = (c * fullHeight + top + y) * fullWidth + left;
      result.set(data.subarray(start, start + columns), (c * rows + y) * columns);
    }
  }
  return { data: result, dims: [channels, rows, columns] };
}

/** blend_v (axis 1) and blend_h (axis 2): the beginning of `tile` fades in over the end of `before`. */
function blendSeam(before: Tensor, tile: Tensor, most: number, axis: 1 | 2): void {
  const [channels, height, width] = tile.dims as [number, number, number];
  const [, otherHeight, otherWidth] = before.dims as [number, number, number];
  const extent = Math.min(before.dims[axis]!, tile.dims[axis]!, most);
  const along = axis === 1 ? Math.min(width, otherWidth) : Math.min(height, otherHeight);
  for (let c = 0; c < channels; c++) {
    for (let i = 0; i < extent; i++) {
      const [fading, rising] = [Math.fround(1 - i / extent), Math.fround(i / extent)];
      for (let j = 0; j < along; j++) {
        const [y, x] = axis === 1 ? [i, j] : [j, i];
        const [otherY, otherX] = axis === 1 ? [otherHeight - extent + i, j] : [j, otherWidth - extent + i];
        const at = (c * height + y) * width + x;
        const old = before.data[(c * otherHeight + otherY) * otherWidth + otherX]!;
        tile.data[at] = Math.fround(old * fading) + Math.fround(tile.data[at]! * rising);
      }
    }
  }
}

/** Tensors [C, h, w] below (axis 1) or beside (axis 2) each other. */
function join(parts: readonly Tensor[], axis: 1 | 2): Tensor {
  const [first] = parts;
  if (!first || parts.length === 1) return first!;
  const [channels, firstHeight, firstWidth] = first.dims as [number, number, number];
  const total = parts.reduce((sum, part) => sum + part.dims[axis]!, 0);
  const dims = axis === 1 ? [channels, total, firstWidth] : [channels, firstHeight, total];
  const [, height, width] = dims as [number, number, number];
  const data = new Float32Array(channels * height * width);
  let offset = 0;
  for (const part of parts) {
    const [, partHeight, partWidth] = part.dims as [number, number, number];
    for (let c = 0; c < channels; c++) {
      for (let y = 0; y < partHeight; y++) {
        const start = (c * partHeight + y) * partWidth;
        const to = axis === 1 ? (c * height + offset + y) * width : (c * height + y) * width + offset;
        data.set(part.data.subarray(start, start + partWidth), to);
      }
    }
    offset += part.dims[axis]!;
  }
  return { data, dims };
}
