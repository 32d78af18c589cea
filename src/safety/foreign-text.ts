import { LETTER, type Cell } from "./cells.ts";

/** Latin with its accents ends here. */
const LAST_LATIN = 0x24f;

/**
 * In a text that is written in another script, words that only look like listed Latin ones are words of that language: Russian `один` is no
 * Italian turned round. A few such letters in a Latin text are a disguise.
 */
export function isForeignWord(cells: readonly Cell[], from: number, to: number): boolean {
  if (!cells.slice(from, to).every((cell) => cell.kind !== LETTER || isForeign(cell))) return false;
  let foreign = 0;
  let others = 0;
  for (let at = 0, start = 0; at <= cells.length; at++) {
    if (cells[at]?.kind === LETTER) continue;
    const isAround = start < to && at > from;
    if (at - start >= 2 && !isAround) {
      if (cells.slice(start, at).every(isForeign)) foreign += 1;
      else others += 1;
    }
    start = at + 1;
  }
  return foreign > 2 * others;
}

/** A letter's own character is the first that it may be read as. */
function isForeign({ letters }: Cell): boolean {
  return letters.charCodeAt(0) > LAST_LATIN;
}
