import type { Tensor } from "../../numerics/tensor.ts";

/** What a text encoder made of one prompt. */
export interface Encoded {
  /** [tokens, width]. */
  readonly hidden: Tensor;
  /** [width]: the pooled or projected vector, where the encoder has one. */
  readonly pooled?: Tensor;
  /** [tokens]: 1 where there is text, 0 where there is padding. */
  readonly mask: Tensor;
}

/** Keeps encoded prompts: rerolls, variations and the empty negative prompt run no text encoder. */
export interface EmbeddingCache {
  /** The encoded prompt of that key, made by `encode` when it is not kept. */
  get(key: string, encode: () => Promise<Encoded>): Promise<Encoded>;
}

/** A least-recently-used cache that holds at most about `maxBytes` of embeddings. */
export function createEmbeddingCache(maxBytes: number): EmbeddingCache {
  const entries = new Map<string, Encoded>();
  let bytes = 0;
  return {
    async get(key, encode) {
      const kept = entries.get(key);
      if (kept) {
        entries.delete(key);
        entries.set(key, kept);
        return kept;
      }
      const encoded = await encode();
      entries.set(key, encoded);
      bytes += sizeOf(encoded);
      for (const [oldest, entry] of entries) {
        if (bytes <= maxBytes || oldest === key) break;
        entries.delete(oldest);
        bytes -= sizeOf(entry);
      }
      return encoded;
    },
  };
}

function sizeOf({ hidden, pooled, mask }: Encoded): number {
  return 4 * (hidden.data.length + (pooled?.data.length ?? 0) + mask.data.length);
}
