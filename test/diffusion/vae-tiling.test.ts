import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { LoadedModel } from "../../src/diffusion/loaded-model.ts";
import { decodeLatents, encodeImage } from "../../src/diffusion/vae.ts";
import { runTiled } from "../../src/diffusion/vae-tiling.ts";
import { createTorchRandom } from "../../src/numerics/torch-random.ts";
import { goldenDir, readGolden, readNpy } from "../support/golden.ts";
import { countRows, openGolden } from "./shipped-model.ts";

const golden = (name: string) => readNpy(goldenDir("vae-tiling", name));
const expected = readGolden("vae-tiling", "expected.json") as { model: string; tile_sample_min_size: number };
const farthest = (a: Float32Array, b: Float32Array) =>
  a.length === b.length ? a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0) : Infinity;

let model: LoadedModel;
beforeAll(async () => {
  model = await openGolden(expected.model);
});
afterAll(() => model.release());

/** The model with the golden script's tiles for every picture. */
const tiled = (): LoadedModel => ({ ...model, vaeTiling: { ...model.vaeTiling!, abovePixels: 0 } });

describe("an autoencoder", () => {
  it("has tiles of the side it was trained on, for more than a megapixel", () => {
    expect(model.vaeTiling).toEqual({ tilePx: expected.tile_sample_min_size, abovePixels: 1024 * 1024 });
  });

  it("decodes in tiles as diffusers' enable_vae_tiling", async () => {
    const image = await decodeLatents(tiled(), golden("latents.npy"));

    expect(image.dims).toEqual(golden("image.npy").dims);
    expect(farthest(image.data, golden("image.npy").data)).toBeLessThan(1e-5);
  });

  it("encodes in tiles as diffusers' enable_vae_tiling", async () => {
    const parameters = golden("parameters.npy");
    const [channels, height, width] = parameters.dims as [number, number, number];

    const latents = await encodeImage(tiled(), golden("pixels.npy"), undefined, false);

    expect(latents.dims).toEqual([channels / 2, height, width]);
    expect(farthest(latents.data, parameters.data.subarray(0, latents.data.length))).toBeLessThan(1e-4);
  });

  it("takes pictures up to the bound whole", async () => {
    const latents = golden("latents.npy");
    const [, height, width] = latents.dims as [number, number, number];
    const { session, rows } = countRows(model.vaeDecoder!.session);
    const pixels = height * width * 64;
    const bound = (abovePixels: number) => ({
      ...model,
      vaeDecoder: { ...model.vaeDecoder!, session },
      vaeTiling: { tilePx: 64, abovePixels },
    });

    const whole = await decodeLatents(bound(pixels), latents);
    const runs = rows.length;
    const parts = await decodeLatents(bound(pixels - 1), latents);

    expect([runs, rows.length - runs]).toEqual([1, 12]);
    expect(parts.dims).toEqual(whole.dims);
    expect(farthest(parts.data, whole.data)).toBeGreaterThan(1e-3);
  });
});

describe("runTiled", () => {
  it("changes nothing where the network looks at single cells", async () => {
    const dims = [2, 19, 30];
    const data = createTorchRandom(1).randn(2 * 19 * 30);

    const doubled = await runTiled({ data, dims }, { before: 8, after: 8 }, (tile) =>
      Promise.resolve({ data: tile.data.map((value) => 2 * value), dims: tile.dims }),
    );

    expect(doubled.dims).toEqual(dims);
    expect(
      farthest(
        doubled.data,
        data.map((value) => 2 * value),
      ),
    ).toBeLessThan(1e-5);
  });
});
