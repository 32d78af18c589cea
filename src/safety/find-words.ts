import { DIGIT, GAP, LETTER, SPACE, type Cell } from "./cells.ts";
import type { Entry, WordNode } from "./word-tree.ts";

/** A lexicon word found in the cells [from, to). */
export interface Finding {
  readonly entry: Entry;
  readonly from: number;
  readonly to: number;
  /** It is a part of a longer word. */
  readonly inside: boolean;
}

export interface SearchOptions {
  /** Common words: two of them next to each other are two words (`pen is`), not a split one (`na ked`). */
  readonly commonWords: ReadonlySet<string>;
  /** Read from the end: `edun`. Only plain spellings count then. */
  readonly backwards?: boolean;
}

/** Letters that look alike in plain ASCII; any word of four letters may have one such change. */
const LOOKS_LIKE: Readonly<Record<string, string>> = { l: "i", i: "l", v: "u", u: "v" };
/**
 * Letters that sound alike, for words of five. Neighbours that changed places and doubled letters count from six on, and so do vowels that are
 * missing or wrong, in the words that are strong enough to be found inside others.
 */
const SOUNDS_LIKE: Readonly<Record<string, string>> = { c: "k", k: "cq", s: "z", z: "s", q: "k", y: "i", i: "y" };
const VOWELS = "aeiou";
/** What people write for a vowel they do not want to write, or mistake for it. */
const VOWEL_SIGNS = "aeioux";
/** The least length of a word that may have one change of this size, and of one that may have two. */
const LENGTH_FOR_CHANGE = [0, 4, 5, 6, 6] as const;
const LENGTH_FOR_TWO_LOOKS = 7;
const LENGTH_FOR_TWO_CHANGES = 9;
/** Steps per cell that a search may take before the text counts as hostile; ordinary prompts need about three. */
const STEPS_PER_CELL = 40;
const STEPS_BASE = 30_000;
/** Separators between two letters of one word; equal ones count once. */
const MAX_SKIPPED_CELLS = 6;
/** Longest way through the cells that one word may take. */
const MAX_SPAN_CELLS = 100;
/** So many letters may be digits or masks before the first real one. */
const MAX_UNREAL_LETTERS = 3;

export type SearchResult = { readonly findings: readonly Finding[] } | { readonly exhausted: true };

/**
 * Finds every lexicon word in the cells, however it is spelled: each cell may stand for any of its letters, separators may stand in between,
 * letters may repeat, a sign may mask a letter. What was bent decides whether the finding is plausible, see `isPlausible`. The work is
 * limited to a fixed number of steps per cell, so it is linear in the length of the text.
 */
