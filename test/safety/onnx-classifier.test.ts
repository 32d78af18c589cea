import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openSession } from "../../src/onnx/open-session.ts";
import { openClassifier, type OnnxClassifier } from "../../src/safety/onnx-classifier.ts";
import { pictures } from "../golden/safety/pictures.mjs";

interface Reference {
  readonly labels: readonly string[];
  readonly pictures: readonly { readonly name: string; readonly sha256: string; readonly scores: readonly number[] }[];
}

const MANIFEST = fileURLToPath(new URL("../../models/safety-nsfwjs/classifier.json", import.meta.url));
const reference = JSON.parse(
  readFileSync(new URL("../golden/safety/nsfwjs.json", import.meta.url), "utf8"),
) as Reference;

describe("the shipped classifier", () => {
  let classifier: OnnxClassifier;
  beforeAll(async () => {
    classifier = await openClassifier(MANIFEST, { openSession, sessionOptions: { device: "cpu", threads: 1 } });
  });
  afterAll(() => classifier.release());

  it("has the original's labels and twenty fixed pictures to compare", () => {
    expect(classifier.manifest.labels).toEqual(reference.labels);
    expect(reference.pictures).toHaveLength(20);
  });

  it.each(pictures().map((picture, index) => [picture.name, picture, reference.pictures[index]!] as const))(
    "gives the scores of TensorFlow.js: %s",
    async (_, picture, expected) => {
      expect(createHash("sha256").update(picture.data).digest("hex")).toBe(expected.sha256);

      const scores = await classifier.scores(picture);

      const furthest = Math.max(...scores.map((score, index) => Math.abs(score - expected.scores[index]!)));
      expect(furthest).toBeLessThan(1e-4);
    },
  );

  it("allows all of them", async () => {
    const verdicts = await Promise.all(pictures().map((picture) => classifier.review(picture)));

    expect(verdicts.filter(({ level }) => level !== "allow")).toEqual([]);
  });

  it("sees a transparent picture on white", async () => {
    const [white] = pictures();
    const clear = { ...white!, channels: 4 as const, data: new Uint8Array(white!.widthPx * white!.heightPx * 4) };

    expect(await classifier.scores(clear)).toEqual(await classifier.scores(white!));
  });

  it("rejects pixels that do not fill the picture", async () => {
    await expect(
      classifier.review({ widthPx: 10, heightPx: 10, channels: 3, data: new Uint8Array(7) }),
    ).rejects.toThrow("7 bytes do not fill 10x10");
  });
});
