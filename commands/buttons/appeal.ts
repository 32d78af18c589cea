import type { FreeButton } from "../../src/core/command.ts";
import { notice } from "../../src/core/message.ts";
import { textOf } from "../../src/core/texts/text.ts";

/** Asks the moderators to look at a refusal. */
export default {
  action: "appeal",
  free: true,
  async run({ moderation, interaction, reply }, id) {
    await moderation.cases.appeal(id, interaction);
    await reply(notice(textOf(interaction.locale, "answer.appealed")));
  },
} satisfies FreeButton;
