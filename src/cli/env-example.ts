import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { envExample } from "../config/env-example.ts";
import { packageRoot } from "../paths.ts";

/** `easel env-example`: rewrites .env.example from the table of settings. */
export function envExampleCommand(): Command {
  return new Command("env-example").description("Write .env.example from the table of settings").action(() => {
    writeFileSync(join(packageRoot(), ".env.example"), envExample());
  });
}
