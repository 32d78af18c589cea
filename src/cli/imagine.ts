import { Command } from "commander";
import { cliHelp } from "../core/option-docs.ts";
import { IMAGINE_OPTIONS } from "../core/options.ts";
import { prepareTarget } from "../platforms/terminal/picture-files.ts";
import { runOnce } from "./run-once.ts";
import { copyTaught, withStores } from "./taught-here.ts";

/** `easel imagine "a fox" --count 4 --out fox.png`: draws once and ends. */
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
    const target = options.out === undefined ? undefined : await prepareTarget(options.out);
    process.exitCode = await runOnce({
      command: "imagine",
      text: joinArguments(command.args),
      ...(target === undefined ? {} : { target }),
      assumeYes: options.yes === true,
      // What `easel teach` taught is known here, too.
      prepare: (easel, settings) => withStores(settings, (here) => copyTaught(here, easel)),
    });
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
