import type { Readable } from "node:stream";
import { UserError } from "../../core/errors.ts";
import type { Platform } from "../../core/platform.ts";
import { createFormAsker } from "./ask-form.ts";
import { parseLine } from "./parse-line.ts";
import { createOutputScreen, createPromptScreen } from "./screen.ts";
import type { Screen, TerminalOutput } from "./screen.ts";
import { createSession } from "./session.ts";
import type { SessionDeps } from "./session.ts";
import { detectLook } from "./terminal-look.ts";
import type { InlineProtocol, TerminalEnv } from "./terminal-look.ts";

/** What every terminal platform is made from; the composition root knows where it comes from. */
export interface TerminalDeps extends Omit<SessionDeps, "screen" | "look" | "target" | "askForm"> {
  readonly output: TerminalOutput;
  readonly errorOutput: TerminalOutput;
  readonly env: TerminalEnv;
  /** Instead of what the environment says. */
  readonly inline?: InlineProtocol;
}

export interface TerminalPlatform extends Platform {
  /** Resolves to the exit code when the person is done: 0, 1 after an error in piped input, 130 after Ctrl-C. */
  readonly finished: Promise<number>;
  /** Ctrl-C: the first cancels what is being drawn, a second one within three seconds ends the session. */
  interrupt(): void;
}

const PROMPT = "imagine> ";
const INTERRUPT_TWICE_MS = 3000;

/**
 * The terminal as a chat platform. Lines are prompts, /commands or shortcuts of the newest answer's buttons (u2, v3, reroll; `u2 <job>` for an
 * older one). Without `input` it takes nothing, and only answers what an earlier run left.
 */
export function createTerminal(
  deps: TerminalDeps & {
    readonly input?: Readable & { readonly isTTY?: boolean };
    /** A line that is typed for the person at the start: the first picture needs no idea. */
    readonly opening?: string;
  },
): TerminalPlatform {
  const { input, output, errorOutput, clock, log } = deps;
  const detected = detectLook(deps.env, output.isTTY === true);
  const interactive = detected.tty && input?.isTTY === true;
  const look = { ...detected, tty: interactive, inline: deps.inline ?? detected.inline };
  let finish!: (code: number) => void;
  const finished = new Promise<number>((resolve) => (finish = resolve));

  let current: Screen = createOutputScreen(output, errorOutput);
  const screen: Screen = {
    print: (text) => current.print(text),
    printError: (text) => current.printError(text),
    live: (line) => current.live(line),
    columns: () => current.columns(),
    close: () => current.close(),
  };
  const form = createFormAsker((text) => screen.print(text));
  const session = createSession({
    ...deps,
    screen,
    look,
    target: { kind: "folder", path: deps.outDir },
    askForm: (asked) => form.ask(asked),
  });

  const end = (code: number): void => {
    form.giveUp();
    screen.close();
    finish(code);
  };

  async function act(line: string): Promise<void> {
    if (form.answer(line)) return;
    const typed = parseLine(line, { shortcuts: session.shortcuts(), isJob: (id) => session.isJob(id) });
    if (typed.kind === "exit") end(session.failed() && !interactive ? 1 : 0);
    if (typed.kind === "command") await session.run(typed.command, typed.text);
    if (typed.kind !== "shortcut") return;
    // In a script the line before may still be drawn, and it is that answer which is meant.
    if (!interactive) await session.idle();
    await session.press((await session.find(typed.shortcut, typed.job)).id);
  }

  const actSafely = (line: string): Promise<void> =>
    act(line).catch((error: unknown) => {
      if (!(error instanceof UserError)) log.error("a typed line could not be handled", { error });
      screen.printError(`Error: ${error instanceof UserError ? error.message : "something went wrong; see the log"}`);
    });

  let interruptedAt = -Infinity;
  function interrupt(): void {
    if (clock.now() - interruptedAt < INTERRUPT_TWICE_MS) {
      end(130);
      return;
    }
    interruptedAt = clock.now();
    if (form.giveUp()) return;
    const hint = "Press Ctrl-C again to leave; what still waits is kept and finished at the next start.";
    void session.cancel().then(
      (cancelled) => screen.print(cancelled ? `Cancelling. ${hint}` : hint),
      (error: unknown) => log.error("cancelling failed", { error }),
    );
  }

  let lines = Promise.resolve();
  let stopped = false;
  return {
    ...session.platform,
    name: "terminal",
    uploads: { from: "disk" },
    finished,
    interrupt,
    async start(handle) {
      session.listen(handle);
      if (!input) return;
      current = createPromptScreen(
        { input, output, errorOutput },
        { tty: interactive, prompt: PROMPT },
        {
          onLine(line) {
            if (stopped) return;
            // People may type while something is drawn; scripts expect one line after the other.
            if (interactive) void actSafely(line);
            else lines = lines.then(() => actSafely(line));
          },
          onInterrupt: interrupt,
          onEnd() {
            void lines
              // Nobody will answer an open form any more.
              .then(() => form.giveUp())
              .then(() => session.settle())
              .then(() => session.idle())
              .then(
                () => end(session.failed() && !interactive ? 1 : 0),
                (error: unknown) => {
                  log.error("waiting for the last jobs failed", { error });
                  end(1);
                },
              );
          },
        },
      );
      if (deps.opening !== undefined && interactive) {
        screen.print(`${PROMPT}${deps.opening}`);
        void actSafely(deps.opening);
      }
    },
    async stop() {
      stopped = true;
      form.giveUp();
      screen.close();
      await session.settle();
    },
  };
}
