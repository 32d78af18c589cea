import sharp from "sharp";
import type { RawPicture } from "../../src/core/generator.ts";
import { loadModel } from "../../src/diffusion/load/load-model.ts";
import type { LoadedModel } from "../../src/diffusion/loaded-model.ts";
import { openSession } from "../../src/onnx/open-session.ts";
import { readNpy, type Npy } from "../support/golden.ts";
import { sessionOptions, shippedFolder } from "./shipped-model.ts";

const folder = "test/golden/picture-memory-tiny";

/** The tiny model with a picture memory that test/golden/picture-memory.py made. */
export const tinyModelFolder = shippedFolder(`${folder}/model`);

export function openTiny(root = tinyModelFolder): Promise<LoadedModel> {
  return loadModel(root, { openSession, sessionOptions, decodePicture });
}

/** An array that PyTorch wrote for it. */
export function tinyArray(name: string): Npy {
  return readNpy(shippedFolder(`${folder}/${name}.npy`));
}

export async function decodePicture(bytes: Uint8Array): Promise<RawPicture> {
  const { data, info } = await sharp(bytes).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return { widthPx: info.width, heightPx: info.height, channels: 4, data };
}

/** The largest difference of two arrays of one length. */
export function furthest(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) throw new RangeError(`${a.length} and ${b.length} numbers`);
  let most = 0;
  for (let i = 0; i < a.length; i++) most = Math.max(most, Math.abs(a[i]! - b[i]!));
  return most;
}
