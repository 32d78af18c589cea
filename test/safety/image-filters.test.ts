import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { silentLogger } from "../../src/core/logger.ts";
import { openSession } from "../../src/onnx/open-session.ts";
import type { OpenSession, Session } from "../../src/onnx/session.ts";
import { createImageFilters, failClosed } from "../../src/safety/image-filters.ts";

const SHIPPED = fileURLToPath(new URL("../../models", import.meta.url));
const PICTURE = { widthPx: 2, heightPx: 2, channels: 3, data: new Uint8Array(12).fill(90) } as const;
const REFUSED = { level: "refuse", rule: "filter/classifier-failed" };
const sessionOptions = { device: "cpu", threads: 1 };
const GRAPH = "not read by these tests";

function manifest(changes: object = {}): object {
  return {
    id: "stub",
    file: "model.onnx",
    sha256: createHash("sha256").update(GRAPH).digest("hex"),
    input: {
      name: "pixels",
      layout: "NCHW",
      widthPx: 4,
      heightPx: 4,
      resize: "bilinear",
      fit: "stretch",
      mean: [0, 0, 0],
      std: [1, 1, 1],
    },
    output: { name: "scores" },
    labels: ["fine", "odd", "bad"],
    policies: [
      { rule: "suggestive/image", labels: ["odd"], threshold: 0.5, level: "spoiler" },
      { rule: "sexual/image", labels: ["odd", "bad"], threshold: 0.7 },
    ],
    ...changes,
  };
}

/** A runtime whose graph always gives these scores; an Error is thrown instead. */
function runtime(scores: readonly number[] | Error, released: string[] = []): OpenSession {
  return async (path) => {
    const session: Session = {
      path,
      inputs: [{ name: "pixels", type: "float32", dims: ["batch", 3, 4, 4] }],
      outputs: [{ name: "scores", type: "float32", dims: ["batch", 3] }],
      input: (name) => session.inputs.find((port) => port.name === name),
      async run() {
        if (scores instanceof Error) throw scores;
        return { scores: { data: Float32Array.from(scores), dims: [1, scores.length] } };
      },
      async release() {
        released.push(path);
      },
    };
    return session;
  };
}

