import type { Command, Context } from "../src/core/command.ts";
import { composeCase } from "../src/core/compose-case.ts";
import { UserError } from "../src/core/errors.ts";
import type { OptionValues } from "../src/core/interaction.ts";
import { notice, type Message } from "../src/core/message.ts";
import { communityOf, EVERYWHERE, personKey, type Ban, type PurgeSelection } from "../src/core/moderation.ts";
import { quoteText } from "../src/core/plain-text.ts";
import { purgeText } from "../src/core/purge-text.ts";

const HOUR_MS = 3_600_000;
const MAX_BANS = 20;

type Action = (context: Context, options: OptionValues) => Promise<string | Message>;

/** What /admin can do, by what one types. */
const ACTIONS: Readonly<Record<string, Action>> = {
  queue: showQueue,
  ban,
  unban,
  bans: listBans,
  pause,
  resume,
  purge,
  stats,
  limits: async ({ moderation }) => moderation.rules.map((rule) => `• ${rule}`).join("\n"),
  channel: setChannel,
};

export default {
  name: "admin",
  description: "For moderators: what waits for you, bans, purges, the kill switch",
  options: [
    {
      name: "action",
      flags: [],
      kind: "choice",
      choices: Object.keys(ACTIONS),
      description: "What to do",
      example: "queue",
    },
    {
      name: "person",
      flags: ["person"],
      kind: "text",
      max: 100,
      description: "Whom, by mention or id",
      example: "--person @bob",
    },
    { name: "job", flags: ["job"], kind: "job", description: "Which request", example: "--job k3f9x2ab" },
    {
      name: "hours",
      flags: ["hours"],
      kind: "integer",
      min: 1,
      max: 87_600,
      description: "How long a ban lasts, or how far back a purge goes",
      example: "--hours 24",
    },
    {
      name: "reason",
      flags: ["reason"],
      kind: "text",
      max: 500,
      description: "Why; the person reads it",
      example: "--reason spam",
    },
    { name: "yes", flags: ["yes"], kind: "boolean", description: "Really purge", example: "--yes" },
  ],
  async run(context, options) {
    if (!context.interaction.person.moderator) throw new UserError("moderators-only");
    const { action = "queue" } = options;
    const answer = await ACTIONS[String(action)]!(context, options);
    await context.reply(typeof answer === "string" ? notice(answer) : answer);
  },
} satisfies Command;

/** One case at a time, the oldest: its pictures and buttons are enough for one message. */
async function showQueue({ moderation, interaction }: Context): Promise<string | Message> {
  const [first] = await moderation.cases.waiting(interaction, 1);
  if (!first) return "Nothing waits for you.";
  const message = composeCase(first);
  const { openCases } = await moderation.stats(interaction);
  return openCases === 1 ? message : { ...message, text: `${message.text}\n${openCases - 1} more wait behind it.` };
}

async function ban({ moderation, interaction }: Context, { person, hours, reason }: OptionValues): Promise<string> {
  const banned = await moderation.bans.ban(
    readPerson(person),
    {
      reason: typeof reason === "string" ? reason : "no reason given",
      ...(typeof hours === "number" ? { hours } : {}),
    },
    interaction,
  );
  return `Banned: ${describeBan(banned)}`;
}

async function unban({ moderation, interaction }: Context, { person }: OptionValues): Promise<string> {
  const id = readPerson(person);
  return (await moderation.bans.lift(id, interaction)) ? `\`${id}\` may draw again.` : `\`${id}\` was not banned here.`;
}

async function listBans({ moderation, interaction }: Context): Promise<string> {
  const bans = await moderation.bans.list(interaction);
  const lines = bans.slice(0, MAX_BANS).map((one) => `• ${describeBan(one)}`);
  if (bans.length > MAX_BANS) lines.push(`and ${bans.length - MAX_BANS} more`);
  return lines.length === 0 ? "Nobody is banned here." : lines.join("\n");
}

async function pause({ moderation, interaction }: Context): Promise<string> {
  await moderation.killSwitch.pause(personKey(interaction.person));
  return "Paused: nothing is accepted, started or posted until `/admin resume`. What waits is kept.";
}

async function resume({ moderation, interaction }: Context): Promise<string> {
  await moderation.killSwitch.resume(personKey(interaction.person));
  return "Drawing goes on.";
}

async function purge({ moderation, interaction }: Context, options: OptionValues): Promise<string> {
  const selection = readSelection(interaction, options);
  if (options["yes"] !== true) {
    const jobs = await moderation.purges.count(selection);
    return `That erases ${jobs} requests with their pictures for ever. To go on, add \`--yes\`.`;
  }
  return purgeText(await moderation.purges.purge(selection, personKey(interaction.person)));
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

/** Moderators purge in their own community only. Throws UserError option-missing-value when nothing is selected. */
function readSelection({ place }: Context["interaction"], { job, person, hours }: OptionValues): PurgeSelection {
  if (job === undefined && person === undefined && hours === undefined) {
    throw new UserError("option-missing-value", {
      flag: "purge",
      example: "--job k3f9x2ab, --person @bob or --hours 2",
    });
  }
  return {
    ...(typeof job === "string" ? { job } : {}),
    ...(person === undefined ? {} : { person: readPerson(person) }),
    ...(typeof hours === "number" ? { withinMs: hours * HOUR_MS } : {}),
    platform: place.platform,
    community: communityOf(place),
  };
}

/** <@123>, <@!123>, <@U1|bob>, @bob or the bare id. Throws UserError option-missing-value. */
function readPerson(written: unknown): string {
  const id = typeof written === "string" ? /^<?@?!?([^\s<>|@!]+)(?:\|[^>]*)?>?$/.exec(written.trim())?.[1] : undefined;
  if (id === undefined) throw new UserError("option-missing-value", { flag: "--person", example: "--person @bob" });
  return id;
}

function describeBan({ platform, community, person, reason, by, expiresAt }: Ban): string {
  const where = community === EVERYWHERE ? ` everywhere on ${platform}` : "";
  const until = expiresAt === undefined ? "until lifted" : `until ${dateText(expiresAt)}`;
  return `\`${quoteText(person, 60)}\`${where} ${until}, by ${quoteText(by, 60)}: ${quoteText(reason, 200)}`;
}

function dateText(time: number): string {
  return `${new Date(time).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
