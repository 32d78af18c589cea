import { describe, expect, it } from "vitest";
import type { Call } from "../../../src/diffusion/call.ts";
import { createEngine } from "../../../src/diffusion/generate.ts";
import type { LoadedModel } from "../../../src/diffusion/loaded-model.ts";
import { encodePixels } from "../../../src/diffusion/vae.ts";
import type { Session } from "../../../src/onnx/session.ts";
import { readGolden } from "../../support/golden.ts";
import { furthest, openTiny, tinyArray } from "../picture-memory-tiny.ts";

const expected = readGolden("picture-memory-tiny", "expected.json") as {
  prompt: string;
  seed: number;
  guided: { steps: number; guidance: number };
  distilled: { steps: number; guidance: number };
};
const model = await openTiny();

function callOf(fields: Partial<Call>): Call {
  return {
    mode: "text-to-image",
    prompts: [expected.prompt],
    promptSyntax: true,
    height: 64,
    width: 64,
    numInferenceSteps: 3,
    guidanceScale: 1,
    generator: { kind: "list", seeds: [expected.seed] },
    ...fields,
  };
}

/** The model with the canvases that its denoisers were fed, one for each row; `canvas` replaces them. */
function watch(canvas?: Float32Array): { model: LoadedModel; canvases: Float32Array[]; runs: string[] } {
  const canvases: Float32Array[] = [];
  const runs: string[] = [];
  const watched = (name: string, session: Session): Session => ({
    ...session,
    run(feeds, want) {
      const { data, dims } = feeds["canvas"]!;
      const rows = dims[0]!;
      const size = data.length / rows;
      for (let row = 0; row < rows; row++)
        canvases.push(Float32Array.from(data.slice(row * size, (row + 1) * size), Number));
      runs.push(`${name} ${rows}`);
      if (!canvas) return session.run(feeds, want);
      const same = Float32Array.from({ length: data.length }, (_, i) => canvas[i % size]!);
      return session.run({ ...feeds, canvas: { data: same, dims } }, want);
    },
  });
  return {
    canvases,
    runs,
    model: {
      ...model,
      denoiser: { ...model.denoiser, session: watched("guided", model.denoiser.session) },
      distilled: { ...model.distilled!, session: watched("distilled", model.distilled!.session) },
    },
  };
}

const alphaOf = (canvas: Float32Array, slot: number): Float32Array =>
  canvas.slice(slot * 9 * 64 + 8 * 64, (slot + 1) * 9 * 64);
const isEmpty = (values: Float32Array): boolean => values.every((value) => value === 0);

async function canvasAt(strength: number): Promise<Float32Array> {
  const watched = watch();
  const variations = [{ seed: 99, strength }];
  await createEngine({ model: watched.model }).generate(callOf({ variations, numInferenceSteps: 1 }));
  return watched.canvases[0]!;
}

async function canvasOf(prompt: string): Promise<Float32Array> {
  const watched = watch();
  await createEngine({ model: watched.model }).generate(callOf({ prompts: [prompt], numInferenceSteps: 1 }));
  return watched.canvases[0]!;
}

/** A cell in the middle row of the first slot's latents. */
function cellOf(canvas: Float32Array, x: number): number[] {
  return Array.from({ length: 8 }, (_, channel) => canvas[channel * 64 + 4 * 8 + x]!);
}

/** A picture without a plain background. */
const fill = (value: number) => ({
  widthPx: 64,
  heightPx: 64,
  channels: 3 as const,
  data: noise(64 * 64 * 3, value),
});

