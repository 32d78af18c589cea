import { Command, InvalidArgumentError } from "commander";
import { loadProcessSettings } from "../config/load.ts";
import { silentLogger } from "../core/logger.ts";
import { EVERYWHERE, personKey, type Asker, type Ban, type Bans } from "../core/moderation.ts";
import { openOfflineModeration } from "../offline-moderation.ts";
import { systemClock } from "../system-clock.ts";

/** Whoever runs the program. */
const OPERATOR: Asker = {
  person: { platform: "terminal", id: "operator", name: "operator", moderator: true, roles: [] },
  place: { platform: "terminal", channel: "terminal", ageRestricted: false },
};

/** `easel bans list|add|lift`: who may not draw on a whole platform, in any of its communities. Works beside a running bot. */
export function bansCommand(): Command {
  const list = new Command("list").description("Print the bans that hold everywhere").action(() =>
    withBans(async (bans) => {
      const all = (await bans.list(OPERATOR)).filter(({ community }) => community === EVERYWHERE);
      for (const ban of all) process.stdout.write(`${banLine(ban)}\n`);
    }),
  );
  const add = new Command("add")
    .description("Ban somebody in every community of a platform")
    .argument("<platform:id>", "for example discord:123", readPerson)
    .option("--reason <text>", "the person reads it", "no reason given")
    .option("--hours <hours>", "how long; without it until lifted", readHours)
    .action((person: string, { reason, hours }: { reason: string; hours?: number }) =>
      withBans(async (bans) => {
        const ban = await bans.ban(person, { reason, ...(hours === undefined ? {} : { hours }) }, OPERATOR);
        process.stdout.write(`${banLine(ban)}\n`);
      }),
    );
  const lift = new Command("lift")
    .description("Lift such a ban; exit code 1 when there is none")
    .argument("<platform:id>", "for example discord:123", readPerson)
    .action((person: string) =>
      withBans(async (bans) => {
        const lifted = await bans.lift(person, OPERATOR);
        process.stdout.write(lifted ? `${person} may draw again.\n` : `${person} was not banned everywhere.\n`);
        process.exitCode = lifted ? 0 : 1;
      }),
    );
  return new Command("bans")
    .description("Who may not draw on a whole platform")
    .addCommand(list)
    .addCommand(add)
    .addCommand(lift);
}

function banLine({ platform, person, reason, by, expiresAt }: Ban): string {
  const until = expiresAt === undefined ? "until lifted" : `until ${new Date(expiresAt).toISOString()}`;
  return `${personKey({ platform, id: person })} ${until}, by ${by}: ${JSON.stringify(reason)}`;
}

async function withBans(work: (bans: Bans) => Promise<void>): Promise<void> {
  const offline = await openOfflineModeration({
    settings: loadProcessSettings(),
    clock: systemClock,
    log: silentLogger,
  });
  try {
    await work(offline.room.bans);
  } finally {
    offline.close();
  }
}

function readPerson(text: string): string {
  if (!/^[a-z]+:\S+$/.test(text)) throw new InvalidArgumentError("write the platform and the id, such as discord:123");
  return text;
}

function readHours(text: string): number {
  if (!/^[1-9]\d{0,4}$/.test(text)) throw new InvalidArgumentError("give a whole number from 1 to 99999");
  return Number(text);
}
