import type { Context } from "../../src/core/command.ts";
import { UserError } from "../../src/core/errors.ts";
import type { OptionValues } from "../../src/core/interaction.ts";
import { communityOf, EVERYWHERE, personKey, type Ban, type PurgeSelection } from "../../src/core/moderation.ts";
import { quoteText } from "../../src/core/plain-text.ts";
import { purgeText } from "../../src/core/purge-text.ts";
import { dateText, type Action } from "./action.ts";

const HOUR_MS = 3_600_000;
const MAX_BANS = 20;

/** Who may draw here, and what of theirs is kept. */
export const PEOPLE_ACTIONS = { ban, unban, bans: listBans, purge } as const satisfies Record<string, Action>;

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

async function purge({ moderation, interaction }: Context, options: OptionValues): Promise<string> {
  const selection = readSelection(interaction, options);
  if (options["yes"] !== true) {
    const jobs = await moderation.purges.count(selection);
    return `That erases ${jobs} requests with their pictures for ever. To go on, add \`--yes\`.`;
  }
  return purgeText(await moderation.purges.purge(selection, personKey(interaction.person)));
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
