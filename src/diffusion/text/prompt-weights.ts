/** A piece of a prompt and how much it counts; "break" starts a new chunk. */
export type Fragment = { readonly text: string; readonly weight: number } | "break";

/** Weight of one pair of parentheses; brackets divide by it. A1111's number. */
const EMPHASIS = 1.1;

const TOKEN = /\\[()[\]\\]|\\|\(|\[|:\s*([+-]?\d*\.?\d+|[+-]?\d+\.)\s*\)|\)|\]|[^\\()[\]:]+|:/g;
const BREAK = /\s*\bBREAK\b\s*/;

/**
 * A1111's attention syntax: `(word)` x 1.1, `(word:1.3)` x 1.3, `[word]` / 1.1, nested ones multiply, a backslash takes the meaning away,
 * BREAK starts a new chunk. What is never closed counts as closed at the end. Total: every text has a meaning.
 */
export function parseWeights(prompt: string): Fragment[] {
  const pieces: { text: string; weight: number; isBreak?: boolean }[] = [];
  const round: number[] = [];
  const square: number[] = [];
  const multiplyFrom = (start: number, factor: number) => {
    for (const piece of pieces.slice(start)) piece.weight *= factor;
  };

  for (const match of prompt.matchAll(TOKEN)) {
    const [token, weight] = match;
    if (token.length === 2 && token.startsWith("\\")) pieces.push({ text: token[1]!, weight: 1 });
    else if (token === "(") round.push(pieces.length);
    else if (token === "[") square.push(pieces.length);
    else if (weight !== undefined && round.length > 0) multiplyFrom(round.pop()!, Number(weight));
    else if (token === ")" && round.length > 0) multiplyFrom(round.pop()!, EMPHASIS);
    else if (token === "]" && square.length > 0) multiplyFrom(square.pop()!, 1 / EMPHASIS);
    else {
      token.split(BREAK).forEach((text, i) => {
        if (i > 0) pieces.push({ text: "", weight: 1, isBreak: true });
        pieces.push({ text, weight: 1 });
      });
    }
  }
  for (const start of round) multiplyFrom(start, EMPHASIS);
  for (const start of square) multiplyFrom(start, 1 / EMPHASIS);
  return merge(pieces);
}

/** Joins neighbours of equal weight, so that words are not cut for the tokenizer. */
function merge(pieces: readonly { text: string; weight: number; isBreak?: boolean }[]): Fragment[] {
  const fragments: Fragment[] = [];
  for (const { text, weight, isBreak } of pieces) {
    const last = fragments.at(-1);
    if (isBreak) fragments.push("break");
    else if (text === "") continue;
    else if (last !== undefined && last !== "break" && last.weight === weight)
      fragments[fragments.length - 1] = { text: last.text + text, weight };
    else fragments.push({ text, weight });
  }
  return fragments;
}

/** The prompt without weights, for encoders on which weights have no meaning (T5, closed vocabularies). */
export function withoutWeights(prompt: string): string {
  return parseWeights(prompt)
    .map((fragment) => (fragment === "break" ? " " : fragment.text))
    .join("");
}

/** The parts between ANDs with their weights (composable diffusion): `a cat AND a dog :0.8`. */
export function splitAnd(prompt: string): { readonly text: string; readonly weight: number }[] {
  return prompt.split(/\bAND\b/).map((part, _, parts) => {
    const weighted = parts.length > 1 ? /^([\s\S]*?)\s*:\s*([+-]?(?:\d+\.?\d*|\.\d+))\s*$/.exec(part) : null;
    return weighted ? { text: weighted[1]!, weight: Number(weighted[2]) } : { text: part, weight: 1 };
  });
}
