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
  const { decided, left } = await moderation.cases.decide(id, decision, interaction);
  const remains = left === 0 ? "" : " Its message could not be taken back: delete it by hand.";
  await reply(notice(`Case \`${id}\`: ${OUTCOMES[decision](decided.kind)}.${remains} /admin queue shows the next.`));
}
