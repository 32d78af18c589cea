import type { Command } from "../src/core/command.ts";
import { UserError } from "../src/core/errors.ts";
import { notice } from "../src/core/message.ts";
import { IMAGE_OPTIONS } from "../src/core/options.ts";
import { CAP_OPTIONS } from "../src/core/place-settings.ts";
import type { Action } from "./admin/action.ts";
import { DESK_ACTIONS } from "./admin/desk.ts";
import { LIMIT_ACTIONS } from "./admin/limits.ts";
import { MODEL_ACTIONS } from "./admin/models.ts";
import { PEOPLE_ACTIONS } from "./admin/people.ts";

const MODEL_OPTION = IMAGE_OPTIONS.find(({ name }) => name === "model")!;

/** What /admin can do, by what one types. */
const ACTIONS: Readonly<Record<string, Action>> = {
  ...DESK_ACTIONS,
  ...PEOPLE_ACTIONS,
  ...LIMIT_ACTIONS,
  ...MODEL_ACTIONS,
};

export default {
  name: "admin",
  description: "For moderators: what waits for you, bans, purges, limits, the model, the kill switch",
  options: [
    {
      name: "action",
      flags: [],
      kind: "choice",
      choices: Object.keys(ACTIONS),
      description: "What to do",
      example: "queue",
    },
    {
      name: "person",
      flags: ["person"],
      kind: "text",
      max: 100,
      description: "Whom, by mention or id",
      example: "--person @bob",
    },
    { name: "job", flags: ["job"], kind: "job", description: "Which request", example: "--job k3f9x2ab" },
    {
      name: "hours",
      flags: ["hours"],
      kind: "integer",
      min: 1,
      max: 87_600,
      description: "How long a ban lasts, or how far back a purge goes",
      example: "--hours 24",
    },
    {
      name: "reason",
      flags: ["reason"],
      kind: "text",
      max: 500,
      description: "Why; the person reads it",
      example: "--reason spam",
    },
    { name: "yes", flags: ["yes"], kind: "boolean", description: "Really purge", example: "--yes" },
    { ...MODEL_OPTION, description: "model-use: which model draws what names none" },
    ...CAP_OPTIONS,
  ],
  async run(context, options) {
    if (!context.interaction.person.moderator) throw new UserError("moderators-only");
    const { action = "queue" } = options;
    const answer = await ACTIONS[String(action)]!(context, options);
    await context.reply(typeof answer === "string" ? notice(answer) : answer);
  },
} satisfies Command;
