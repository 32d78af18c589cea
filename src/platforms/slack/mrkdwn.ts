/** Code spans, or bold runs, or a run of other text. */
const PARTS = /(`[^`\n]*`)|\*\*([^*\n]+)\*\*|([^`*]+|[`*])/g;

/** What would begin or end markup, an emoji or a quotation, and the look-alike that takes its place. */
const LOOK_ALIKES: readonly (readonly [RegExp, string])[] = [
  [/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, "ˍ"],
  [/~/g, "∼"],
  [/\*/g, "∗"],
  [/:(?=[\w+'-]+:)/g, "∶"],
  [/(?<=^|\n)>/g, "›"],
];

/**
 * Our plain Markdown (bold and code) as Slack's mrkdwn. Everything else that Slack would take for markup is escaped or, where Slack knows no
 * escape, becomes a look-alike, so that a prompt can neither link, mention nor hide.
 */
export function toMrkdwn(text: string): string {
  return text.replaceAll(PARTS, (_, code: string | undefined, bold: string | undefined, plain: string | undefined) => {
    if (code !== undefined) return escapeEntities(code);
    if (bold !== undefined) return `*${escapePlain(bold)}*`;
    return escapePlain(plain!);
  });
}

/** The same text without markup, for notifications. */
export function toPlainText(text: string): string {
  return escapeEntities(text.replaceAll("**", "").replaceAll("`", ""));
}

/** The three characters that Slack wants as entities. */
export function escapeEntities(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function escapePlain(text: string): string {
  return escapeEntities(LOOK_ALIKES.reduce((result, [mark, instead]) => result.replaceAll(mark, instead), text));
}

/** At most `maxChars` UTF-16 units with an ellipsis at the cut, which never halves a character or an entity. */
export function clampText(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text;
  return `${text
    .slice(0, maxChars - 1)
    .replace(/\p{Surrogate}$/u, "")
    .replace(/&[a-z]{0,3}$/, "")}…`;
}
