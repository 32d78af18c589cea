import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { LoadedModel } from "../../../src/diffusion/loaded-model.ts";
import { createEmbeddingCache, type Encoded } from "../../../src/diffusion/text/embedding-cache.ts";
import { createPromptEncoder } from "../../../src/diffusion/text/encode-prompt.ts";
import { openGolden } from "../shipped-model.ts";

let model: LoadedModel;
let withStates: LoadedModel;
beforeAll(async () => {
  model = await openGolden("sd1-pndm");
  withStates = await openGolden("sd1-clip-skip");
});
afterAll(async () => {
  await model.release();
  await withStates.release();
});

const encoder = (syntax: boolean, of = model) => createPromptEncoder(of, createEmbeddingCache(1e6), syntax);

function mean(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

describe("createPromptEncoder", () => {
  it.each(["a red fox", "a castle: at sunset!", ""])(
    "encodes %j to the same bits with and without syntax",
    async (prompt) => {
      const plain = await encoder(false).encode(0, prompt);
      const read = await encoder(true).encode(0, prompt);

      expect(read).toEqual(plain);
    },
  );

  it("takes parentheses for text without syntax", async () => {
    const text = await encoder(false).encode(0, "a (red:1.3) fox");
    const weighed = await encoder(true).encode(0, "a (red:1.3) fox");

    expect(weighed.hidden.data).not.toEqual(text.hidden.data);
  });

  it("multiplies the states of weighted tokens and keeps the mean", async () => {
    const plain = (await encoder(true).encode(0, "a red fox")).hidden;
    const weighed = (await encoder(true).encode(0, "a (red:1.5) fox")).hidden;

    const width = plain.dims[1]!;
    const ids = model.textEncoders[0]!.tokenizer;
    const from = 1 + ids.encode("a").length;
    const red = ids.encode("red").length;
    const ratio = weighed.data[0]! / plain.data[0]!;
    const expected = plain.data.map((value, i) => {
      const token = Math.floor(i / width);
      return value * ratio * (token >= from && token < from + red ? 1.5 : 1);
    });
    const largest = Math.max(...weighed.data.map((value, i) => Math.abs(value - expected[i]!)));
    expect(largest).toBeLessThan(1e-5);
    expect(mean(weighed.data)).toBeCloseTo(mean(plain.data), 5);
  });

  it("gives a long prompt further states", async () => {
    const long = Array.from({ length: 90 }, () => "fox").join(" ");

    const cut = await encoder(false).encode(0, long);
    const whole = await encoder(true).encode(0, long);

    expect(cut.hidden.dims).toEqual([77, 32]);
    expect(whole.hidden.dims[0]! % 77).toBe(0);
    expect(whole.hidden.dims[0]!).toBeGreaterThan(77);
  });

  it("skipping no layer gives the last hidden state through the norm that is read from the graph", async () => {
    const last = await encoder(false, withStates).encode(0, "a red fox");
    const skipped = await encoder(false, withStates).encode(0, "a red fox", { clipSkip: 0 });

    const largest = Math.max(...last.hidden.data.map((value, i) => Math.abs(value - skipped.hidden.data[i]!)));
    expect(largest).toBeLessThan(1e-5);
  });

  it("says why layers cannot be skipped", async () => {
    const skipping = encoder(false).encode(0, "a red fox", { clipSkip: 2 });

    await expect(skipping).rejects.toThrow("model cannot skip 2 CLIP layers: its text encoder has 0 hidden states.");
  });
});

/** Something of `size` numbers to keep. */
function entry(size: number): Encoded {
  return {
    hidden: { data: new Float32Array(size), dims: [size] },
    mask: { data: new Float32Array(0), dims: [0] },
  };
}

describe("createEmbeddingCache", () => {
  it("forgets what was not used for longest when it is full", async () => {
    const cache = createEmbeddingCache(4 * 25);
    const made: string[] = [];
    const get = (key: string) =>
      cache.get(key, async () => {
        made.push(key);
        return entry(10);
      });

    for (const key of ["a", "b", "a", "c", "a", "b"]) await get(key);

    expect(made).toEqual(["a", "b", "c", "b"]);
  });

  it("keeps an entry that alone is too large until the next", async () => {
    const cache = createEmbeddingCache(1);
    let made = 0;
    const get = () => cache.get("a", async () => entry(10 + made++));

    const first = await get();
    const second = await get();

    expect(second).toBe(first);
  });
});
