import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createEngine } from "../../src/diffusion/generate.ts";
import { loadModel } from "../../src/diffusion/load/load-model.ts";
import { openSession } from "../../src/onnx/open-session.ts";
import { callOf, goldenCases } from "./golden-case.ts";

const sessionOptions = { device: "cpu", threads: 1 };
/** torch's normals themselves differ by this much between CPUs. */
const NOISE_TOLERANCE = 2e-6;

/** The largest difference; infinite where the counts differ or a value is not a number. */
function distance(got: ArrayLike<number>, want: ArrayLike<number>): number {
  if (got.length !== want.length) return Number.POSITIVE_INFINITY;
  let largest = 0;
  for (let i = 0; i < want.length; i++) {
    const difference = Math.abs(got[i]! - want[i]!);
    if (!(difference <= largest)) largest = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
  }
  return largest;
}

const cases = goldenCases();

describe("pipelines make the pictures that diffusers makes", () => {
  it("has cases", () => {
    expect(cases.length).toBeGreaterThan(0);
  });

  it.each(cases.map((golden) => [golden.name, golden] as const))("%s", async (_, golden) => {
    const { expected } = golden;
    const model = await loadModel(join(golden.folder, "model"), { openSession, sessionOptions });
    const seen = { noise: new Float32Array(), start: new Float32Array(), steps: [] as Float32Array[] };
    const trace = {
      noise: (noise: Float32Array) => void (seen.noise = noise.slice()),
      start: (latents: Float32Array) => void (seen.start = latents.slice()),
      step: (latents: Float32Array) => void seen.steps.push(latents.slice()),
    };

    const { pictures } = await createEngine({ model, trace }).generate(await callOf(golden));
    await model.release();

    expect(distance(seen.noise, golden.array("initial_noise.npy")!.data)).toBeLessThanOrEqual(NOISE_TOLERANCE);
    const image = golden.array("image.npy")!;
    const pixels = pictures.flatMap(({ data }) => [...data].map((byte) => byte / 255));
    expect(image.dims).toEqual([pictures.length, pictures[0]!.heightPx, pictures[0]!.widthPx, pictures[0]!.channels]);
    const { latents: tolerance } = expected.tolerance;
    const latents = golden.array("latents.npy");
    if (latents) expect(seen.steps).toHaveLength(latents.dims[0]!);
    if (latents && typeof tolerance === "number") {
      expect(distance(seen.start, golden.array("step0_latents.npy")!.data)).toBeLessThanOrEqual(tolerance);
      const size = latents.data.length / latents.dims[0]!;
      const apart = seen.steps.map((step, i) => distance(step, latents.data.subarray(i * size, (i + 1) * size)));
      expect(Math.max(...apart)).toBeLessThanOrEqual(tolerance);
      expect(distance(seen.steps.at(-1)!, golden.array("final_latents.npy")!.data)).toBeLessThanOrEqual(tolerance);
    }
    // Rounding to bytes adds at most half a level to the difference of the pictures before rounding.
    expect(distance(pixels, image.data)).toBeLessThanOrEqual(expected.tolerance.image);
  });
});
