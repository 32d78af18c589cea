import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openSession } from "../../src/onnx/open-session.ts";
import type { Session } from "../../src/onnx/session.ts";
import { CLIP_INPUT, createSafetyChecker, SAFETY_CHECKER_RULE } from "../../src/safety/safety-checker.ts";
import { CLASSIFIER_FAILED_RULE, openSafetyChecker } from "../../src/safety/image-filters.ts";
import { silentLogger } from "../../src/core/logger.ts";
import { toClassifierInput } from "../../src/safety/picture-input.ts";
import { pictures } from "../golden/safety/pictures.mjs";

interface Golden {
  readonly sampleEvery: number;
  readonly pictures: readonly {
    readonly name: string;
    /** Flagged by StableDiffusionSafetyChecker.forward, and by forward_onnx. */
    readonly torch: boolean;
    readonly graph: boolean;
    readonly imageEmbeds: readonly number[];
    readonly clipInput: readonly number[];
  }[];
}

const place = (name: string) => new URL(`../golden/safety/${name}`, import.meta.url);
const golden = JSON.parse(readFileSync(place("checker.json"), "utf8")) as Golden;
const cases = golden.pictures.map(
  (expected) => [expected.name, pictures().find(({ name }) => name === expected.name)!, expected] as const,
);
const verdictOf = (flagged: boolean) => (flagged ? { level: "refuse", rule: SAFETY_CHECKER_RULE } : { level: "allow" });

describe("the CompVis checker", () => {
  let graph: Session;
  let vision: Session;
  beforeAll(async () => {
    const options = { device: "cpu", threads: 1 };
    graph = await openSession(fileURLToPath(place("checker-graph/model.onnx")), options);
    vision = await openSession(fileURLToPath(place("checker-vision/model.onnx")), options);
  });
  afterAll(() => Promise.all([graph.release(), vision.release()]));

  it("has pictures of every kind to compare: flagged, passed, and flagged by the graph alone", () => {
    const kinds = new Set(golden.pictures.map(({ torch, graph }) => `${torch} ${graph}`));

    expect([...kinds].toSorted()).toEqual(["false false", "false true", "true true"]);
  });

  it.each(cases)("prepares a picture as transformers' CLIPImageProcessor: %s", (_, picture, expected) => {
    const { data } = toClassifierInput(picture, CLIP_INPUT);

    const sample = expected.clipInput.map((_, index) => data[index * golden.sampleEvery]!);
    const furthest = Math.max(...sample.map((value, index) => Math.abs(Number(value) - expected.clipInput[index]!)));
    expect(furthest).toBeLessThan(1e-6);
  });

  it.each(cases)("decides as diffusers' ONNX pipeline with its own export: %s", async (_, picture, expected) => {
    const checker = await createSafetyChecker(graph);

    expect(await checker.review(picture)).toEqual(verdictOf(expected.graph));
  });

  it.each(cases)(
    "decides as diffusers' PyTorch pipeline with the vision model and the tables: %s",
    async (_, picture, expected) => {
      const checker = await createSafetyChecker(vision);

      expect(await checker.review(picture)).toEqual(verdictOf(expected.torch));
    },
  );

  it("wants a graph that answers one of the two ways", async () => {
    const other = { ...graph, outputs: [{ name: "logits", type: "float32", dims: [1] }] } as Session;

    await expect(createSafetyChecker(other)).rejects.toThrow("answers neither has_nsfw_concepts nor image_embeds");
  });

  it("refuses every picture of a model whose checker is another graph", async () => {
    const other = { ...graph, outputs: [{ name: "logits", type: "float32", dims: [1] }] } as Session;
    const filter = await openSafetyChecker(other, silentLogger);

    expect(await filter.review(cases[0]![1])).toEqual({ level: "refuse", rule: CLASSIFIER_FAILED_RULE });
  });

  it("refuses a picture that the graph cannot check", async () => {
    const broken: Session = { ...graph, run: () => Promise.reject(new Error("out of memory")) };
    const filter = await openSafetyChecker(broken, silentLogger);

    expect(await filter.review(cases[0]![1])).toEqual({ level: "refuse", rule: CLASSIFIER_FAILED_RULE });
  });

  it("notices channels in the wrong place", async () => {
    const inputs = [
      { name: "clip_input", type: "float32", dims: ["batch", 224, 224, 3] },
      { name: "images", type: "float32", dims: ["batch", 3, "height", "width"] },
    ] as const;
    const swapped: Session = { ...graph, inputs, input: (name) => inputs.find((port) => port.name === name) };
    const checker = await createSafetyChecker(swapped);

    await expect(checker.review(cases[0]![1])).rejects.toThrow("clip_input must be [batch, 3, 224, 224]");
  });

  it("does not take a missing answer for a harmless picture", async () => {
    const silent: Session = {
      ...graph,
      run: async () => ({ has_nsfw_concepts: { data: new Float32Array(0), dims: [0] } }),
    };
    const checker = await createSafetyChecker(silent);

    await expect(checker.review(cases[0]![1])).rejects.toThrow("flags 0 pictures instead of one");
  });
});
