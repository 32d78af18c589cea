import { rm } from "node:fs/promises";
import { Command } from "commander";
import { UserError } from "../core/errors.ts";
import { openModelsPlace } from "./models-place.ts";
import { confirm, say } from "./models-text.ts";

/** `easel models remove <id>`: deletes an installed model, never a built-in one. */
export function removeCommand(): Command {
  return new Command("remove")
    .description("Delete an installed model")
    .argument("<id>", "name of an installed model")
    .option("--yes", "do not ask")
    .action(async (id: string, options: { yes?: boolean }) => {
      const place = openModelsPlace();
      const { folder, isBuiltIn } = place.find(id);
      if (isBuiltIn) throw new UserError("model-built-in", { model: id, action: "removed" });
      if (!options.yes) await confirm(`Delete ${folder}?`, `Deleting ${id}`);
      await rm(folder, { recursive: true });
      say(`${id} is removed.`);
      if (place.settings.DEFAULT_MODEL === id)
        say("It was DEFAULT_MODEL: name another one in .env before the next start.");
    });
}
