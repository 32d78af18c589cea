import type { TerminalDeps, TerminalPlatform } from "./create-terminal.ts";
import type { PictureTarget } from "./picture-files.ts";
import { createOutputScreen } from "./screen.ts";
import { createSession } from "./session.ts";
import { detectLook } from "./terminal-look.ts";

export interface OneShotDeps extends TerminalDeps {
  readonly command: string;
  /** What stands behind the command, flags included. */
  readonly text: string;
  /** From prepareTarget; the default is the folder `outDir`. */
  readonly target?: PictureTarget;
  /** Presses the main button of a question (many pictures) instead of giving up. */
  readonly assumeYes: boolean;
}

/**
 * Runs one command as if it were typed, answers go to `target`, small print and progress to the error output. `finished` resolves to 0 when every
 * answer is there, 1 after an error or refusal, 2 when the command asked a question and `assumeYes` is off, 130 after two interrupts.
 */
export function createOneShot(deps: OneShotDeps): TerminalPlatform {
  const { output, errorOutput, log } = deps;
  const screen = createOutputScreen(output, errorOutput);
  const detected = detectLook(deps.env, output.isTTY === true);
  const session = createSession({
    ...deps,
    screen,
    buttons: false,
    // Progress is drawn where errors go: `easel imagine … > list.txt` keeps its bar.
    look: {
      ...detected,
      tty: detectLook(deps.env, errorOutput.isTTY === true).tty,
      inline: deps.inline ?? detected.inline,
    },
    target: deps.target ?? { kind: "folder", path: deps.outDir },
  });
  let finish!: (code: number) => void;
  const finished = new Promise<number>((resolve) => (finish = resolve));

  async function run(): Promise<number> {
    await session.run(deps.command, deps.text);
    const question = session
      .newest()
      ?.buttons.flat()
      .find(({ style }) => style === "primary");
    if (question && !(await session.started())) {
      if (!deps.assumeYes) {
        screen.printError("Nothing was started. Add --yes to go on without being asked.");
        return 2;
      }
      await session.press(question.id);
    }
    await session.idle();
    return session.failed() ? 1 : 0;
  }

  let interrupted = false;
  return {
    ...session.platform,
    name: "terminal",
    uploads: { from: "disk" },
    finished,
    interrupt() {
      if (interrupted) {
        screen.close();
        finish(130);
        return;
      }
      interrupted = true;
      void session.cancel().then(
        () => screen.printError("Cancelling. Press Ctrl-C again to leave at once."),
        (error: unknown) => log.error("cancelling failed", { error }),
      );
    },
    async start(handle) {
      session.listen(handle);
      void run().then(finish, (error: unknown) => {
        log.error("the command could not be run", { error });
        screen.printError("Error: something went wrong; see the log");
        finish(1);
      });
    },
    async stop() {
      screen.close();
      await session.settle();
    },
  };
}
