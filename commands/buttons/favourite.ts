import type { Button } from "../../src/core/command.ts";
import { toggleFavourite } from "../../src/core/favourites.ts";
import { pictureOf } from "../../src/core/follow-up-requests.ts";
import { notice } from "../../src/core/message.ts";
import { textOf } from "../../src/core/texts/text.ts";

/** Marks one picture as one that somebody likes; once more, and it is none any more. */
export default {
  action: "favourite",
  async run({ settings, interaction, reply }, { job, index = 0 }) {
    pictureOf(job, index);
    const isOne = await toggleFavourite(settings, interaction.person, { job: job.id, index });
    const key = isOne ? "answer.favourite-added" : "answer.favourite-removed";
    await reply(notice(textOf(interaction.locale, key)));
  },
} satisfies Button;
