import { UserError } from "./errors.ts";
import { MAX_PERMUTATIONS } from "./options.ts";
import { excerpt } from "./plain-text.ts";

/**
 * Every prompt that `{red|blue} fox` stands for, leftmost group slowest; groups nest. `\{`, `\|` and `\}` are literal. Braces without a
 * bar stay as they are, and so does everything that other tools write: `[a:b:0.4]`, `(word:1.3)`, `|` outside braces, a lone `}`.
 * Throws UserError permutation-unclosed, or permutation-too-many above `limit`. Linear in the length of the text.
 */
export function expandPermutations(text: string, limit = MAX_PERMUTATIONS): string[] {
  const pieces = text.match(/\\[{|}]|[{|}]|[^{|}\\]+|\\/g) ?? [];
  const count = fold(pieces, text, COUNTING);
  if (count > limit) {
    throw new UserError("permutation-too-many", { count: count > 1e6 ? "more than a million" : count, limit });
  }
  return fold(pieces, text, LISTING);
}

/** What a text, a sequence and a choice of texts are worth. */
interface Algebra<T> {
  text(text: string): T;
  sequence(first: T, second: T): T;
  choice(a: T, b: T): T;
}

const COUNTING: Algebra<number> = {
  text: () => 1,
  sequence: (first, second) => first * second,
  choice: (a, b) => a + b,
};

const LISTING: Algebra<string[]> = {
  text: (text) => [text],
  sequence: (first, second) => first.flatMap((start) => second.map((end) => start + end)),
  choice: (a, b) => [...a, ...b],
};

/** One open brace, or the whole text. */
interface Group<T> {
  readonly start: number;
  /** The alternatives that are complete. */
  done: T | undefined;
  current: T;
}

/** Reads the pieces with an explicit stack: ten thousand braces must not overflow the call stack. */
function fold<T>(pieces: readonly string[], source: string, algebra: Algebra<T>): T {
  const stack: Group<T>[] = [];
  let group: Group<T> = { start: 0, done: undefined, current: algebra.text("") };
  let offset = 0;
  for (const piece of pieces) {
    const outer = stack.at(-1);
    if (piece === "{") {
      stack.push(group);
      group = { start: offset, done: undefined, current: algebra.text("") };
    } else if (piece === "|" && outer) {
      group.done = group.done === undefined ? group.current : algebra.choice(group.done, group.current);
      group.current = algebra.text("");
    } else if (piece === "}" && outer) {
      stack.pop();
      outer.current = algebra.sequence(outer.current, close(group, algebra));
      group = outer;
    } else {
      const literal = /^\\[{|}]$/.test(piece) ? piece.slice(1) : piece;
      group.current = algebra.sequence(group.current, algebra.text(literal));
    }
    offset += piece.length;
  }
  if (stack.length > 0) throw new UserError("permutation-unclosed", { excerpt: excerpt(source.slice(group.start)) });
  return group.current;
}

function close<T>({ done, current }: Group<T>, algebra: Algebra<T>): T {
  if (done !== undefined) return algebra.choice(done, current);
  return algebra.sequence(algebra.sequence(algebra.text("{"), current), algebra.text("}"));
}
