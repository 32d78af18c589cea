import { describe, expect, it } from "vitest";
import { pictureOf, rerollRequest, upscaleRequest, variationRequest } from "../../src/core/follow-up-requests.ts";
import { sampleJob, sampleRequest } from "./sample-jobs.ts";
import { createSampleLibrary, turbo } from "./sample-models.ts";

const deps = { models: createSampleLibrary(), random: () => 1000 };

describe("rerollRequest", () => {
  it("draws seeds and styles anew and keeps everything else", () => {
    const job = sampleJob();
    const request = rerollRequest(job, deps);

    expect(request.pictures.map(({ seed }) => seed)).toEqual([1000, 1001, 1002, 1003]);
    expect(request.pictures.map(({ style }) => style)).not.toEqual(job.request.pictures.map(({ style }) => style));
    expect(request).toEqual({ ...job.request, pictures: request.pictures, parent: { job: "k3f9x2ab" } });
  });

  it("keeps a style that was asked for", () => {
    const request = rerollRequest(sampleJob({ request: sampleRequest({ style: "noto" }) }), deps);

    expect(new Set(request.pictures.map(({ style }) => style))).toEqual(new Set(["noto"]));
  });

  it("keeps the words of what is drawn around a picture", () => {
    const pictures = [{ seed: 7, prompt: "in the snow, emoji", style: "noto" }];
    const request = rerollRequest(sampleJob({ request: sampleRequest({ mode: "outpaint", pictures }) }), deps);

    expect(request.pictures).toEqual([{ seed: 1000, prompt: "in the snow, emoji", style: "noto" }]);
  });

  it("turns variations into other directions from the same pictures", () => {
    const varied = variationRequest(sampleJob(), 0, 0.3, { ...deps, random: () => 5 });
    const request = rerollRequest(sampleJob({ request: varied }), deps);

    expect(request.pictures.map(({ seed, variation }) => [seed, variation])).toEqual([
      [7, { seed: 1000, strength: 0.3 }],
      [7, { seed: 1001, strength: 0.3 }],
      [7, { seed: 1002, strength: 0.3 }],
      [7, { seed: 1003, strength: 0.3 }],
    ]);
  });

  it("fails with a sentence when the model is gone", () => {
    expect(() => rerollRequest(sampleJob({ request: sampleRequest({ model: "gone" }) }), deps)).toThrow(
      "There is no model named “gone”.",
    );
  });
});

describe("variationRequest", () => {
  it("moves one picture's noise in as many directions as the request had pictures", () => {
    const job = sampleJob();
    const request = variationRequest(job, 2, 0.3, deps);
    const [first] = request.pictures;

    expect(first).toEqual({ ...job.request.pictures[2], variation: { seed: 1000, strength: 0.3 } });
    expect(request.pictures.map(({ variation }) => variation?.seed)).toEqual([1000, 1001, 1002, 1003]);
    expect(request.parent).toEqual({ job: "k3f9x2ab", index: 2 });
  });

  it("builds on the variation that the picture already was", () => {
    const once = sampleJob({ request: variationRequest(sampleJob(), 0, 0.3, { ...deps, random: () => 5 }) });
    const twice = variationRequest(once, 1, 0.1, deps);

    expect(twice.pictures[0]!.variation).toEqual({ seed: 1000, strength: 0.1, of: { seed: 6, strength: 0.3 } });
  });

  it("names the pictures that exist", () => {
    expect(() => variationRequest(sampleJob(), 4, 0.3, deps)).toThrow("There is no picture 5 in that job; it has 4.");
  });
});

describe("upscaleRequest", () => {
  it("enlarges the finished picture", () => {
    const job = sampleJob({ request: sampleRequest({ strength: 0.9, notes: ["A note."] }) });
    const request = upscaleRequest(job, 1, deps);

    expect(request).toMatchObject({
      mode: "upscale",
      widthPx: 256,
      heightPx: 256,
      factor: 2,
      notes: [],
      pictures: [job.request.pictures[1]],
      inputs: { image: job.result!.pictures[1]!.blob },
      parent: { job: "k3f9x2ab", index: 1 },
    });
    expect(request).not.toHaveProperty("strength");
  });

  it("asks the model whether it can", () => {
    const job = sampleJob({ request: sampleRequest({ model: turbo.id }) });

    expect(() => upscaleRequest(job, 0, deps)).toThrow("sd-turbo cannot enlarge a picture.");
  });
});

describe("pictureOf", () => {
  it("finds the recipe of a picture when others were left out", () => {
    const whole = sampleJob();
    const [, , third] = whole.result!.pictures;
    const job = { ...whole, result: { ...whole.result!, pictures: [{ ...third!, recipe: 2 }] } };

    expect(pictureOf(job, 0).recipe).toBe(job.request.pictures[2]);
  });
});
