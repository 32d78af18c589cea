import { Command } from "commander";
import { createManifest } from "../platforms/slack/manifest.ts";
import { loadSlackCommands } from "./slack-deps.ts";

/** `easel slack-manifest`: what Slack makes the app from. */
export function slackManifestCommand(): Command {
  return new Command("slack-manifest")
    .description("Print the manifest that Slack makes the app from")
    .option("--http <url>", "events come by HTTP to this address (https://…) instead of by Socket Mode")
    .action(async ({ http }: { http?: string }) => {
      const { commands } = await loadSlackCommands();
      process.stdout.write(`${JSON.stringify(createManifest(commands, http), undefined, 2)}\n`);
    });
}
