import type { Context } from "../../src/core/command.ts";
import { composeCase } from "../../src/core/compose-case.ts";
import type { Message } from "../../src/core/message.ts";
import { personKey } from "../../src/core/moderation.ts";
import { quoteText } from "../../src/core/plain-text.ts";
import { dateText, type Action } from "./action.ts";

/** What waits for moderators, where they hear of it, and the kill switch. */
export const DESK_ACTIONS = {
  queue: showQueue,
  stats,
  channel: setChannel,
  pause,
  resume,
} as const satisfies Record<string, Action>;

/** One case at a time, the oldest: its pictures and buttons are enough for one message. */
async function showQueue({ moderation, interaction }: Context): Promise<string | Message> {
  const [first] = await moderation.cases.waiting(interaction, 1);
  if (!first) return "Nothing waits for you.";
  const message = composeCase(first);
  const { openCases } = await moderation.stats(interaction);
  return openCases === 1 ? message : { ...message, text: `${message.text}\n${openCases - 1} more wait behind it.` };
}

async function stats({ moderation, interaction, queue }: Context): Promise<string> {
  const { safetyFault, openCases, strikes, bans, decisions } = await moderation.stats(interaction);
  const { waiting, running, undelivered } = await queue.stats();
  const paused = await moderation.killSwitch.paused();
  return [
    ...(paused ? [`**Paused** by ${quoteText(paused.by, 80)} since ${dateText(paused.at)}`] : []),
    ...(safetyFault === undefined
      ? []
      : [`**Nothing is drawn**: the safety filters fail their test (${quoteText(safetyFault, 300)}).`]),
    `Cases that wait: ${openCases}. In 24 hours: ${decisions} decisions, ${strikes} refusals. Bans: ${bans}.`,
    `Jobs: ${Object.values(waiting).reduce((sum, jobs) => sum + jobs, 0)} waiting, ${running} running, ${undelivered} not posted yet.`,
  ].join("\n");
}

async function setChannel({ moderation, interaction }: Context): Promise<string> {
  await moderation.setChannel(interaction.address, interaction);
  return "Reports and what waits for approval will be posted in this channel.";
}

async function pause({ moderation, interaction }: Context): Promise<string> {
  await moderation.killSwitch.pause(personKey(interaction.person));
  return "Paused: nothing is accepted, started or posted until `/admin resume`. What waits is kept.";
}

async function resume({ moderation, interaction }: Context): Promise<string> {
  await moderation.killSwitch.resume(personKey(interaction.person));
  return "Drawing goes on.";
}
