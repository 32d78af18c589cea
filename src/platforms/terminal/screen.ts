import { clearScreenDown, createInterface, cursorTo, moveCursor } from "node:readline";
import type { Interface } from "node:readline";
import type { Readable, Writable } from "node:stream";

/** An output that may be a terminal. */
export type TerminalOutput = Writable & { readonly isTTY?: boolean; readonly columns?: number };

const FALLBACK_COLUMNS = 80;

/** Text that stays, and one live line below it that is redrawn. */
export interface Screen {
  /** Writes lines that stay; `text` may have several and needs no final line break. */
  print(text: string): void;
  /** Like print, on the error output. */
  printError(text: string): void;
  /** Replaces the live line; undefined removes it. Ignored where the output is not a terminal. */
  live(line: string | undefined): void;
  columns(): number;
  close(): void;
}

/** A screen that nobody types on: results go to `output`, errors and the live line to `errorOutput`. */
export function createOutputScreen(output: TerminalOutput, errorOutput: TerminalOutput): Screen {
  let shown = false;
  const clear = (): void => {
    if (shown) errorOutput.write("\r\x1b[2K");
    shown = false;
  };
  return {
    print(text) {
      clear();
      output.write(withBreak(text));
    },
    printError(text) {
      clear();
      errorOutput.write(withBreak(text));
    },
    live(line) {
      if (errorOutput.isTTY !== true) return;
      clear();
      if (line === undefined) return;
      errorOutput.write(line);
      shown = true;
    },
    columns: () => columnsOf(errorOutput),
    close: clear,
  };
}

export interface PromptEvents {
  readonly onLine: (line: string) => void;
  /** Ctrl-C, typed on a terminal. */
  readonly onInterrupt: () => void;
  /** End of input, or Ctrl-D. */
  readonly onEnd: () => void;
}

/**
 * A screen with an input line. With `tty`, the live line stands above the prompt and is part of it, so that readline redraws both and what
 * somebody is typing survives; elsewhere lines are read and printed plainly.
 */
export function createPromptScreen(
  streams: { readonly input: Readable; readonly output: TerminalOutput; readonly errorOutput: TerminalOutput },
  options: { readonly tty: boolean; readonly prompt: string },
  events: PromptEvents,
): Screen {
  const { input, output, errorOutput } = streams;
  const { tty, prompt } = options;
  const lines: Interface & { prevRows?: number } = createInterface({
    input,
    ...(tty ? { output } : {}),
    terminal: tty,
    prompt,
  });
  let liveLine: string | undefined;
  let closed = false;

  /** Removes the prompt and what is typed behind it, whatever its height; redraw() brings both back. */
  const clearPrompt = (): void => {
    moveCursor(output, 0, -lines.getCursorPos().rows);
    cursorTo(output, 0);
    clearScreenDown(output);
    // How far up readline starts its next redraw. It forgets to count the rows of pasted text, so this is right where its own number is not.
    lines.prevRows = 0;
  };
  const redraw = (): void => lines.prompt(true);
  const above = (text: string): void => {
    clearPrompt();
    output.write(withBreak(text));
    redraw();
  };
  /** What was typed stays on the screen, the live line above it does not. */
  const tidy = (line: string): void => {
    const fitsOneRow = /^[\x20-\x7e]*$/.test(line) && prompt.length + line.length < columnsOf(output);
    if (liveLine === undefined || !fitsOneRow) return;
    moveCursor(output, 0, -2);
    clearScreenDown(output);
    output.write(`${prompt}${line}\n`);
  };

  lines.on("line", (line) => {
    if (tty) {
      tidy(line);
      lines.prompt();
    }
    events.onLine(line);
  });
  lines.on("SIGINT", () => events.onInterrupt());
  lines.on("close", () => {
    if (closed) return;
    closed = true;
    if (tty) clearPrompt();
    events.onEnd();
  });
  if (tty) lines.prompt();

  return {
    print: (text) => (tty && !closed ? above(text) : void output.write(withBreak(text))),
    printError: (text) => (tty && !closed ? above(text) : void (tty ? output : errorOutput).write(withBreak(text))),
    live(line) {
      if (!tty || closed || line === liveLine) return;
      clearPrompt();
      liveLine = line;
      lines.setPrompt(line === undefined ? prompt : `${line}\n${prompt}`);
      redraw();
    },
    columns: () => columnsOf(output),
    close() {
      if (closed) return;
      closed = true;
      if (tty) clearPrompt();
      lines.close();
    },
  };
}

/** One less than there are: a full line wraps on some terminals. */
const columnsOf = ({ columns }: TerminalOutput): number => (columns ?? FALLBACK_COLUMNS) - 1;
const withBreak = (text: string): string => (text.endsWith("\n") ? text : `${text}\n`);
