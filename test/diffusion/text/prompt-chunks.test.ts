import { describe, expect, it } from "vitest";
import type { Tokenizer } from "../../../src/diffusion/loaded-model.ts";
import { toChunks } from "../../../src/diffusion/text/prompt-chunks.ts";

const [BOS, EOS, PAD, COMMA] = [1, 2, 3, 4];

/** One id for each word: w10 is 10. Chunks have room for five. */
const tokenizer: Tokenizer = {
  kind: "clip",
  modelMaxLength: 7,
  bosId: BOS,
  eosId: EOS,
  padId: PAD,
  encode: (text) =>
    text
      .replaceAll(",", " , ")
      .split(/\s+/)
      .flatMap((word) => (word === "" ? [] : [word === "," ? COMMA : Number(word.slice(1))])),
  encodeWhole(text) {
    return [BOS, ...this.encode(text), EOS];
  },
  encodePadded(text, length = 7) {
    const kept = [BOS, ...this.encode(text).slice(0, length - 2), EOS];
    return [...kept, ...Array.from({ length: length - kept.length }, () => PAD)];
  },
};

const words = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => `w${from + i}`).join(" ");
const idsOf = (prompt: string) => toChunks(tokenizer, prompt, true).map(({ ids }) => ids);

describe("toChunks", () => {
  it("cuts a long prompt off without syntax, as diffusers does", () => {
    const chunks = toChunks(tokenizer, words(10, 19), false);

    expect(chunks).toEqual([{ ids: [BOS, 10, 11, 12, 13, 14, EOS] }]);
  });

  it.each(["w10 w11", words(10, 14), ""])("makes one plain chunk of %j with and without syntax", (prompt) => {
    expect(toChunks(tokenizer, prompt, true)).toEqual(toChunks(tokenizer, prompt, false));
  });

  it("goes on in further chunks with syntax", () => {
    expect(idsOf(words(10, 16))).toEqual([
      [BOS, 10, 11, 12, 13, 14, EOS],
      [BOS, 15, 16, EOS, PAD, PAD, PAD],
    ]);
  });

  it("cuts at the last comma", () => {
    expect(idsOf("w10 w11 , w12 w13 w14 w15")).toEqual([
      [BOS, 10, 11, COMMA, EOS, PAD, PAD],
      [BOS, 12, 13, 14, 15, EOS, PAD],
    ]);
  });

  it("starts a chunk at BREAK", () => {
    expect(idsOf("w10 BREAK w11")).toEqual([
      [BOS, 10, EOS, PAD, PAD, PAD, PAD],
      [BOS, 11, EOS, PAD, PAD, PAD, PAD],
    ]);
  });

  it("weighs tokens and not the special ones", () => {
    expect(toChunks(tokenizer, "w10 (w11 w12:1.5)", true)).toEqual([
      { ids: [BOS, 10, 11, 12, EOS, PAD, PAD], weights: [1, 1, 1.5, 1.5, 1, 1, 1] },
    ]);
  });
});
