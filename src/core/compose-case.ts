import { encodeButtonId } from "./button-id.ts";
import { composeAnswer } from "./compose-answer.ts";
import { notice, type Message, type MessageButton } from "./message.ts";
import type { Case, CaseKind, Decision } from "./moderation.ts";
import { quoteText } from "./plain-text.ts";

const MAX_PROMPTS = 3;
const MAX_REPORTS = 5;

const TITLES: Readonly<Record<CaseKind, string>> = {
  report: "Reported",
  "held-request": "A request waits for your approval",
  "held-pictures": "Pictures wait for your approval",
  appeal: "Somebody disputes a refusal",
};

const LABELS: Readonly<Record<"picture" | "request", Readonly<Record<Decision, string>>>> = {
  picture: { approve: "Keep", deny: "Delete", ban: "Delete and ban" },
  request: { approve: "Approve", deny: "Decline", ban: "Decline and ban" },
};

/** A case as moderators see it: what was asked, what came of it (behind spoilers), why it is here, and the three decisions. */
export function composeCase(one: Case): Message {
  const { id, kind, person, rule, requests, reports, job } = one;
  const prompts = [...new Set(requests.map(({ prompt }) => prompt))];
  const reasons = reports.slice(0, MAX_REPORTS).map(({ reason }) => `“${quoteText(reason ?? "no reason given", 200)}”`);
  const lines = [
    `**${TITLES[kind]}** (case \`${id}\`)`,
    `Asked by ${quoteText(job?.person.name ?? person, 60)} (\`${person}\`)${job === undefined ? "" : `, request \`${job.id}\``}`,
    ...(rule === undefined ? [] : [`Rule: \`${quoteText(rule, 80)}\``]),
    ...prompts.slice(0, MAX_PROMPTS).map((prompt) => `Prompt: ${quoteText(prompt, 300)}`),
    ...(prompts.length > MAX_PROMPTS ? [`and ${prompts.length - MAX_PROMPTS} more prompts`] : []),
    ...(reports.length === 0 ? [] : [`Reported by ${reports.length}: ${reasons.join(", ")}`]),
  ];
  const pictures = job?.result ? composeAnswer({ ...job, state: "delivered" }).pictures : [];
  const labels = LABELS[kind === "report" ? "picture" : "request"];
  const button = (decision: Decision, style: MessageButton["style"]): MessageButton => ({
    id: encodeButtonId({ action: decision, job: id }),
    label: labels[decision],
    shortcut: decision,
    style,
  });
  return {
    ...notice(lines.join("\n"), { kind: "list" }),
    pictures: pictures.map((picture) => ({ ...picture, spoiler: true })),
    buttons: [[button("approve", "primary"), button("deny", "secondary"), button("ban", "danger")]],
  };
}
