import { cp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { wordsOf } from "../../../src/core/plain-text.ts";
import { layOut } from "../../../src/diffusion/memory/lay-out.ts";
import { openMemory } from "../../../src/diffusion/memory/open-memory.ts";
import { createTorchRandom } from "../../../src/numerics/torch-random.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { decodePicture, tinyModelFolder } from "../picture-memory-tiny.ts";

describe("openMemory", () => {
  it("knows its concepts, their styles and where their pictures are visible", async () => {
    const memory = await openMemory(tinyModelFolder, decodePicture);

    expect(memory.styles).toEqual(["noto", "fluent-3d"]);
    expect(memory.stylesOf("fox")).toEqual(["noto", "fluent-3d"]);
    expect(memory.stylesOf("robot")).toEqual(["noto"]);
    expect(memory.stylesOf("unicorn")).toEqual([]);
    expect(memory.boxOf("fox", "noto")[1]).toBeCloseTo(3 / 24);
    expect((await memory.understand("a fox", [])).lexicon.find(["foxes"])?.concept).toBe("fox");
    expect(memory.phrases).toContain("in the snow");
    expect(memory.phrases).not.toContain("left of");
    expect([memory.knows("snow"), memory.knows("xylophone")]).toEqual([true, false]);
  });

  it("reads a picture when it is asked for, and once", async () => {
    let decoded = 0;
    const memory = await openMemory(tinyModelFolder, (bytes) => {
      decoded += 1;
      return decodePicture(bytes);
    });
    const before = decoded;

    const [first, second] = [await memory.picture("robot", "noto"), await memory.picture("robot", "noto")];

    expect([before, decoded]).toEqual([0, 1]);
    expect(first).toMatchObject({ widthPx: 24, heightPx: 24, channels: 4 });
    expect(second).toBe(first);
    await expect(memory.picture("robot", "fluent-3d")).rejects.toThrow("there is no robot in style fluent-3d");
  });

  it.each([
    ["memory/index.json", "[]", "memory/index.json"],
    ["memory/index.json", "{", "memory/index.json cannot be read"],
    ["memory/names.json", undefined, "memory/names.json cannot be read"],
    ["memory/nearest.json", `{"a": 1}`, "memory/nearest.json: a"],
    ["memory/add-ons.json", `{"styles": []}`, "memory/add-ons.json: styles"],
    ["vocabulary.json", undefined, "vocabulary.json cannot be read"],
  ])("says what is wrong with %s", async (file, content, message) => {
    const root = temporaryFolder();
    await cp(tinyModelFolder, root, { recursive: true });
    if (content === undefined) await rm(join(root, file));
    else await writeFile(join(root, file), content);

    await expect(openMemory(root, decodePicture)).rejects.toThrow(message);
  });
});

describe("layOut", () => {
  it("says which words are neither things nor known", async () => {
    const memory = await openMemory(tinyModelFolder, decodePicture);
    const setting = { memory, taught: [], createRandom: createTorchRandom, heightPx: 64, widthPx: 64 };

    const { notes, words } = await layOut({ prompt: "a gloomy fox, hyperreal, emoji", seed: 1 }, setting);

    expect(notes).toEqual(["The model does not know “gloomy”, “hyperreal”."]);
    expect(words).toBe("a gloomy fox, hyperreal, emoji");
  });

  it("lays nothing out for a prompt without things", async () => {
    const memory = await openMemory(tinyModelFolder, decodePicture);
    const setting = { memory, taught: [], createRandom: createTorchRandom, heightPx: 64, widthPx: 64 };

    const laidOut = await layOut({ prompt: "at night", seed: 1 }, setting);

    expect(laidOut).toMatchObject({ wanted: undefined, other: undefined, words: "at night", notes: [] });
  });
});

describe("understand", () => {
  it.each([
    ["ein Fuchs im Schnee", "fox"],
    ["zwei Füchse", "fox"],
    ["Roboter", "robot"],
    ["a Roboter", undefined],
    ["ourmascot", "ourmascot"],
  ])("finds the nouns of %s: %s", async (typed, concept) => {
    const memory = await openMemory(tinyModelFolder, decodePicture);

    const { prompt, lexicon } = await memory.understand(typed, ["ourmascot"]);

    const found = wordsOf(prompt).flatMap((word) => lexicon.find([word])?.concept ?? []);
    expect(found[0]).toBe(concept);
  });
});
