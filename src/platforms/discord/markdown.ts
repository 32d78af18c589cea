/** Code spans, or a run of other text. */
const PARTS = /(`[^`\n]*`)|([^`]+|`)/g;

/**
 * Our plain Markdown (bold and code) as Discord's: everything else that Discord would take for markup is escaped, so that a prompt can neither
 * hide, link, head nor mention.
 */
export function toDiscordMarkdown(text: string): string {
  return text.replaceAll(
    PARTS,
    (_, code: string | undefined, plain: string | undefined) => code ?? escapePlain(plain!),
  );
}

function escapePlain(text: string): string {
  return text
    .replaceAll(/[\\_~|[\]<]/g, String.raw`\$&`)
    .replaceAll(/(?<=^|\n)(\s*)(#{1,3} |-# |[->] |>>> |\* )/g, String.raw`$1\$2`);
}

/** At most `maxChars` UTF-16 units with an ellipsis at the cut, which never halves a character. */
export function clampText(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text;
  return `${text.slice(0, maxChars - 1).replace(/\p{Surrogate}$/u, "")}…`;
}
