/** What somebody typed in the terminal. */
export type TypedLine =
  | { readonly kind: "nothing" }
  | { readonly kind: "exit" }
  | { readonly kind: "command"; readonly command: string; readonly text: string }
  | { readonly kind: "shortcut"; readonly shortcut: string; readonly job?: string };

const EXIT_WORDS: readonly string[] = ["exit", "quit", "/exit", "/quit"];
const COMMAND = /^\/([\w-]+)\s*([\s\S]*)$/;
/** u2, v3, reroll, 1; with the job they belong to when it is not the newest. */
const SHORTCUT = /^([a-z]{1,12}\d{0,2}|\d{1,2})(?:\s+([a-z0-9]{4,40}))?$/i;
/** Nobody means these as prompts, also when there is no answer yet. */
const NUMBERED_SHORTCUT = /^(?:[uvsxrzp]|zz|zoom|left|right|up|down|square|use|fav|info)\d{1,2}$/;
const ALWAYS_SHORTCUT = new RegExp(`${NUMBERED_SHORTCUT.source}|^reroll$`);

/** What is on the screen. */
export interface LineContext {
  readonly shortcuts: ReadonlySet<string>;
  readonly isJob: (id: string) => boolean;
}

/**
 * `/command text`, a shortcut of what is on the screen, or a prompt, which is short for /imagine. Words that are no shortcut at the moment are a
 * prompt.
 */
export function parseLine(line: string, { shortcuts, isJob }: LineContext): TypedLine {
  const text = line.trim();
  if (text === "") return { kind: "nothing" };
  if (EXIT_WORDS.includes(text.toLowerCase())) return { kind: "exit" };
  if (text.toLowerCase() === "help" || text === "?") return { kind: "command", command: "help", text: "" };

  const command = COMMAND.exec(text);
  if (command) return { kind: "command", command: command[1]!.toLowerCase(), text: command[2]! };

  const match = SHORTCUT.exec(text);
  const shortcut = match?.[1]!.toLowerCase();
  const job = match?.[2]?.toLowerCase();
  if (shortcut !== undefined && (shortcuts.has(shortcut) || ALWAYS_SHORTCUT.test(shortcut))) {
    if (job === undefined) return { kind: "shortcut", shortcut };
    // "reroll clouds" is a prompt; "reroll k3f9x2ab" and "u2 anything" are not.
    if (NUMBERED_SHORTCUT.test(shortcut) || /\d/.test(job) || isJob(job)) return { kind: "shortcut", shortcut, job };
  }
  return { kind: "command", command: "imagine", text };
}
