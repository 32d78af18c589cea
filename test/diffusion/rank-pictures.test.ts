import { readFileSync } from "node:fs";
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openScorer, rankPictures, scorePhrases } from "../../src/diffusion/rank-pictures.ts";
import { openSession } from "../../src/onnx/open-session.ts";
import { readPicture } from "./golden-case.ts";
import { sessionOptions, shippedFolder } from "./shipped-model.ts";

const folder = shippedFolder("test/golden/scorer");
const expected = JSON.parse(readFileSync(join(folder, "expected.json"), "utf8")) as {
  prompt: string;
  scores: number[];
};

describe("rankPictures", () => {
  it("scores pictures as transformers' CLIP does and puts the best first", async () => {
    const scorer = await openScorer({ path: join(folder, "model") }, { openSession, sessionOptions });
    const pictures = await Promise.all(expected.scores.map((_, i) => readPicture(join(folder, `picture_${i}.png`))));

    const ranked = await rankPictures(scorer!, expected.prompt, pictures);
    await scorer!.release();

    expect(ranked.map(({ index }) => index)).toEqual([1, 0, 2]);
    const apart = ranked.map(({ index, score }) => Math.abs(score - expected.scores[index]!));
    expect(Math.max(...apart)).toBeLessThan(1e-3);
  });

  it("scores phrases for one picture, one after the other", async () => {
    const path = join(folder, "model");
    const picture = await readPicture(join(folder, "picture_0.png"));
    const scorer = await openScorer({ path }, { openSession, sessionOptions });
    const alone = await scorer!.score("a cat", picture);
    await scorer!.release();

    const scores = await scorePhrases(path, picture, [expected.prompt, "a cat"], { openSession, sessionOptions });

    expect(Math.abs(scores[0]! - expected.scores[0]!)).toBeLessThan(1e-3);
    expect(scores[1]).toBe(alone);
  });

  it("cannot score phrases for a model without a scorer", async () => {
    const scored = scorePhrases(folder, await readPicture(join(folder, "picture_0.png")), ["a cat"], {
      openSession,
      sessionOptions,
    });

    await expect(scored).rejects.toMatchObject({ code: "model-cannot" });
  });

  it("names the folder of a scorer that cannot be opened", async () => {
    const root = await mkdtemp(join(tmpdir(), "easel-scorer-"));
    await cp(join(folder, "model"), root, { recursive: true });
    await writeFile(join(root, "scorer", "model.onnx"), "half a file");

    const opened = openScorer({ path: root }, { openSession, sessionOptions });

    await expect(opened).rejects.toThrow(/scorer\/ is not a scorer that can be opened: /);
    await rm(root, { recursive: true });
  });

  it("keeps the order of equal scores", async () => {
    const scorer = { score: () => Promise.resolve(1), release: () => Promise.resolve() };
    const picture = { widthPx: 1, heightPx: 1, channels: 3, data: new Uint8Array(3) } as const;

    const ranked = await rankPictures(scorer, "x", [picture, picture, picture]);

    expect(ranked.map(({ index }) => index)).toEqual([0, 1, 2]);
  });

  it("has no scorer where the model folder has none", async () => {
    const scorer = await openScorer({ path: shippedFolder("models/easel-v0") }, { openSession, sessionOptions });

    expect(scorer).toBeUndefined();
  });
});
