import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { clipTokenizerJson } from "../../../src/diffusion/text/tokenizer-clip.ts";
import { createTokenizer, type TokenizerJson } from "../../../src/diffusion/text/tokenizer.ts";
import { goldenDir, readGolden } from "../../support/golden.ts";

const START = "<|startoftext|>";
const END = "<|endoftext|>";

function unzip(name: string): string {
  return gunzipSync(readFileSync(goldenDir("tokens", name))).toString("utf8");
}

const vocab = JSON.parse(unzip("clip-vocab.json.gz")) as Record<string, number>;
const merges = unzip("clip-merges.txt.gz");
const settings = { modelMaxLength: 77, padToken: END, eosToken: END, unkToken: END, specialTokens: [START, END] };

describe("the CLIP tokenizer", () => {
  const clip = createTokenizer(clipTokenizerJson({ vocab, merges }), settings);
  const { cases } = readGolden("tokens", "clip-tokens.json") as {
    cases: readonly { text: string; ids: readonly number[]; padded?: readonly number[] }[];
  };

  it("gives the ids that transformers gave for every golden text", () => {
    const wrong = cases.filter(({ text, ids }) => clip.encode(text).join() !== ids.slice(1, -1).join());

    expect(cases.length).toBeGreaterThan(300);
    expect(wrong.map(({ text }) => text)).toEqual([]);
  });

  it("pads and truncates to 77 ids as transformers does", () => {
    const padded = cases.filter((entry) => entry.padded !== undefined);
    const wrong = padded.filter((entry) => clip.encodePadded(entry.text).join() !== entry.padded!.join());

    expect(padded.length).toBeGreaterThan(50);
    expect(wrong.map(({ text }) => text)).toEqual([]);
  });

  it("knows its marks", () => {
    expect(clip).toMatchObject({ kind: "clip", modelMaxLength: 77, bosId: 49406, eosId: 49407, padId: 49407 });
  });

  it("keeps the marks where the length allows no word", () => {
    expect(clip.encodePadded("a red fox", 2)).toEqual([49406, 49407]);
    expect(clip.encodePadded("a red fox", 5)).toEqual([49406, 320, 736, 3240, 49407]);
  });

  it("does not take U+FEFF for white space, as JavaScript does", () => {
    expect(clip.encode("!!\ufeff((")).toEqual([1443, 171, 119, 123, 13796]);
    expect(clip.encode("x \ufeff y")).toEqual([343, 171, 119, 379, 344]);
  });

  it("reads a lone surrogate, a million spaces and a null character without failing", () => {
    expect(clip.encode("fox \ud800")[0]).toBe(3240);
    expect(clip.encode(" ".repeat(1_000_000))).toEqual([]);
    expect(clip.encode("\0fox").length).toBeGreaterThan(0);
  });

  it("makes ! the pad token where the configuration says so, also inside a text", () => {
    const second = createTokenizer(clipTokenizerJson({ vocab, merges }), {
      ...settings,
      padToken: "!",
      specialTokens: [START, END, "!"],
    });

    expect(second.encode("fox!")).toEqual([3240, 0]);
    expect(clip.encode("fox!")).toEqual([3240, 256]);
    expect(second.encodePadded("fox", 5)).toEqual([49406, 3240, 49407, 0, 0]);
  });

  it.each([
    ["a vocabulary without the marks", { a: 0 }, "", /lacks <\|startoftext\|>/],
    ["merges that are no pairs", vocab, "#version: 0.2\ni n\nabc\n", /entry 2 is not a pair/],
  ])("refuses %s", (_, words, lines, message) => {
    expect(() => clipTokenizerJson({ vocab: words, merges: lines })).toThrow(message);
  });

  it.each([[-1], [1.5], [2 ** 40], ["7"], [null]])("refuses the id %j", (id) => {
    const json = clipTokenizerJson({ vocab: { ...vocab, fox: id as number }, merges });

    expect(() => createTokenizer(json, settings)).toThrow(/the token "fox" has the id/);
  });
});

describe("a tokenizer.json", () => {
  const words: TokenizerJson = {
    normalizer: { type: "Lowercase" },
    pre_tokenizer: { type: "Split", pattern: { Regex: "\\bice cream\\b|[a-z]+" }, behavior: "Removed", invert: true },
    post_processor: {
      type: "TemplateProcessing",
      single: [
        { SpecialToken: { id: "<s>", type_id: 0 } },
        { Sequence: { id: "A", type_id: 0 } },
        { SpecialToken: { id: "</s>", type_id: 0 } },
      ],
      pair: [],
      special_tokens: {},
    },
    padding: { strategy: { Fixed: 8 }, pad_token: "<pad>" },
    model: {
      type: "WordLevel",
      vocab: { "<pad>": 0, "<unk>": 1, "<s>": 2, "</s>": 3, a: 4, "ice cream": 5 },
      unk_token: "<unk>",
    },
  } as TokenizerJson;

  it("of whole words pads with its own token and calls unknown words <unk>", () => {
    const tokenizer = createTokenizer(words, { modelMaxLength: 8, specialTokens: [] });

    expect(tokenizer).toMatchObject({ kind: "words", bosId: 2, eosId: 3, padId: 0 });
    expect(tokenizer.encodePadded("An ICE CREAM, a zeppelin")).toEqual([2, 1, 5, 4, 1, 3, 0, 0]);
  });

  it.each([
    ["CLIP", [2, 4, 3], [2, 4, 3, 0]],
    ["T5", [4, 3], [4, 3, 0, 0]],
    ["Gemma", [2, 4], [2, 4, 0, 0]],
  ])("frames a text with what %s puts before and after it", (_, whole, padded) => {
    const marks = whole.map((id) => ({ 2: "<s>", 3: "</s>" })[id]);
    const single = marks.map((id) =>
      id ? { SpecialToken: { id, type_id: 0 } } : { Sequence: { id: "A", type_id: 0 } },
    );
    const post_processor = { type: "TemplateProcessing", single, pair: [], special_tokens: {} };
    const json = { ...words, post_processor } as TokenizerJson;

    const tokenizer = createTokenizer(json, { modelMaxLength: 4, eosToken: "</s>", specialTokens: [] });

    expect(tokenizer.encodeWhole("a")).toEqual(whole);
    expect(tokenizer.encodePadded("a")).toEqual(padded);
    expect(tokenizer.encodePadded("a a a a a")).toHaveLength(4);
  });

  it("is refused when its pad token is not in its vocabulary", () => {
    const settings = { modelMaxLength: 8, padToken: "[PAD]", specialTokens: [] };

    expect(() => createTokenizer(words, settings)).toThrow('the pad token "[PAD]" is not in the vocabulary');
  });
});
