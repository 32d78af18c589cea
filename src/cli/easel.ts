#!/usr/bin/env node
import { Command, CommanderError } from "commander";
import { UserError } from "../core/errors.ts";

/** Sub-commands by name; each file is loaded only when it is asked for, so that none pays for another's libraries. */
const COMMANDS: Record<string, () => Promise<Command>> = {
  start: async () => (await import("./start.ts")).startCommand(),
  imagine: async () => (await import("./imagine.ts")).imagineCommand(),
  teach: async () => (await import("./teach.ts")).teachCommand(),
  evaluate: async () => (await import("./evaluate.ts")).evaluateCommand(),
  models: async () => (await import("./models.ts")).modelsCommand(),
  verify: async () => (await import("./verify.ts")).verifyCommand(),
  audit: async () => (await import("./audit.ts")).auditCommand(),
  bans: async () => (await import("./bans.ts")).bansCommand(),
  people: async () => (await import("./people.ts")).peopleCommand(),
  privacy: async () => (await import("./privacy.ts")).privacyCommand(),
  doctor: async () => (await import("./doctor.ts")).doctorCommand(),
  register: async () => (await import("./register.ts")).registerCommand(),
  "invite-url": async () => (await import("./invite-url.ts")).inviteUrlCommand(),
  "slack-manifest": async () => (await import("./slack-manifest.ts")).slackManifestCommand(),
  safety: async () => (await import("./safety.ts")).safetyCommand(),
  "env-example": async () => (await import("./env-example.ts")).envExampleCommand(),
};

/** Wrong usage of a command, or of one below it, comes back here instead of ending the process. */
function endedHere(command: Command): Command {
  command.commands.forEach(endedHere);
  return command.exitOverride();
}

/** Runs the program and returns its exit code: 0 done, 1 failed, 2 wrong usage. */
async function main(argv: readonly string[]): Promise<void> {
  const program = new Command("easel")
    .description("Draws pictures from prompts, on this machine.")
    .version("0.1.0")
    .exitOverride();
  const wanted = COMMANDS[argv[2] ?? ""];
  for (const load of wanted ? [wanted] : Object.values(COMMANDS)) program.addCommand(endedHere(await load()));
  try {
    await program.parseAsync([...argv]);
  } catch (error) {
    if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
    else if (error instanceof UserError) {
      process.stderr.write(`easel: ${error.message}\n`);
      process.exitCode = 1;
    } else throw error;
  }
}

await main(process.argv);
