import { describe, expect, it } from "vitest";
import type { LoadedModel } from "../../src/diffusion/loaded-model.ts";
import { createPreviewer } from "../../src/diffusion/preview.ts";
import { decodeLatents, toPicture } from "../../src/diffusion/vae.ts";
import { createTorchRandom } from "../../src/numerics/torch-random.ts";
import type { PortInfo } from "../../src/onnx/session.ts";
import { fakeSession } from "./fake-session.ts";
import { modelFolder, withModel } from "./load/model-folder.ts";
import { openGolden } from "./shipped-model.ts";

/** A decoder of 2 channels whose colours are linear: red = first, green = second, blue = 0.5. */
function model(axes: PortInfo["dims"] = ["h", "w"]) {
  const session = fakeSession({ latent_sample: [1, 2, ...axes] }, ["sample"], ({ latent_sample: latents }) => {
    const [, , height, width] = latents!.dims as [number, number, number, number];
    const cells = height * width;
    const data = new Float32Array(3 * 64 * cells);
    for (let i = 0; i < data.length; i++) {
      const channel = Math.floor(i / (64 * cells));
      const y = Math.floor(i / (8 * width)) % (8 * height);
      const cell = Math.floor(y / 8) * width + Math.floor((i % (8 * width)) / 8);
      data[i] = channel === 2 ? 0.5 : Number(latents!.data[channel * cells + cell]);
    }
    return { sample: { data, dims: [1, 3, 8 * height, 8 * width] } };
  });
  const loaded = {
    path: "m",
    latentChannels: 2,
    imageChannels: 3,
    scalingFactor: 1,
    shiftFactor: 0,
    vaeDecoder: { session, config: {} },
  };
  return { session, loaded: loaded as unknown as LoadedModel };
}

const flat = (side: number, first: number, second: number) => ({
  data: new Float32Array(2 * side * side).fill(first, 0, side * side).fill(second, side * side),
  dims: [2, side, side],
});

describe("createPreviewer", () => {
  it("decodes small latents as they are", async () => {
    const { loaded } = model();

    const preview = await createPreviewer(loaded, createTorchRandom).draw([flat(2, 1, -1)]);

    expect(preview).toMatchObject({ widthPx: 16, heightPx: 16, channels: 3 });
    expect([...preview!.data.subarray(0, 3)]).toEqual([255, 0, 191]);
  });

  it.each(["taesd_decoder", "vae_decoder_tiny", "taesd/vae_decoder"])("shows large latents by %s", async (place) => {
    const folder = modelFolder("sd1-pndm");
    folder.copyFrom("sd1-taesd", "vae_decoder", place);
    const latents = { data: createTorchRandom(3).randn(4 * 24 * 16), dims: [4, 24, 16] };

    const preview = await withModel(folder.root, (tiny) => createPreviewer(tiny, createTorchRandom).draw([latents]));

    // There the tiny decoder is the main one, and the pictures are those of diffusers' AutoencoderTiny.
    const whole = await openGolden("sd1-taesd");
    const expected = toPicture(await decodeLatents(whole, latents));
    await whole.release();
    expect(preview).toEqual(expected);
  });

  it("shows large latents by a projection that one small decode calibrates", async () => {
    const { session, loaded } = model();
    const previewer = createPreviewer(loaded, createTorchRandom);

    const first = await previewer.draw([flat(64, 1, -1)]);
    const second = await previewer.draw([flat(64, -1, 1)]);

    expect(first).toMatchObject({ widthPx: 64, heightPx: 64 });
    const colours = [first, second].map((preview) => [...preview!.data.subarray(0, 3)]);
    const apart = colours.flat().map((value, i) => Math.abs(value - [255, 0, 191, 0, 255, 191][i]!));
    expect(Math.max(...apart)).toBeLessThan(3);
    expect(session.fed).toHaveLength(1);
  });

  it("shows nothing of a decoder of one size until a picture was made, then what it learnt", async () => {
    const { loaded } = model([64, 64]);
    const previewer = createPreviewer(loaded, createTorchRandom);
    const noise = createTorchRandom(1).randn(2 * 64 * 64);
    const latents = { data: noise, dims: [2, 64, 64] };
    const image = new Float32Array(3 * 64 * 64).fill(0.5);
    image.set(noise);

    const before = await previewer.draw([latents]);
    previewer.learn(latents, { data: image, dims: [3, 64, 64] });
    const after = await previewer.draw([flat(64, 1, -1)]);

    expect(before).toBeUndefined();
    expect([...after!.data.subarray(0, 3)]).toEqual([255, 0, 191]);
  });

  it("puts pictures side by side", async () => {
    const { loaded } = model();

    const preview = await createPreviewer(loaded, createTorchRandom).draw([
      flat(2, 1, 1),
      flat(2, -1, -1),
      flat(2, 1, 1),
    ]);

    expect(preview).toMatchObject({ widthPx: 32, heightPx: 32 });
    const red = (x: number, y: number) => preview!.data[(y * 32 + x) * 3];
    expect([red(0, 0), red(16, 0), red(0, 16), red(16, 16)]).toEqual([255, 0, 255, 0]);
  });
});
