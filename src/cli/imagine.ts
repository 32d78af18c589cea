import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { loadProcessSettings } from "../config/load.ts";
import { cliHelp } from "../core/option-docs.ts";
import { IMAGINE_OPTIONS } from "../core/options.ts";
import { createLogger } from "../log/create-logger.ts";
import { createEasel } from "../main.ts";
import { createOneShot } from "../platforms/terminal/create-one-shot.ts";
import { prepareTarget } from "../platforms/terminal/picture-files.ts";
import { systemClock } from "../system-clock.ts";
import { terminalDeps } from "./terminal-deps.ts";

/** `easel imagine "a fox" --count 4 --out fox.png`: draws once and ends. It keeps its queue in a temporary folder, so that it never meets a running bot's. */
export function imagineCommand(): Command {
  const command = new Command("imagine")
    .description("Draw a prompt into a file")
    .argument("<prompt...>", "what to draw; options may stand anywhere")
    .option(
      "--out <file>",
      "where the picture goes: .png, .webp or .jpg; several pictures become a grid and numbered files",
    )
    .option("--yes", "do not ask before many pictures")
    .allowUnknownOption()
    .addHelpText("after", `\nOptions of the picture:\n${helpLines()}`);
  return command.action(async (_: string[], options: { out?: string; yes?: boolean }) => {
    const settings = loadProcessSettings();
    const log = createLogger({
      level: settings.LOG_LEVEL === "info" ? "warn" : settings.LOG_LEVEL,
      prompts: settings.LOG_PROMPTS,
    });
    const target = options.out === undefined ? undefined : await prepareTarget(options.out);
    const dataDir = await mkdtemp(join(tmpdir(), "easel-"));
    try {
      const easel = await createEasel({ settings, log, clock: systemClock, dataDir });
      const terminal = createOneShot({
        ...terminalDeps(easel, settings, log),
        command: "imagine",
        text: joinArguments(command.args),
        ...(target === undefined ? {} : { target }),
        assumeYes: options.yes === true,
      });
      process.on("SIGINT", () => terminal.interrupt());
      await easel.connect(terminal);
      process.exitCode = await terminal.finished;
      await easel.stop({ graceMs: 0 });
    } finally {
      await rm(dataDir, { recursive: true, force: true });
    }
  });
}

/** The shell's words as one prompt: a flag's value that has spaces gets its quotes back. */
export function joinArguments(args: readonly string[]): string {
  return args
    .map((arg, index) => {
      const isValue = index > 0 && /^--\w/.test(args[index - 1]!);
      return isValue && /\s/.test(arg) && !arg.includes('"') ? `"${arg}"` : arg;
    })
    .join(" ");
}

function helpLines(): string {
  const rows = cliHelp(IMAGINE_OPTIONS);
  const width = Math.max(...rows.map(({ flags }) => flags.length));
  return rows.map(({ flags, description }) => `  ${flags.padEnd(width)}  ${description}`).join("\n");
}
