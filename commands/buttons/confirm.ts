import type { FreeButton } from "../../src/core/command.ts";
import { keepPending, takePending } from "../../src/core/pending-requests.ts";

/** The yes to “That is 12 prompts”. */
export default {
  action: "confirm",
  free: true,
  draws: true,
  async run(context, pending) {
    const { settings, interaction } = context;
    const requests = await takePending(settings, interaction.person, pending);
    try {
      await context.submit(requests);
    } catch (error) {
      // Too many waiting, for example: the same button works again later.
      await keepPending(settings, interaction.person, pending, requests);
      throw error;
    }
  },
} satisfies FreeButton;
