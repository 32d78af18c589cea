import { describe, expect, it } from "vitest";
import { stableDiffusion } from "../../src/diffusion/families/stable-diffusion.ts";
import type { LoadedModel } from "../../src/diffusion/loaded-model.ts";
import { createEngine } from "../../src/diffusion/generate.ts";
import { fixedBatches, type RowBatches } from "../../src/diffusion/row-batches.ts";
import { createRunRows, type Row } from "../../src/diffusion/run-rows.ts";
import type { PortInfo, Session } from "../../src/onnx/session.ts";
import { fakeSession } from "./fake-session.ts";
import { countRows, openGolden } from "./shipped-model.ts";

/** A UNet of 1 x 2 x 2 latents that adds the first number of the text to its sample. */
function model(batch: PortInfo["dims"][number] = "batch") {
  const dims = { sample: [batch, 1, "h", "w"], timestep: [], encoder_hidden_states: [batch, "s", 1] };
  const session = fakeSession(dims, ["out_sample"], ({ sample, encoder_hidden_states: text }) => {
    const perRow = text!.data.length / text!.dims[0]!;
    const size = sample!.data.length / sample!.dims[0]!;
    const data = Float32Array.from(sample!.data as Float32Array, (value, i) => {
      return value + Number(text!.data[Math.floor(i / size) * perRow]);
    });
    return { out_sample: { data, dims: sample!.dims } };
  });
  const loaded = {
    path: "m",
    family: "stable-diffusion",
    vaeScaleFactor: 8,
    denoiser: { session, kind: "unet", config: {} },
  };
  return { session, loaded: loaded as unknown as LoadedModel };
}

const rowOf = (value: number, text: number, tokens = 1): Row => ({
  sample: { data: new Float32Array(4).fill(value), dims: [1, 2, 2] },
  condition: { encoder_hidden_states: { data: new Float32Array(tokens).fill(text), dims: [tokens, 1] } },
});

const LATENTS = [1, 2, 2] as const;

describe("createRunRows", () => {
  it("gives each row its own output, whatever shapes its neighbours have", async () => {
    const { session, loaded } = model();
    const run = createRunRows(loaded, stableDiffusion, LATENTS, undefined, fixedBatches(16));

    const outputs = await run([rowOf(1, 10), rowOf(2, 20, 3), rowOf(3, 30)], 5, 0, 1);

    expect(outputs.map((output) => [...output])).toEqual([11, 22, 33].map((value) => [value, value, value, value]));
    expect(session.fed.map(({ sample }) => sample!.dims[0])).toEqual([2, 1]);
  });

  it("runs at most so many rows together", async () => {
    const { session, loaded } = model();
    const run = createRunRows(loaded, stableDiffusion, LATENTS, undefined, fixedBatches(2));

    await run(
      [1, 2, 3, 4, 5].map((value) => rowOf(value, 0)),
      5,
      0,
      1,
    );

    expect(session.fed.map(({ sample }) => sample!.dims[0])).toEqual([2, 2, 1]);
  });

  it("runs half as many where so many fail, and tells of both", async () => {
    const { session, loaded } = model();
    const told: [rows: number, ms: number][] = [];
    const batches: RowBatches = { size: () => 4, took: (_, __, rows, ms) => void told.push([rows, ms]) };
    const run: Session["run"] = (feeds, want) =>
      feeds["sample"]!.dims[0]! > 2 ? Promise.reject(new Error("out of memory")) : session.run(feeds, want);
    const small = { ...loaded, denoiser: { ...loaded.denoiser, session: { ...session, run } } };

    const outputs = await createRunRows(
      small,
      stableDiffusion,
      LATENTS,
      undefined,
      batches,
      () => 0,
    )(
      [1, 2, 3, 4, 5].map((value) => rowOf(value, 0)),
      5,
      0,
      1,
    );

    expect(outputs.map(([first]) => first)).toEqual([1, 2, 3, 4, 5]);
    expect(told).toEqual([
      [4, Infinity],
      [2, 0],
      [2, 0],
      [1, 0],
    ]);
  });

  it("fills up the batch that a graph fixes", async () => {
    const { session, loaded } = model(2);
    const run = createRunRows(loaded, stableDiffusion, LATENTS, undefined, fixedBatches(16));

    const outputs = await run(
      [1, 2, 3].map((value) => rowOf(value, 1)),
      5,
      0,
      1,
    );

    expect(outputs.map(([first]) => first)).toEqual([2, 3, 4]);
    expect(session.fed.map(({ sample }) => sample!.dims[0])).toEqual([2, 2]);
  });

  it("says which sizes a U-Net can halve when its graph fails on another", async () => {
    const { loaded } = model();
    const failing = { ...loaded.denoiser.session, run: () => Promise.reject(new Error("Concat: 9 and 10")) };
    const broken = { ...loaded, denoiser: { ...loaded.denoiser, session: failing } };
    const odd = createRunRows(broken, stableDiffusion, [1, 9, 8], undefined, fixedBatches(1));
    const even = createRunRows(broken, stableDiffusion, [1, 8, 8], undefined, fixedBatches(1));

    await expect(odd([rowOf(1, 1)], 5, 0, 1)).rejects.toThrow(
      "m cannot draw 64x72. Width and height must be multiples of 64.",
    );
    await expect(even([rowOf(1, 1)], 5, 0, 1)).rejects.toThrow("Concat: 9 and 10");
  });
});

describe("an engine", () => {
  it.each([
    ["cpu", 64, [2]],
    ["cpu", 272, [1, 1]],
    ["cuda:0", 272, [2]],
  ])("on %s runs the two rows of a picture of %i px as %j", async (device, width, expected) => {
    const model = await openGolden("sd1-pndm");
    const { session, rows } = countRows(model.denoiser.session);
    const engine = createEngine({ model: { ...model, denoiser: { ...model.denoiser, session } }, device });

    await engine.generate({
      mode: "text-to-image",
      prompts: ["a fox"],
      promptSyntax: false,
      width,
      height: 256,
      numInferenceSteps: 1,
      guidanceScale: 5,
      generator: { kind: "list", seeds: [1] },
    });
    await model.release();

    expect(rows).toEqual(expected);
  });
});
