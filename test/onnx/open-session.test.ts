import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openSession } from "../../src/onnx/open-session.ts";
import type { Session } from "../../src/onnx/session.ts";
import { goldenDir, readNpy } from "../support/golden.ts";

const CPU = { device: "cpu", threads: 1 };

function model(name: string, component: string): string {
  return goldenDir("pipelines", name, "model", component, "model.onnx");
}

function maxAbsDiff(a: Float32Array, b: Float32Array): number {
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);
}

/** The first call of a golden U-Net: feeds and what torch gave. */
function firstCall(name: string) {
  const at = (file: string) => readNpy(goldenDir("pipelines", name, `step0_model_${file}.npy`));
  const rows = at("encoder_hidden_states");
  return { sample: at("sample"), encoder_hidden_states: rows, output: at("output") };
}

describe("a session", () => {
  let unet: Session;
  let half: Session;
  let old: Session;

  beforeAll(async () => {
    unet = await openSession(model("sd1-pndm", "unet"), CPU);
    half = await openSession(model("sd1-fp16", "unet"), CPU);
    old = await openSession(model("sd1-img2img-unipc", "unet"), CPU);
  });

  afterAll(async () => {
    await Promise.all([unet.release(), half.release(), old.release()]);
  });

  it("tells its inputs and outputs as the graph declares them", () => {
    expect(unet.inputs).toEqual([
      { name: "sample", type: "float32", dims: ["batch_size", 4, "height", "width"] },
      { name: "timestep", type: "float32", dims: [] },
      { name: "encoder_hidden_states", type: "float32", dims: ["batch_size", "sequence_length", 32] },
    ]);
    expect(unet.outputs).toEqual([{ name: "out_sample", type: "float32", dims: ["batch_size", 4, "height", "width"] }]);
    expect(unet.input("timestep")?.dims).toEqual([]);
    expect(unet.input("nothing")).toBeUndefined();
  });

  it("gives the numbers that torch gave", async () => {
    const { sample, encoder_hidden_states, output } = firstCall("sd1-pndm");

    const { out_sample } = await unet.run({ sample, encoder_hidden_states, timestep: { data: [901], dims: [] } });

    expect(out_sample!.dims).toEqual(output.dims);
    expect(maxAbsDiff(out_sample!.data, output.data)).toBeLessThan(1e-4);
  });

  it("feeds float16 inputs and hands float16 outputs out as float32", async () => {
    const { sample, encoder_hidden_states, output } = firstCall("sd1-fp16");

    const { out_sample } = await half.run({ sample, encoder_hidden_states, timestep: { data: [901], dims: [] } });

    expect(half.input("sample")?.type).toBe("float16");
    expect(out_sample!.data).toBeInstanceOf(Float32Array);
    expect(maxAbsDiff(out_sample!.data, output.data)).toBeLessThan(0.05);
  });

  it("truncates a fractional timestep for an int64 input, as torch does", async () => {
    const { sample, encoder_hidden_states } = firstCall("sd1-img2img-unipc");
    const run = async (timestep: number) =>
      (await old.run({ sample, encoder_hidden_states, timestep: { data: [timestep], dims: [1] } }))["out_sample"]!.data;

    const [whole, fractional, next] = [await run(500), await run(500.9), await run(501)];

    expect(fractional).toEqual(whole);
    expect(next).not.toEqual(whole);
  });

  it("runs for the outputs that are wanted", async () => {
    const session = await openSession(model("sd1-clip-skip", "text_encoder"), CPU);
    const input_ids = { data: BigInt64Array.from({ length: 77 }, () => 639n), dims: [1, 77] };

    const outputs = await session.run({ input_ids }, ["hidden_states.2"]);
    await session.release();

    expect(Object.keys(outputs)).toEqual(["hidden_states.2"]);
    expect(outputs["hidden_states.2"]!.dims).toEqual([1, 77, 32]);
  });

  const sample = { data: new Float32Array(256), dims: [1, 4, 8, 8] };
  const timestep = { data: [1], dims: [] };
  const encoder_hidden_states = { data: new Float32Array(77 * 32), dims: [1, 77, 32] };

  it.each([
    ["a missing feed", { sample, encoder_hidden_states }, undefined, /input timestep float32 \[\] was not fed/],
    ["an unknown feed", { sample, timestep, encoder_hidden_states, extra: timestep }, undefined, /no input extra/],
    [
      "an unknown output",
      { sample, timestep, encoder_hidden_states },
      ["latent"],
      /no output latent; it has out_sample/,
    ],
    [
      "a wrong rank",
      { sample: { ...sample, dims: [4, 8, 8] }, timestep, encoder_hidden_states },
      undefined,
      /sample: rank 3 \[4, 8, 8\] was fed/,
    ],
    [
      "a wrong fixed size",
      { sample: { ...sample, dims: [1, 8, 8, 4] }, timestep, encoder_hidden_states },
      undefined,
      /sample: \[1, 8, 8, 4\] was fed, axis 1 does not fit.*batch_size, 4, height, width/,
    ],
    [
      "a wrong count",
      { sample: { ...sample, dims: [2, 4, 8, 8] }, timestep, encoder_hidden_states },
      undefined,
      /sample: 256 elements do not fill \[2, 4, 8, 8\]/,
    ],
  ])("refuses %s by name", async (_, feeds, want, message) => {
    await expect(unet.run(feeds, want)).rejects.toThrow(message);
  });

  it("refuses NaN where the graph wants whole numbers", async () => {
    const { sample, encoder_hidden_states } = firstCall("sd1-img2img-unipc");

    const run = old.run({ sample, encoder_hidden_states, timestep: { data: [NaN], dims: [1] } });

    await expect(run).rejects.toThrow("timestep: NaN or infinity cannot be fed as int64");
  });
});

describe("openSession", () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "easel-session-"));
  });

  afterAll(() => rm(folder, { recursive: true }));

  it("finds external data beside the graph", async () => {
    const session = await openSession(model("sd1-external-data", "unet"), CPU);

    const inputs = session.inputs.map((port) => port.name);
    await session.release();

    expect(inputs).toEqual(["sample", "timestep", "encoder_hidden_states"]);
  });

  it("refuses a file that is missing, and one that is not ONNX", async () => {
    const text = join(folder, "model.onnx");
    await writeFile(text, "<!doctype html>");

    await expect(openSession(join(folder, "none.onnx"), CPU)).rejects.toThrow(/ENOENT/);
    await expect(openSession(text, CPU)).rejects.toThrow(/protobuf/i);
  });

  it("cannot run after release", async () => {
    const session = await openSession(model("sd1-pndm", "vae_decoder"), CPU);
    await session.release();

    const run = session.run({ latent_sample: { data: new Float32Array(256), dims: [1, 4, 8, 8] } });

    await expect(run).rejects.toThrow(/disposed/);
  });
});
