import { describe, expect, it } from "vitest";
import { readSentencePiece } from "../../../src/diffusion/load/read-sentencepiece.ts";
import { t5TokenizerJson } from "../../../src/diffusion/text/tokenizer-t5.ts";
import { createPrecompiledNormalizer } from "../../../src/diffusion/text/precompiled-normalizer.ts";
import { createTokenizer } from "../../../src/diffusion/text/tokenizer.ts";
import { goldenDir, readGolden } from "../../support/golden.ts";
import { seededRandom } from "../../support/seeded-random.ts";

const settings = {
  modelMaxLength: 512,
  padToken: "<pad>",
  eosToken: "</s>",
  unkToken: "<unk>",
  specialTokens: ["</s>", "<unk>", "<pad>"],
};

describe("T5's tokenizer", () => {
  const tokenizer = createTokenizer(
    t5TokenizerJson(readSentencePiece(goldenDir("tokens", "spiece.model")), 0),
    settings,
  );
  const { cases } = readGolden("tokens", "t5-tokens.json") as {
    cases: readonly { text: string; ids: readonly number[] }[];
  };

  it("gives the ids that transformers gave for every golden text", () => {
    const wrong = cases.filter(({ text, ids }) => tokenizer.encodeWhole(text).join() !== ids.join());

    expect(cases.length).toBeGreaterThan(1000);
    expect(wrong.map(({ text }) => text)).toEqual([]);
  });
});

describe("createPrecompiledNormalizer", () => {
  const { charsMap } = readSentencePiece(goldenDir("tokens", "spiece.model"));
  const normalize = createPrecompiledNormalizer(charsMap!);

  it.each([
    ["ｆｕｌｌ　ｗｉｄｔｈ", "full width"],
    ["㍿ ½", "株式会社 1⁄2"],
    ["e\u0301", "é"],
    ["fox 🦊", "fox 🦊"],
  ])("writes %j as %j", (text, written) => {
    expect(normalize(text)).toBe(written);
  });

  it.each([
    ["nothing", Buffer.alloc(0)],
    ["a trie longer than the table", Buffer.from([255, 0, 0, 0, 1, 2, 3, 4])],
  ])("refuses %s", (_, bytes) => {
    expect(() => createPrecompiledNormalizer(bytes)).toThrow("precompiled_charsmap is not a table of characters");
  });

  it("ends on a table of nonsense", () => {
    const random = seededRandom(4);
    const nonsense = Buffer.from(Array.from({ length: 404 }, () => random(256)));
    nonsense.writeUInt32LE(200, 0);

    const text = createPrecompiledNormalizer(nonsense)("a red fox, 2 owls — naïve 狐 🦊");

    expect(typeof text).toBe("string");
  });
});
