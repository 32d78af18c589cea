/** One word or phrase of the lexicon, in the letters the filter compares. */
export interface Entry {
  readonly letters: string;
  /** Letters before each space of a phrase: `bare feet` -> [4]. */
  readonly breaks: readonly number[];
  /** Also found inside a longer word. */
  readonly inside: boolean;
  /** Only as it is spelled. */
  readonly exact: boolean;
  /** The lexicon list it comes from. */
  readonly list: number;
}

/** A prefix tree over the lexicon's letters. */
export interface WordNode {
  readonly next: Map<string, WordNode>;
  /** The letter that leads here; empty at the root. */
  readonly letter: string;
  readonly entries: Entry[];
  /** Below stands a word that is also found inside longer words. */
  leadsInside: boolean;
}

export function createWordTree(entries: Iterable<Entry>): WordNode {
  const root = createNode("");
  root.leadsInside = true;
  for (const entry of entries) {
    for (const form of inflections(entry)) {
      let node = root;
      for (const letter of form.letters) {
        const child = node.next.get(letter) ?? createNode(letter);
        node.next.set(letter, child);
        node = child;
        node.leadsInside ||= form.inside;
      }
      node.entries.push(form);
    }
  }
  return root;
}

function createNode(letter: string): WordNode {
  return { letter, next: new Map(), entries: [], leadsInside: false };
}

/** The word and its regular plural. */
function inflections(entry: Entry): Entry[] {
  const { letters } = entry;
  if (!/^[a-z]{4,}$/.test(letters)) return [entry];
  const plural = /(?:s|x|z|ch|sh)$/.test(letters) ? `${letters}es` : `${letters}s`;
  return [entry, { ...entry, letters: plural }];
}
