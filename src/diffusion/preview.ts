import type { RawPicture } from "../core/generator.ts";
import { leastSquares } from "../numerics/least-squares.ts";
import type { RandomSource } from "../numerics/random-source.ts";
import type { Tensor } from "../numerics/tensor.ts";
import { inputPort } from "./feeds.ts";
import type { LoadedModel } from "./loaded-model.ts";
import { decodeLatents, decodeTiny, toPicture } from "./vae.ts";

/** Pictures of unfinished latents. */
export interface Previewer {
  /** All pictures of a call side by side; undefined where no cheap way is known yet. */
  draw(latents: readonly Tensor[]): Promise<RawPicture | undefined>;
  /** Lets later previews learn from a finished picture [channels, H, W] in -1 to 1. */
  learn(latents: Tensor, image: Tensor): void;
}

/** Up to this many cells a decoder is quick enough to show every preview as it is (16 x 16 of the built-in model). */
const CHEAP_CELLS = 256;
/** Size of the random latents that a projection is fitted to before any picture was made. */
const PROBE = { height: 8, width: 16, patch: 2 };

/**
 * Previews by the model's own decoder where latents are small, else by the tiny decoder of its folder, else by a linear map from a cell's channels to its colour: the map is fitted
 * to what this decoder makes of random flat patches, and again to the first finished picture. So it fits every autoencoder, also fine-tuned
 * ones, without constants.
 */
export function createPreviewer(model: LoadedModel, createRandom: (seed: number) => RandomSource): Previewer {
  let projection: Float64Array | undefined;
  let hasLearnt = false;

  async function probe(): Promise<Float64Array | undefined> {
    const session = model.vaeDecoder?.session;
    const axes =
      session && (inputPort(session, ["latent_sample", "latent", "latents"]) ?? session.inputs[0])?.dims.slice(2);
    if (!axes || axes.some((axis) => typeof axis === "number")) return undefined;
    const latents = flatPatches(model.latentChannels, createRandom(0));
    return fit(latents, await decodeLatents(model, latents));
  }

  return {
    async draw(latents) {
      const [first] = latents;
      if (!first || !model.vaeDecoder) return undefined;
      const [, height, width] = first.dims as [number, number, number];
      const pictures: RawPicture[] = [];
      if (height * width <= CHEAP_CELLS) {
        for (const entry of latents) pictures.push(toPicture(await decodeLatents(model, entry)));
      } else if (model.tinyDecoder) {
        for (const entry of latents) pictures.push(toPicture(await decodeTiny(model.tinyDecoder, entry)));
      } else {
        projection ??= await probe();
        if (!projection) return undefined;
        for (const entry of latents) pictures.push(project(entry, projection, model.imageChannels));
      }
      return sideBySide(pictures);
    },
    learn(latents, image) {
      if (hasLearnt) return;
      hasLearnt = true;
      projection = fit(latents, image);
    },
  };
}

/** Standard normal latents, constant in patches: decoders answer single cells of noise with texture, patches with colour. */
function flatPatches(channels: number, random: RandomSource): Tensor {
  const { height, width, patch } = PROBE;
  const across = width / patch;
  const size = (height / patch) * across;
  const colours = random.randn(channels * size);
  const data = new Float32Array(channels * height * width);
  for (let i = 0; i < data.length; i++) {
    const channel = Math.floor(i / (height * width));
    const y = Math.floor(i / width) % height;
    data[i] = colours[channel * size + Math.floor(y / patch) * across + Math.floor((i % width) / patch)]!;
  }
  return { data, dims: [channels, height, width] };
}

/** Least squares from [channels, 1] of every cell to the mean colour of its pixels. */
function fit(latents: Tensor, image: Tensor): Float64Array {
  const [channels, height, width] = latents.dims as [number, number, number];
  const [colours, , imageWidth] = image.dims as [number, number, number];
  const cells = height * width;
  const scale = imageWidth / width;
  const x = new Float64Array(cells * (channels + 1));
  const y = new Float64Array(cells * colours);
  for (let cell = 0; cell < cells; cell++) {
    for (let c = 0; c < channels; c++) x[cell * (channels + 1) + c] = latents.data[c * cells + cell]!;
    x[cell * (channels + 1) + channels] = 1;
    const top = Math.floor(cell / width) * scale;
    const left = (cell % width) * scale;
    for (let c = 0; c < colours; c++) y[cell * colours + c] = meanOf(image, c, top, left, scale);
  }
  return leastSquares(x, y, channels + 1, colours);
}

function meanOf({ data, dims }: Tensor, channel: number, top: number, left: number, size: number): number {
  const [, height, width] = dims as [number, number, number];
  let sum = 0;
  for (let y = top; y < top + size; y++) {
    for (let x = left; x < left + size; x++) sum += data[(channel * height + y) * width + x]!;
  }
  return sum / size ** 2;
}

function project(latents: Tensor, projection: Float64Array, colours: 3 | 4): RawPicture {
  const [channels, height, width] = latents.dims as [number, number, number];
  const cells = height * width;
  const data = new Float32Array(cells * colours);
  for (let cell = 0; cell < cells; cell++) {
    for (let j = 0; j < colours; j++) {
      let value = projection[channels * colours + j]!;
      for (let c = 0; c < channels; c++) value += latents.data[c * cells + cell]! * projection[c * colours + j]!;
      data[j * cells + cell] = value;
    }
  }
  return toPicture({ data, dims: [colours, height, width] });
}

/** Pictures of equal size in rows of as many as there are rows. */
function sideBySide(pictures: readonly RawPicture[]): RawPicture {
  const [first] = pictures;
  if (!first) throw new RangeError("no pictures");
  const across = Math.ceil(Math.sqrt(pictures.length));
  const down = Math.ceil(pictures.length / across);
  const { widthPx, heightPx, channels } = first;
  const line = widthPx * channels;
  const data = new Uint8Array(line * across * heightPx * down);
  pictures.forEach((picture, i) => {
    const left = (i % across) * line;
    const top = Math.floor(i / across) * heightPx;
    for (let y = 0; y < heightPx; y++) {
      data.set(picture.data.subarray(y * line, (y + 1) * line), (top + y) * line * across + left);
    }
  });
  return { widthPx: widthPx * across, heightPx: heightPx * down, channels, data };
}
