/**
 * The text of a prompt at a step, with A1111's scheduling resolved:
 * `[from:to:when]` changes at `when`, `[to:when]` adds, `[from::when]` removes; `when` below 1 is a fraction of the steps, else a step.
 * `[a|b|c]` takes turns at every step. Brackets without these stay: they are weights (see prompt-weights.ts). `step` counts from 0.
 */
export function promptAt(prompt: string, step: number, steps: number): string {
  let text = "";
  for (let at = 0; at < prompt.length; at++) {
    const character = prompt[at]!;
    if (character === "\\") {
      text += prompt.slice(at, at + 2);
      at++;
      continue;
    }
    const end = character === "[" ? closingBracket(prompt, at) : undefined;
    if (end === undefined) {
      text += character;
      continue;
    }
    text += resolve(prompt.slice(at + 1, end), step, steps);
    at = end;
  }
  return text;
}

/** Whether the prompt changes from step to step. */
export function isScheduled(prompt: string): boolean {
  return /\[[^\]]*[|:]/.test(prompt);
}

function resolve(inner: string, step: number, steps: number): string {
  const turns = splitTop(inner, "|");
  if (turns.length > 1) return promptAt(turns[step % turns.length]!, step, steps);

  const parts = splitTop(inner, ":");
  const last = parts.at(-1)!.trim();
  if (parts.length < 2 || parts.length > 3 || !/^\d*\.?\d+$|^\d+\.$/.test(last)) {
    return `[${promptAt(inner, step, steps)}]`;
  }
  const when = Number(last) < 1 ? Number(last) * steps : Number(last);
  const [before, after] = parts.length === 3 ? [parts[0]!, parts[1]!] : ["", parts[0]!];
  return promptAt(step < Math.trunc(when) ? before : after, step, steps);
}

/** The position of the bracket that closes the one at `open`; undefined where it is never closed. */
function closingBracket(text: string, open: number): number | undefined {
  let depth = 0;
  for (let at = open; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === "[") depth++;
    else if (text[at] === "]" && --depth === 0) return at;
  }
  return undefined;
}

/** Splits at separators that are in no bracket or parenthesis. */
function splitTop(text: string, separator: string): string[] {
  const parts = [""];
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!;
    if (character === "\\") {
      parts[parts.length - 1] += text.slice(at, at + 2);
      at++;
      continue;
    }
    if (character === "[" || character === "(") depth++;
    if (character === "]" || character === ")") depth--;
    if (character === separator && depth === 0) parts.push("");
    else parts[parts.length - 1] += character;
  }
  return parts;
}