describe("image filters", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "easel-filters-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function install(name: string, content: object | string, graph = GRAPH): void {
    mkdirSync(join(folder, name));
    writeFileSync(
      join(folder, name, "classifier.json"),
      typeof content === "string" ? content : JSON.stringify(content),
    );
    writeFileSync(join(folder, name, "model.onnx"), graph);
  }

  async function verdictWith(scores: readonly number[] | Error, changes: object = {}): Promise<unknown> {
    install("stub", manifest(changes));
    const set = await createImageFilters({ openSession: runtime(scores), sessionOptions, folder, log: silentLogger });
    return set.filters[0]!.review(PICTURE);
  }

  it.each([
    ["nothing is wrong", [0.9, 0.05, 0.05], { level: "allow" }],
    ["a threshold is just missed", [0.5, 0.49, 0.2], { level: "allow" }],
    ["one label reaches its threshold", [0.4, 0.5, 0.1], { level: "spoiler", rule: "suggestive/image" }],
    ["two labels together reach theirs", [0.25, 0.375, 0.375], { level: "refuse", rule: "sexual/image" }],
    ["both rules are broken", [0, 0.75, 0.25], { level: "refuse", rule: "sexual/image" }],
  ])("decide by the classifier's rules: %s", async (_, scores, verdict) => {
    expect(await verdictWith(scores)).toEqual(verdict);
  });

  it("turn logits into scores where the classifier says so", async () => {
    expect(await verdictWith([0, 0, 20], { output: { name: "scores", activation: "softmax" } })).toMatchObject({
      rule: "sexual/image",
    });
    rmSync(join(folder, "stub"), { recursive: true });
    expect(await verdictWith([20, -20, -20], { output: { name: "scores", activation: "sigmoid" } })).toEqual({
      level: "allow",
    });
  });

  describe("fail closed", () => {
    it.each<[string, readonly number[] | Error, object | string]>([
      ["scores are not numbers", [Number.NaN, 0, 0], {}],
      ["scores are infinite", [0, Number.POSITIVE_INFINITY, 0], {}],
      ["the count of scores is wrong", [1, 0], {}],
      ["the graph throws", new Error("out of memory"), {}],
      ["the file has another sha256", [1, 0, 0], { sha256: "0".repeat(64) }],
      [
        "the input has another name",
        [1, 0, 0],
        { input: { ...(manifest() as { input: object }).input, name: "image" } },
      ],
      ["the self-test gives other scores", [1, 0, 0], { selfTest: { scores: [0.2, 0.4, 0.4], tolerance: 0.02 } }],
      ["no rule is named", [1, 0, 0], { policies: [] }],
      [
        "a rule has an unknown label",
        [1, 0, 0],
        { policies: [{ rule: "sexual/x", labels: ["worse"], threshold: 0.5 }] },
      ],
      [
        "a rule has an unknown category",
        [1, 0, 0],
        { policies: [{ rule: "taste/x", labels: ["bad"], threshold: 0.5 }] },
      ],
      ["a rule can never be broken", [1, 0, 0], { policies: [{ rule: "sexual/x", labels: ["bad"], threshold: 7 }] }],
      ["the file leaves its folder", [1, 0, 0], { file: "../model.onnx" }],
    ])("when %s", async (_, scores, changes) => {
      expect(await verdictWith(scores, changes as object)).toEqual(REFUSED);
    });

    it("when the description is not JSON", async () => {
      install("stub", "{");

      const set = await createImageFilters({
        openSession: runtime([1, 0, 0]),
        sessionOptions,
        folder,
        log: silentLogger,
      });

      expect(await set.filters[0]!.review(PICTURE)).toEqual(REFUSED);
    });

    it("when there is no classifier, or no folder", async () => {
      for (const place of [folder, join(folder, "nowhere")]) {
        const set = await createImageFilters({
          openSession: runtime([1, 0, 0]),
          sessionOptions,
          folder: place,
          log: silentLogger,
        });

        expect(await set.filters[0]!.review(PICTURE)).toEqual(REFUSED);
      }
    });

    it("when one of two classifiers is broken", async () => {
      install("a", manifest());
      install("b", manifest({ sha256: "0".repeat(64) }));

      const { filters } = await createImageFilters({
        openSession: runtime([1, 0, 0]),
        sessionOptions,
        folder,
        log: silentLogger,
      });

      expect(await Promise.all(filters.map((filter) => filter.review(PICTURE)))).toEqual([{ level: "allow" }, REFUSED]);
    });

    it("when the runtime cannot read the graph", async () => {
      install("stub", manifest());

      const set = await createImageFilters({ openSession, sessionOptions, folder, log: silentLogger });

      expect(await set.filters[0]!.review(PICTURE)).toEqual(REFUSED);
    });

    it("for any filter that rejects", async () => {
      const filter = failClosed({ id: "x", review: () => Promise.reject(new Error("no")) }, silentLogger);

      expect(await filter.review(PICTURE)).toEqual(REFUSED);
    });
  });

  it("free what they opened", async () => {
    install("stub", manifest());
    const released: string[] = [];
    const set = await createImageFilters({
      openSession: runtime([1, 0, 0], released),
      sessionOptions,
      folder,
      log: silentLogger,
    });

    await set.release();

    expect(released).toEqual([join(folder, "stub", "model.onnx")]);
  });

  it("free a graph that fails its self-test", async () => {
    install("stub", manifest({ selfTest: { scores: [0, 1, 0], tolerance: 0.1 } }));
    const released: string[] = [];

    await createImageFilters({ openSession: runtime([1, 0, 0], released), sessionOptions, folder, log: silentLogger });

    expect(released).toHaveLength(1);
  });

  it("are one that ships and works", async () => {
    const set = await createImageFilters({ openSession, sessionOptions, folder: SHIPPED, log: silentLogger });

    expect(set.filters.map(({ id }) => id)).toEqual(["nsfwjs-mobilenet-v2-mid"]);
    expect(await set.filters[0]!.review(PICTURE)).toEqual({ level: "allow" });
    await set.release();
  });
});
