import { distance } from "fastest-levenshtein";

/** Longer words are nobody's misspelling, and comparing them costs the product of the lengths. */
const MAX_WORD_CHARS = 64;

/** The candidate with the fewest edits from `word`, if it is close enough to be what was meant: at most a third of its letters, and at least one. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  return nearestFew(word, candidates, 1)[0];
}

/** At most `limit` candidates that are close enough to be what was meant, fewest edits first. */
export function nearestFew(word: string, candidates: readonly string[], limit: number): string[] {
  if (word.length > MAX_WORD_CHARS) return [];
  return candidates
    .map((candidate) => ({ candidate, edits: countEdits(word.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ candidate, edits }) => edits <= Math.max(1, Math.floor(Math.max(word.length, candidate.length) / 3)))
    .sort((a, b) => a.edits - b.edits)
    .slice(0, limit)
    .map(({ candidate }) => candidate);
}

/** All candidates with their distance as a share of the longer word, 0 to 1, in no order; empty for words that nobody types. */
export function distances(word: string, candidates: readonly string[]): { candidate: string; share: number }[] {
  if (word.length > MAX_WORD_CHARS) return [];
  return candidates.map((candidate) => ({
    candidate,
    share: countEdits(word.toLowerCase(), candidate.toLowerCase()) / Math.max(word.length, candidate.length),
  }));
}

/** Levenshtein's distance, but two neighbours that changed places are one slip of the finger. */
function countEdits(a: string, b: string): number {
  const first = a.split("").findIndex((character, i) => character !== b[i]);
  const isSwap = first >= 0 && `${a.slice(0, first)}${a[first + 1]}${a[first]}${a.slice(first + 2)}` === b;
  return isSwap ? 1 : distance(a, b);
}

/** “ Did you mean fox?”, or nothing: the {hint} of the errors about names. */
export function didYouMean(word: string, candidates: readonly string[]): string {
  const guess = nearest(word, candidates);
  return guess === undefined ? "" : ` Did you mean ${guess}?`;
}