describe("a model with a picture memory", () => {
  it.each(["guided", "distilled"] as const)("draws what PyTorch draws on the same canvas: %s", async (name) => {
    const { steps, guidance } = expected[name];
    const watched = watch(tinyArray("slots").data);
    let last = new Float32Array();
    const trace = { step: (latents: Float32Array) => void (last = latents.slice()) };
    const engine = createEngine({ model: watched.model, trace });

    const { pictures } = await engine.generate(callOf({ numInferenceSteps: steps, guidanceScale: guidance }));

    expect(furthest(last, tinyArray(`${name}_latents`).data)).toBeLessThan(1e-3);
    const picture = tinyArray(`${name}_picture`).data;
    const cells = 64 * 64;
    const made = Float32Array.from(
      picture,
      (_, i) => pictures[0]!.data[4 * (i % cells) + Math.floor(i / cells)]! / 255,
    );
    // Colours that hardly show come from a division by next to nothing.
    const seen = (_: number, i: number) => picture[3 * cells + (i % cells)]! > 0.1;
    expect(furthest(made.filter(seen), picture.filter(seen))).toBeLessThan(1.5 / 255);
  });

  it("runs the distilled denoiser without a negative row where there is no guidance, else the other with one", async () => {
    const watched = watch();
    const engine = createEngine({ model: watched.model });

    await engine.generate(callOf({ numInferenceSteps: 2, guidanceScale: 1 }));
    await engine.generate(callOf({ numInferenceSteps: 1, guidanceScale: 3 }));

    expect(watched.runs).toEqual(["distilled 1", "distilled 1", "guided 2"]);
  });

  it("puts a thing of the wanted style into the first slot and tells both rows of it", async () => {
    const watched = watch();

    await createEngine({ model: watched.model }).generate(callOf({ numInferenceSteps: 1, guidanceScale: 2 }));

    const [negative, positive] = watched.canvases;
    expect(negative).toEqual(positive);
    expect(isEmpty(alphaOf(positive!, 0))).toBe(false);
    expect(isEmpty(positive!.slice(9 * 64))).toBe(true);
  });

  it("puts a thing that the memory has in another style only into the second slot", async () => {
    const watched = watch();

    await createEngine({ model: watched.model }).generate(callOf({ prompts: ["a robot, 3d"], numInferenceSteps: 1 }));

    expect(isEmpty(watched.canvases[0]!.slice(0, 9 * 64))).toBe(true);
    expect(isEmpty(alphaOf(watched.canvases[0]!, 1))).toBe(false);
  });

  it("makes one thing of a blend's two concepts: the first on the left, the second on the right", async () => {
    const [both, fox, house] = [
      await canvasOf("a fox + house blend, emoji"),
      await canvasOf("a fox, emoji"),
      await canvasOf("a house, emoji"),
    ];

    expect(isEmpty(both.slice(9 * 64))).toBe(true);
    for (const [x, alone] of [
      [2, fox],
      [5, house],
    ] as const) {
      const other = alone === fox ? house : fox;
      expect(furthest(cellOf(both, x), cellOf(alone, x))).toBeLessThan(furthest(cellOf(both, x), cellOf(other, x)));
    }
  });

  it("draws the places from each picture's own seed, the same alone and among others", async () => {
    const [many, one] = [watch(), watch()];
    const prompts = [expected.prompt, expected.prompt];

    await createEngine({ model: many.model }).generate(
      callOf({ prompts, generator: { kind: "list", seeds: [3, 4] }, numInferenceSteps: 1 }),
    );
    await createEngine({ model: one.model }).generate(
      callOf({ generator: { kind: "list", seeds: [4] }, numInferenceSteps: 1 }),
    );

    expect(many.canvases[1]).not.toEqual(many.canvases[0]);
    expect(many.canvases[1]).toEqual(one.canvases[0]);
  });

  it("moves the places of a variation a part of the way", async () => {
    const [none, little, much] = [await canvasAt(0), await canvasAt(0.1), await canvasAt(0.9)];

    expect(furthest(none, little)).toBeGreaterThan(0);
    expect(furthest(none, much)).toBeGreaterThan(furthest(none, little));
  });

  it("draws what a community taught, from the pixels that come with the call", async () => {
    const watched = watch();
    const data = new Uint8Array(4 * 32 * 32).fill(255);
    const taught = [{ name: "ourmascot", picture: { widthPx: 32, heightPx: 32, channels: 4 as const, data } }];

    await createEngine({ model: watched.model }).generate(
      callOf({ prompts: [":ourmascot: in the snow, 3d"], taught, numInferenceSteps: 1 }),
    );

    const alpha = alphaOf(watched.canvases[0]!, 0);
    expect(Math.max(...alpha)).toBeGreaterThan(0.99);
    expect(isEmpty(watched.canvases[0]!.slice(9 * 64))).toBe(true);
  });

  it("says what was drawn instead of something it does not know", async () => {
    const engine = createEngine({ model });

    const { notes } = await engine.generate(callOf({ prompts: ["a dalmatian and a xylophone"], numInferenceSteps: 1 }));

    expect(notes).toEqual([
      "Nothing like “xylophone” could be found; it was left out.",
      "There is no “dalmatian” yet: a dog face was drawn instead.",
    ]);
  });

  it.each([
    ["image-to-image", { strength: 0.5 }, [false, true]],
    ["upscale", { strength: 0.5 }, [true, false]],
    ["blend", { strength: 0.5 }, [true, true]],
    ["outpaint", { strength: 1 }, [true, false]],
    ["inpaint", { strength: 1 }, [true, false]],
  ] as const)("takes part in %s", async (mode, fields, filled) => {
    const watched = watch();
    const mask = { ...fill(0), data: Uint8Array.from({ length: 64 * 64 * 3 }, (_, i) => (i < 64 * 32 * 3 ? 0 : 255)) };

    const { pictures } = await createEngine({ model: watched.model }).generate(
      callOf({ mode, ...fields, image: fill(1), others: [fill(2)], mask, numInferenceSteps: 4 }),
    );

    expect(pictures).toHaveLength(1);
    const slots = [0, 1].map((slot) => !isEmpty(alphaOf(watched.canvases[0]!, slot)));
    expect(slots).toEqual(filled);
    if (mode === "outpaint") expect(isEmpty(alphaOf(watched.canvases[0]!, 0).slice(32))).toBe(true);
    if (mode === "inpaint") expect(isEmpty(alphaOf(watched.canvases[0]!, 0).slice(0, 3 * 8))).toBe(true);
  });

  it("cuts the thing out of a plain picture and draws it as it is", async () => {
    const watched = watch();

    await createEngine({ model: watched.model }).generate(
      callOf({ mode: "image-to-image", strength: 0.9, image: square([200, 60, 40], 16), numInferenceSteps: 4 }),
    );

    expect(isEmpty(alphaOf(watched.canvases[0]!, 1))).toBe(true);
    const alpha = alphaOf(watched.canvases[0]!, 0);
    expect([alpha[0], alpha[4 * 8 + 4]]).toEqual([0, 1]);
  });

  it("lays what the prompt names where a line drawing has its lines", async () => {
    const watched = watch();
    const image = square([10, 10, 10], 6);

    await createEngine({ model: watched.model }).generate(
      callOf({ mode: "image-to-image", strength: 1, image, numInferenceSteps: 2 }),
    );

    const alpha = alphaOf(watched.canvases[0]!, 0);
    const seen = [...alpha.keys()].filter((cell) => alpha[cell]! > 0);
    expect(seen.length).toBeGreaterThan(0);
    expect(seen.every((cell) => inMiddle(cell % 8) && inMiddle(Math.floor(cell / 8)))).toBe(true);
    expect(isEmpty(watched.canvases[0]!.slice(9 * 64))).toBe(true);
  });
});

