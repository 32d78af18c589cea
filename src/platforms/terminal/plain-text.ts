import type { ColourDepth } from "./terminal-look.ts";

/**
 * Text without anything a terminal would act on: control characters (escape sequences begin with one) and the marks that reorder text. Line
 * breaks and tabs stay.
 */
export function safeText(text: string): string {
  return text.replaceAll("\r\n", "\n").replaceAll(/[^\P{Cc}\n\t]|[\u202A-\u202E\u2066-\u2069]/gu, "");
}

/** Markdown of the plainest kind as a terminal shows it: **bold** in bold or without its stars, `code` as it is. */
export function renderMarkdown(text: string, colours: ColourDepth): string {
  return safeText(text).replaceAll(/\*\*([^*\n]+)\*\*/g, (_, words: string) => bold(words, colours));
}

export const bold = (text: string, colours: ColourDepth): string => style(text, 1, 22, colours);
export const dim = (text: string, colours: ColourDepth): string => style(text, 2, 22, colours);

function style(text: string, on: number, off: number, colours: ColourDepth): string {
  return colours === "none" ? text : `\x1b[${on}m${text}\x1b[${off}m`;
}
