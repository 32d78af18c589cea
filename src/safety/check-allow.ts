import { decodeText } from "./decode-text.ts";
import { RulesError, type WordList } from "./rules.ts";

const WHOLE = /^[\s_-]+|[\s_-]+$/g;

/**
 * An operator's `allow` may name phrases and longer words around a listed word, never the listed word itself: that would switch off the
 * absolute combinations it is a part of. Throws RulesError that names the entry.
 */
export function checkAllow(file: string, allow: readonly string[], lists: readonly WordList[]): void {
  const listed = new Set(lists.flatMap((list) => list.words.map(plain)));
  for (const [index, phrase] of allow.entries()) {
    const start = plain(phrase.replaceAll("*", ""));
    const swallowed = phrase.includes("*") ? [...listed].some((word) => word.startsWith(start)) : listed.has(start);
    if (swallowed)
      throw new RulesError(file, `“${phrase}” is a listed word; allow a phrase around it`, {
        field: `allow[${index}]`,
      });
  }
}

function plain(text: string): string {
  return (decodeText(text) ?? text)
    .toLowerCase()
    .replaceAll(WHOLE, "")
    .replaceAll(/[\s_-]+/g, " ");
}
