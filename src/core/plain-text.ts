/** Text as everything behind the parser may rely on it: no control characters but white space, no half surrogates. */
export function cleanText(text: string): string {
  return text.replaceAll(/[^\P{Cc}\t\n\v\f\r]/gu, "").replaceAll(/\p{Surrogate}/gu, "\uFFFD");
}

/** At most `maxChars` characters of one line, with an ellipsis where something was cut: what errors quote. */
export function excerpt(text: string, maxChars = 40): string {
  // A prefix suffices, and spares the work on a text of megabytes.
  const line = text
    .slice(0, 4 * maxChars)
    .replaceAll(/\s+/g, " ")
    .trim();
  if (line.length <= maxChars && text.length <= 4 * maxChars) return line;
  return `${line
    .slice(0, maxChars)
    .replace(/\p{Surrogate}$/u, "")
    .trimEnd()}…`;
}

/** A person's words inside our Markdown: the two marks that messages know (bold, code) become look-alikes, on one line. */
export function quoteText(text: string, maxChars = 600): string {
  return excerpt(text, maxChars).replaceAll("*", "∗").replaceAll("`", "ˋ");
}

/** Words in lower case, without punctuation: “A Cat's ice-cream (3d:1.2)” is a, cat's, ice, cream, 3d, 1, 2. */
export function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{M}\p{N}]+(?:['’]\p{L}+)?/gu) ?? [];
}
