import type { Command, Context } from "../src/core/command.ts";
import { notice } from "../src/core/message.ts";
import { personKey } from "../src/core/moderation.ts";
import { accountOf } from "../src/core/platform.ts";
import { purgeText } from "../src/core/purge-text.ts";

export default {
  name: "privacy",
  description: "What is stored about you, how to get it, and how to have it deleted",
  options: [
    {
      name: "action",
      flags: [],
      kind: "choice",
      choices: ["show", "export", "delete"],
      description: "show, export or delete",
      example: "show",
    },
    {
      name: "yes",
      flags: ["yes"],
      kind: "boolean",
      description: "Really delete; there is no way back",
      example: "--yes",
    },
  ],
  async run(context, { action = "show", yes }) {
    const text = await ACTIONS[String(action)]?.(context, yes === true);
    await context.reply(notice(text ?? (await show(context))));
  },
} satisfies Command;

const ACTIONS: Readonly<Record<string, (context: Context, sure: boolean) => Promise<string>>> = {
  show,
  export: exportText,
  delete: forget,
};

async function show(context: Context): Promise<string> {
  const accounts = context.moderation.accountsOf(context.interaction.person);
  return [
    `Stored about you: ${await summaryText(context)}.`,
    ...(accounts.length > 1
      ? [`You are one person by ${accounts.map((one) => `\`${personKey(one)}\``).join(", ")}: an operator linked them.`]
      : []),
    ...context.moderation.rules.filter((rule) => rule.includes("kept")).map((rule) => `${rule}.`),
    "`/privacy export` says how to get it, `/privacy delete` erases it.",
  ].join("\n");
}

async function exportText(context: Context): Promise<string> {
  const { platform, id } = accountOf(context.interaction.person);
  return [
    `Stored about you: ${await summaryText(context)}.`,
    "An operator of this bot gets all of it as a file for you with",
    `\`easel privacy export ${platform} ${id}\``,
  ].join("\n");
}

async function forget(context: Context, sure: boolean): Promise<string> {
  const { moderation, interaction } = context;
  if (!sure) {
    return [
      `This erases for ever: ${await summaryText(context)}; and what others made from your pictures.`,
      "Bans, strikes and the log of decisions stay, without your words and pictures.",
      "To go on: `/privacy delete --yes`",
    ].join("\n");
  }
  return purgeText(await moderation.purges.forget(interaction.person, personKey(interaction.person)));
}

async function summaryText({ moderation, interaction }: Context): Promise<string> {
  const summary = await moderation.purges.summary(interaction.person);
  const parts = Object.entries(summary).map(([what, count]) => `${what === "jobs" ? "requests" : what}: ${count}`);
  return parts.join(", ");
}
