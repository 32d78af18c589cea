import type { Command, CommandInfo } from "../src/core/command.ts";
import { UserError } from "../src/core/errors.ts";
import { notice } from "../src/core/message.ts";
import { didYouMean } from "../src/core/nearest.ts";
import { usageText } from "../src/core/option-docs.ts";

export default {
  name: "help",
  description: "What I can do",
  options: [
    { name: "command", flags: [], kind: "text", max: 40, description: "More about this one", example: "imagine" },
  ],
  async run({ commands, reply }, { command: asked }) {
    const text = asked === undefined ? overview(commands) : usageText(find(commands, String(asked).replace(/^\//, "")));
    await reply(notice(text, { kind: "list" }));
  },
} satisfies Command;

function overview(commands: readonly CommandInfo[]): string {
  const lines = commands.map(({ name, description }) => `\`/${name}\` ${description}`);
  return [
    ...lines,
    "",
    "For example: `/imagine a fox in the snow --count 4`. Options can stand anywhere in the prompt; `/help imagine` lists them.",
    "`{red|blue} fox` draws one of each. Buttons below a picture work for as long as it is kept.",
  ].join("\n");
}

function find(commands: readonly CommandInfo[], name: string): CommandInfo {
  const found = commands.find((command) => command.name === name.toLowerCase());
  if (found) return found;
  const names = commands.map((command) => command.name);
  throw new UserError("command-unknown", { command: name, hint: didYouMean(name, names) });
}
