import type { FreeButton } from "../../src/core/command.ts";
import { notice } from "../../src/core/message.ts";

/** Asks the moderators to look at a refusal. */
export default {
  action: "appeal",
  free: true,
  async run({ moderation, interaction, reply }, id) {
    await moderation.cases.appeal(id, interaction);
    await reply(notice("The moderators will look at it. If they agree with you, it is drawn."));
  },
} satisfies FreeButton;
