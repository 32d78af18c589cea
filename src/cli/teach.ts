import { Command } from "commander";
import { UserError } from "../core/errors.ts";
import { joinArguments } from "./imagine.ts";
import { runOnce } from "./run-once.ts";
import { copyTaught, withStores } from "./taught-here.ts";

/** `easel teach ourmascot mascot.png`: teaches the terminal a thing, through the same checks as an upload in a chat. Works beside a running bot. */
export function teachCommand(): Command {
  return new Command("teach")
    .description("Teach prompts in this terminal a thing of your own from one picture; without arguments, list them")
    .argument("[name]", "what it is called in prompts")
    .argument("[file]", "a picture of it, transparent or on a plain background")
    .option("--remove <name>", "forget one")
    .action(async (name: string | undefined, file: string | undefined, { remove }: { remove?: string }) => {
      if (name !== undefined && file === undefined) {
        throw new UserError("option-missing-value", { flag: "file", example: "easel teach ourmascot mascot.png" });
      }
      const text = remove === undefined ? textOf(name, file) : joinArguments(["--remove", remove]);
      process.exitCode = await runOnce({
        command: "teach",
        text,
        prepare: (easel, settings) => withStores(settings, (here) => copyTaught(here, easel)),
        keep: (easel, settings) => withStores(settings, (here) => copyTaught(easel, here), { create: true }),
      });
    });
}

function textOf(name: string | undefined, file: string | undefined): string {
  return name === undefined || file === undefined ? "" : joinArguments([name, "--image", file]);
}
