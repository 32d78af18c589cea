import type { Button } from "../../src/core/command.ts";
import { checkMayCancel } from "../../src/core/job-access.ts";
import { askDelete } from "../../src/core/offer-delete.ts";

/** Asks whether a request is to be erased; the yes is delete-forever. */
export default {
  action: "delete",
  async run({ interaction: { person, place, locale }, reply }, { job }) {
    checkMayCancel(job, person, place);
    await reply(askDelete(job.id, locale));
  },
} satisfies Button;
