import type { Button } from "../../src/core/command.ts";
import { readFavourites, toggleFavourite } from "../../src/core/favourites.ts";
import { pictureOf } from "../../src/core/follow-up-requests.ts";
import { notice } from "../../src/core/message.ts";
import { textOf } from "../../src/core/texts/text.ts";
import { askWhichPicture } from "../../src/core/which-picture.ts";

/** Marks one picture as one that somebody likes; once more, and it is none any more. Of several, asks which one. */
export default {
  action: "favourite",
  async run({ settings, interaction: { person, locale }, reply }, { job, index }) {
    if (index === undefined && (job.result?.pictures.length ?? 0) > 1) {
      const known = await readFavourites(settings, person);
      const isOne = (index: number) => known.some((one) => one.job === job.id && one.index === index);
      return reply(askWhichPicture(job, "favourite", locale, isOne));
    }
    const picked = { job: job.id, index: index ?? 0 };
    pictureOf(job, picked.index);
    const isOne = await toggleFavourite(settings, person, picked);
    await reply(notice(textOf(locale, isOne ? "answer.favourite-added" : "answer.favourite-removed")));
  },
} satisfies Button;
