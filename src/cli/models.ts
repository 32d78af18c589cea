import { Command } from "commander";
import { addCommand } from "./models-add.ts";
import { infoCommand, listCommand } from "./models-list.ts";
import { quantizeCommand } from "./models-quantize.ts";
import { removeCommand } from "./models-remove.ts";
import { verifyCommand } from "./models-verify.ts";
import { optimizeCommand } from "./models-optimize.ts";
import { pullCommand } from "./models-pull.ts";

/** `easel models …`: installs, checks and changes model folders. */
export function modelsCommand(): Command {
  const command = new Command("models").description("Install, check and change models");
  const parts = [
    addCommand,
    pullCommand,
    listCommand,
    infoCommand,
    verifyCommand,
    quantizeCommand,
    optimizeCommand,
    removeCommand,
  ];
  for (const part of parts) command.addCommand(part().exitOverride());
  return command;
}
