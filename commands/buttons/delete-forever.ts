import type { Button } from "../../src/core/command.ts";
import { checkMayCancel } from "../../src/core/job-access.ts";
import { notice } from "../../src/core/message.ts";
import { personKey } from "../../src/core/moderation.ts";
import { purgeText } from "../../src/core/purge-text.ts";

/** Erases a request, its pictures and what was made from them: for the one who asked, and for moderators. */
export default {
  action: "delete-forever",
  async run({ moderation, interaction: { person, place }, reply }, { job }) {
    checkMayCancel(job, person, place);
    await reply(notice(purgeText(await moderation.purges.purge({ job: job.id }, personKey(person)))));
  },
} satisfies Button;
