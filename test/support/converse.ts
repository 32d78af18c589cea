import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { onTestFinished } from "vitest";

const POLL_MS = 25;

/** A running `easel start` in a terminal-less shell, spoken to line by line. */
export interface Conversation {
  readonly pid: number;
  say(line: string): void;
  /** Waits for a new match in what it printed or logged after the last one that was waited for. Rejects after `withinMs`. */
  hear(what: RegExp, withinMs?: number): Promise<string>;
  /** Everything until now. */
  all(): string;
  /** Ends its input; the exit code. */
  leave(): Promise<number | null>;
}

/** Starts the program at `entry` in `cwd`; it is killed when the test ends. */
export function converse(
  entry: string,
  { cwd, env = {} }: { readonly cwd: string; readonly env?: Readonly<Record<string, string>> },
): Conversation {
  const child = spawn(process.execPath, [entry, "start"], {
    cwd,
    // What most tests look at is one picture.
    env: { PATH: process.env["PATH"], HOME: cwd, DEFAULT_COUNT: "1", ...env },
    stdio: "pipe",
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  let text = "";
  let heard = 0;
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
  }

  return {
    pid: child.pid!,
    say: (line) => void child.stdin.write(`${line}\n`),
    async hear(what, withinMs = 120_000) {
      for (const until = performance.now() + withinMs; performance.now() < until; await sleep(POLL_MS)) {
        const found = what.exec(text.slice(heard));
        if (!found) continue;
        heard += found.index + found[0].length;
        return found[0];
      }
      throw new Error(`${what} was not said. What was: ${text}`);
    },
    all: () => text,
    async leave() {
      child.stdin.end();
      const [code] = (await once(child, "close")) as [number | null];
      return code;
    },
  };
}
