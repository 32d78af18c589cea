import type { Tokenizer } from "../loaded-model.ts";
import { parseWeights, type Fragment } from "./prompt-weights.ts";

/** What one run of a CLIP text encoder reads: ids with special tokens, and a weight for each where any differs from 1. */
export interface Chunk {
  readonly ids: readonly number[];
  readonly weights?: readonly number[];
}

/** A word is not cut off from its phrase when a comma lies at most this many tokens back. A1111's number. */
const COMMA_BACKTRACK = 20;

/**
 * The chunks of a prompt for a CLIP text encoder. Without `syntax` one chunk, as diffusers tokenizes: what does not fit is cut off. With it
 * as A1111 does: weights, BREAK, and further chunks for long prompts, cut at commas. A short prompt without syntax is the same in both.
 */
export function toChunks(tokenizer: Tokenizer, prompt: string, syntax: boolean): Chunk[] {
  if (!syntax) return [{ ids: tokenizer.encodePadded(prompt) }];
  const fragments = parseWeights(prompt);
  const [only] = fragments;
  const isPlain = fragments.length <= 1 && only !== "break" && (only === undefined || only.weight === 1);
  const text = only === undefined || only === "break" ? "" : only.text;
  if (isPlain && tokenizer.encode(text).length <= tokenizer.modelMaxLength - 2)
    return [{ ids: tokenizer.encodePadded(text) }];
  return splitFragments(tokenizer, fragments);
}

interface Token {
  readonly id: number;
  readonly weight: number;
}

function splitFragments(tokenizer: Tokenizer, fragments: readonly Fragment[]): Chunk[] {
  const room = tokenizer.modelMaxLength - 2;
  const [comma] = tokenizer.encode(",");
  const chunks: Token[][] = [[]];
  let afterComma = -1;

  const startChunk = (carried: Token[] = []) => {
    chunks.push(carried);
    afterComma = -1;
  };
  for (const fragment of fragments) {
    if (fragment === "break") {
      startChunk();
      continue;
    }
    for (const id of tokenizer.encode(fragment.text)) {
      const chunk = chunks.at(-1)!;
      if (chunk.length === room) {
        const back = chunk.length - afterComma;
        startChunk(id !== comma && afterComma >= 0 && back < COMMA_BACKTRACK ? chunk.splice(afterComma) : []);
      }
      chunks.at(-1)!.push({ id, weight: fragment.weight });
      if (id === comma) afterComma = chunks.at(-1)!.length;
    }
  }
  return chunks.map((tokens) => close(tokenizer, tokens, room));
}

/** Puts special tokens around a chunk and pads it. */
function close(tokenizer: Tokenizer, tokens: readonly Token[], room: number): Chunk {
  const rest = room - tokens.length;
  const padding = Array.from({ length: rest }, () => tokenizer.padId);
  const begin = tokenizer.bosId === undefined ? [] : [tokenizer.bosId];
  const ids = [...begin, ...tokens.map(({ id }) => id), tokenizer.eosId, ...padding];
  const weights = [...begin.map(() => 1), ...tokens.map(({ weight }) => weight), 1, ...padding.map(() => 1)];
  return weights.every((weight) => weight === 1) ? { ids } : { ids, weights };
}
