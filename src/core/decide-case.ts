import type { Context } from "./command.ts";
import { notice } from "./message.ts";
import type { CaseKind, Decision } from "./moderation.ts";

const OUTCOMES: Readonly<Record<Decision, (kind: CaseKind) => string>> = {
  approve: (kind) => (kind === "report" ? "It stays" : kind === "held-pictures" ? "It was posted" : "It will be drawn"),
  deny: (kind) => (kind === "report" ? "It was deleted" : "It was declined"),
  ban: (kind) => `${OUTCOMES.deny(kind)}, and the person may not draw here for 7 days`,
};

/** What the three buttons of a case do. Rejects with UserError moderators-only, case-unknown. */
export async function decideCase(
  { moderation, interaction, reply }: Pick<Context, "moderation" | "interaction" | "reply">,
  id: string,
  decision: Decision,
): Promise<void> {
  const { kind } = await moderation.cases.decide(id, decision, interaction);
  await reply(notice(`Case \`${id}\`: ${OUTCOMES[decision](kind)}. /admin queue shows the next.`));
}