export function findWords(cells: readonly Cell[], root: WordNode, options: SearchOptions): SearchResult {
  const backwards = options.backwards ?? false;
  const order = backwards ? cells.toReversed() : cells;
  const edges = findEdges(order, backwards);
  const findings: Finding[] = [];
  const seen = new Set<string>();
  let steps = STEPS_BASE + STEPS_PER_CELL * order.length;
  let start = 0;
  let startsWord = false;
  /** Letters read before each white space that was stepped over. */
  const spacesAt: number[] = [];
  let gaps = 0;
  let digitGaps = 0;
  let masked = 0;
  let leet = 0;
  /** Small changes of spelling, and the largest of them: 1 looks, 2 sounds, 3 moves, 4 vowels. */
  let changes = 0;
  let largest = 0;
  /** Letters written twice instead of once (perhaps a different word), and more often than that (never an accident). */
  let doubled = 0;
  let stretched = 0;
  let unusualMasks = 0;
  /** Separators since the last letter. */
  let skipped = 0;
  let foreign = 0;

  /** A letter was read. */
  function enter(node: WordNode, depth: number, at: number): void {
    for (const entry of node.entries) accept(entry, at);
    const before = skipped;
    skipped = 0;
    walk(node, depth, at);
    skipped = before;
  }

  function walk(node: WordNode, depth: number, at: number): void {
    steps -= 1;
    if (steps < 0) return;
    // In the middle of a word only those that may stand there.
    if (!startsWord && !node.leadsInside) return;
    const isUnreal = leet + masked === depth;
    const isTooFar = skipped > MAX_SKIPPED_CELLS || at - start > MAX_SPAN_CELLS;
    if (node.next.size === 0 || isTooFar || (isUnreal && depth > MAX_UNREAL_LETTERS)) return;
    const cell = order[at];
    if (cell === undefined) return;
    if (cell.kind === LETTER) readLetters(node, depth, at, cell);
    else if (cell.kind === SPACE) {
      if (cell.mask > 0) readMask(node, depth, at, cell);
      const isFirst = spacesAt.at(-1) !== depth;
      if (isFirst) spacesAt.push(depth);
      skip(node, depth, at);
      if (isFirst) spacesAt.pop();
    } else {
      if (cell.kind !== GAP) readSign(node, depth, at, cell);
      if (cell.mask > 0) readMask(node, depth, at, cell);
      if (isUnreal && cell.kind !== GAP) return;
      if (cell.kind === DIGIT) digitGaps += 1;
      else gaps += 1;
      skip(node, depth, at);
      if (cell.kind === DIGIT) digitGaps -= 1;
      else gaps -= 1;
    }
  }

  function skip(node: WordNode, depth: number, at: number): void {
    if (depth === 0) return;
    skipped += 1;
    walk(node, depth, at + 1);
    skipped -= 1;
  }

  function readLetters(node: WordNode, depth: number, at: number, cell: Cell): void {
    const { letters, count } = cell;
    const isForeign = letters.charCodeAt(0) > 0x7f ? 1 : 0;
    foreign += isForeign;
    for (const letter of letters) {
      let child = node.next.get(letter);
      for (let used = 1; child !== undefined && used <= count; used++) {
        const extra = count - used;
        if (extra === 1) doubled += 1;
        else if (extra > 1) stretched += 1;
        enter(child, depth + used, at + 1);
        if (extra === 1) doubled -= 1;
        else if (extra > 1) stretched -= 1;
        child = child.next.get(letter);
      }
      // The same letter again behind a gap: n.n.u.u.d.d.e.e
      if (letter === node.letter && skipped > 0) enter(node, depth, at + 1);
    }
    if (depth > 0 && changes < 2) readChanged(node, depth, at, cell);
    foreign -= isForeign;
  }

  function readChanged(node: WordNode, depth: number, at: number, { letters, count }: Cell): void {
    change(1, LOOKS_LIKE[letters], (letter) => node.next.get(letter), depth + 1, at + 1);
    change(2, SOUNDS_LIKE[letters], (letter) => node.next.get(letter), depth + 1, at + 1);
    const other = order[at + 1];
    if (other?.kind === LETTER)
      change(3, other.letters, (letter) => node.next.get(letter)?.next.get(letters), depth + 2, at + 2);
    if (count === 1) change(3, letters, (letter) => node.next.get(letter)?.next.get(letter), depth + 2, at + 1);
    if (!node.leadsInside) return;
    for (const vowel of node.next.values()) {
      if (!VOWELS.includes(vowel.letter)) continue;
      // A vowel left out, or a wrong one.
      change(4, letters, (letter) => vowel.next.get(letter), depth + 2, at + 1);
      if (VOWEL_SIGNS.includes(letters)) change(4, letters, () => vowel, depth + 1, at + 1);
    }
  }

  function change(
    size: number,
    choices: string | undefined,
    follow: (letter: string) => WordNode | undefined,
    depth: number,
    at: number,
  ): void {
    for (const letter of choices ?? "") {
      const child = follow(letter);
      if (child === undefined) continue;
      const before = largest;
      changes += 1;
      largest = Math.max(largest, size);
      enter(child, depth, at);
      largest = before;
      changes -= 1;
    }
  }

  function readSign(node: WordNode, depth: number, at: number, cell: Cell): void {
    for (const letter of cell.letters) {
      const child = node.next.get(letter);
      if (child === undefined) continue;
      const bent = letter < "0" || letter > "9" ? 1 : 0;
      leet += bent;
      enter(child, depth + 1, at + 1);
      const grandchild = cell.count > 1 ? child.next.get(letter) : undefined;
      if (grandchild !== undefined) enter(grandchild, depth + 2, at + 1);
      leet -= bent;
    }
  }

  function readMask(node: WordNode, depth: number, at: number, cell: Cell): void {
    if (depth === 0 || masked > 2 || backwards) return;
    if (cell.mask === 1 && (cell.count > 1 || order[at + 1]?.kind !== LETTER)) return;
    const unusual = cell.mask === 3 ? 0 : 1;
    unusualMasks += unusual;
    for (const child of node.next.values()) {
      masked += 1;
      enter(child, depth + 1, at + 1);
      if (cell.count > 1) {
        masked += 1;
        for (const grandchild of child.next.values()) enter(grandchild, depth + 2, at + 1);
        masked -= 1;
      }
      masked -= 1;
    }
    unusualMasks -= unusual;
  }

  function accept(entry: Entry, to: number): void {
    const endsWord = edges.ends[to]!;
    const whole = startsWord && endsWord;
    if (!isPlausible(entry, to, whole)) return;
    const range = backwards ? [order.length - to, order.length - start] : [start, to];
    const key = `${entry.list} ${entry.letters} ${range[0]}`;
    if (seen.has(key)) return;
    seen.add(key);
    findings.push({ entry, from: range[0]!, to: range[1]!, inside: !whole });
  }

  /** Every way to bend a spelling is harmless now and then; together they need enough real letters to be no accident. */
  function isPlausible(entry: Entry, to: number, whole: boolean): boolean {
    const { length } = entry.letters;
    if (!whole) return entry.inside && isPlausibleInside(entry, to);
    const cuts = spacesAt.filter((depth) => !entry.breaks.includes(depth));
    const isBroken = gaps + digitGaps + cuts.length > 0;
    const real = length - leet - masked;
    if (real < (length >= 5 ? 1 : Math.min(2, length))) return false;
    if (leet + digitGaps > 0 && isBroken && real <= length / 2 && !isDotted(length, real)) return false;
    if (cuts.length > 0 && (masked + digitGaps > 0 || leet > length / 3)) return false;
    if (masked > 0 && (changes + leet > 0 || !isPlausibleMask(length, real, to))) return false;
    if (changes > 0 && isBroken) return false;
    const isChanged = backwards || changes > 0 || isTypo();
    // A phrase written in one word is no slip of another word.
    const isGlued = entry.breaks.length > 0 && spacesAt.length === 0;
    if (isChanged && (entry.exact || isGlued)) return false;
    if (!isPlausibleSpelling(entry) || (largest === 4 && !entry.inside)) return false;
    if (backwards && (length < 4 || changes > 0 || isTypo())) return false;
    return isOneWord(entry, cuts, to);
  }

  /** A separator after every letter, and enough of the letters are real: `h.3.n.t.4.1`. */
  function isDotted(length: number, real: number): boolean {
    return length >= 5 && real >= 2 && digitGaps === 0 && gaps >= length - 1;
  }

  function isPlausibleMask(length: number, real: number, to: number): boolean {
    if (length < 4 || real < length / 2 || unusualMasks > 1) return false;
    const last = order[to - 1]!;
    if (last.kind === LETTER) return true;
    if (last.mask !== 3 || order[to - 2]?.kind !== LETTER || isEmphasis()) return false;
    // At the end one `*`, or more where others stand before or most of the word does.
    return last.count === 1 || last.count < masked || real >= 4;
  }

  /** A `*` before the word is open: the one at its end closes it. */
  function isEmphasis(): boolean {
    return order.slice(0, start).some((cell, at) => cell.mask === 3 && order[at + 1]?.kind === LETTER);
  }

  /** Parts of longer words count only when they are nearly plain; at their edges they may share a letter with the neighbour. */
  function isPlausibleInside({ letters }: Entry, to: number): boolean {
    const shared = [order[start]!, order[to - 1]!].filter((edge) => edge.count > 1).length;
    if (spacesAt.length + gaps + digitGaps + masked + changes > 0 || doubled > shared) return false;
    const native = letters.charCodeAt(0) > 0x7f;
    return native || (!backwards && letters.length > leet + foreign && leet <= letters.length / 2);
  }

  function isPlausibleSpelling({ letters: { length }, inside }: Entry): boolean {
    // Nothing else is spelled like a strong word with one letter twice.
    if (changes === 0 && inside) return true;
    const moves = changes + (isTypo() ? 1 : 0);
    if (moves === 0) return true;
    const size = isTypo() ? 3 : largest;
    if (moves === 1) return length >= LENGTH_FOR_CHANGE[size]!;
    return length >= (size === 1 ? LENGTH_FOR_TWO_LOOKS : LENGTH_FOR_TWO_CHANGES);
  }

  /** One letter is doubled and nothing else: a slip, or another word. */
  function isTypo(): boolean {
    return doubled === 1 && stretched === 0;
  }

  /** White space inside a word makes it suspicious, not certain. */
  function isOneWord({ letters }: Entry, cuts: readonly number[], to: number): boolean {
    if (cuts.length === 0 || isSpelledOut(letters.length, to)) return true;
    if (letters.length < 4 || backwards) return false;
    const fragments = [...cuts, letters.length].map((cut, index) => letters.slice(cuts[index - 1] ?? 0, cut));
    return fragments.some((fragment) => !options.commonWords.has(fragment)) || standsAlone(order, start, to);
  }

  /** Every letter for itself: `n u d e`. */
  function isSpelledOut(length: number, to: number): boolean {
    if (length < 3 || spacesAt.length < length - 1) return false;
    return order.slice(start, to).every((cell) => cell.kind !== LETTER || cell.count <= 2);
  }

  for (start = 0; start < order.length; start++) {
    const cell = order[start]!;
    if (cell.kind === GAP || cell.kind === SPACE) continue;
    startsWord = edges.starts[start]!;
    walk(root, 0, start);
  }
  return steps < 0 ? { exhausted: true } : { findings };
}

/** Where words may start and end: nothing but digits stands between there and something that is no letter, or a capital stands out. */
function findEdges(cells: readonly Cell[], backwards: boolean): { starts: boolean[]; ends: boolean[] } {
  const isCamel = (at: number) => cells[at]?.camel === true && !backwards;
  const starts: boolean[] = [];
  for (let at = 0, open = true; at < cells.length; at++) {
    starts[at] = open || isCamel(at);
    if (cells[at]!.kind !== DIGIT) open = cells[at]!.kind !== LETTER;
  }
  const ends = Array.from({ length: cells.length + 1 }, () => true);
  for (let at = cells.length - 1; at >= 0; at--) {
    ends[at] = cells[at]!.kind === DIGIT ? ends[at + 1]! : cells[at]!.kind !== LETTER || isCamel(at);
  }
  return { starts, ends };
}

/** Between two commas, lines or ends there is nothing else. */
function standsAlone(cells: readonly Cell[], from: number, to: number): boolean {
  const before = cells[from - 1];
  const after = cells[to];
  return (before?.strong ?? true) && (after?.strong ?? true);
}