/** The first cell of the first slot's latents. */
const corner = (canvas: Float32Array) => [0, 1, 2, 3, 4, 5, 6, 7].map((channel) => canvas[channel * 64]!);

const inMiddle = (cell: number) => cell >= 2 && cell <= 5;

/** A square of one colour in the middle of a white picture; `half` of its side in pixels. */
function square(colour: readonly [number, number, number], half: number) {
  const isIn = (at: number) => Math.abs(at - 31.5) < half;
  const data = Uint8Array.from({ length: 64 * 64 * 3 }, (_, i) => {
    const cell = Math.floor(i / 3);
    return isIn(cell % 64) && isIn(Math.floor(cell / 64)) ? colour[i % 3]! : 255;
  });
  return { widthPx: 64, heightPx: 64, channels: 3 as const, data };
}

/** Bytes without a plain background. */
function noise(count: number, seed: number): Uint8Array {
  return Uint8Array.from({ length: count }, (_, i) => (Math.imul(i + seed, 2654435761) >>> 24) & 255);
}

describe("a memory with backgrounds", () => {
  it("starts from the noised whole, and skips the steps before", async () => {
    const picture = { widthPx: 64, heightPx: 64, channels: 3 as const, data: new Uint8Array(64 * 64 * 3).fill(200) };
    const backgrounds = { scenes: [{ name: "snow", phrases: ["in the snow"] }], picture: async () => picture };
    const withBackgrounds = { ...model, memory: { ...model.memory!, backgrounds } };
    const starts: Float32Array[] = [];
    const steps: number[] = [];
    const draw = async (of: LoadedModel) => {
      const trace = {
        start: (latents: Float32Array) => void starts.push(latents.slice()),
        step: (_: Float32Array, i: number) => void steps.push(i),
      };
      await createEngine({ model: of, trace }).generate(callOf({ numInferenceSteps: 8, guidanceScale: 2 }));
    };

    await draw(model);
    await draw(withBackgrounds);

    expect(steps).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 2, 3, 4, 5, 6, 7]);
    expect(furthest(starts[0]!, starts[1]!)).toBeGreaterThan(0.01);
  });

  it("shows the background under the things to a denoiser that was trained so, and to no other", async () => {
    const picture = { widthPx: 64, heightPx: 64, channels: 3 as const, data: new Uint8Array(64 * 64 * 3).fill(200) };
    const backgrounds = { scenes: [{ name: "snow", phrases: ["in the snow"] }], picture: async () => picture };
    const draw = async (config: Record<string, unknown>) => {
      const watched = watch();
      const denoiser = { ...watched.model.distilled!, config: { ...watched.model.distilled!.config, ...config } };
      const memory = { ...model.memory!, backgrounds };
      await createEngine({ model: { ...watched.model, memory, distilled: denoiser } }).generate(
        callOf({ numInferenceSteps: 1 }),
      );
      return watched.canvases[0]!;
    };

    const [without, told] = [await draw({}), await draw({ canvas_background: true })];

    expect(alphaOf(told, 0)).toEqual(alphaOf(without, 0));
    // A corner, where no thing is: the encoder's latents of nothing, and of grey.
    const grey = tinyCorner(200);
    expect(furthest(corner(told), await grey)).toBeLessThan(1e-5);
    expect(furthest(corner(without), await grey)).toBeGreaterThan(0.01);
  });
});

/** What the tiny encoder makes of one grey. */
async function tinyCorner(level: number): Promise<number[]> {
  const data = new Float32Array(4 * 64).fill((2 * level) / 255 - 1, 0, 3 * 64).fill(1, 3 * 64);
  const { data: latents } = await encodePixels(model, { data, dims: [4, 8, 8] }, undefined);
  return Array.from({ length: 8 }, (_, channel) => latents[channel]!);
}
