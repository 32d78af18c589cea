import { Command, InvalidArgumentError } from "commander";
import { loadProcessSettings } from "../config/load.ts";
import { silentLogger } from "../core/logger.ts";
import { personKey } from "../core/moderation.ts";
import type { Account } from "../core/platform.ts";
import type { LinkedAccounts } from "../moderation/linked-accounts.ts";
import { openOfflineModeration } from "../offline-moderation.ts";
import { systemClock } from "../system-clock.ts";

const BY = "operator";
const EXAMPLES = "discord:123456789012345678, or slack:T0123/U0456 (E… in place of T… in an organisation)";

/** How accounts are written, by platform. In Slack somebody's id is unique within a workspace or organisation. */
const IDS: Readonly<Record<string, RegExp>> = { discord: /^\d{5,20}$/, slack: /^[TE][A-Z0-9]+:[UW][A-Z0-9]+$/ };

/** `easel people link|unlink|list`: which accounts are one person. Works beside a running bot. */
export function peopleCommand(): Command {
  const link = new Command("link")
    .description("Make two accounts one person: one history, quota, place in the queue, set of favourites and settings")
    .argument("<account>", "the account that the person is known by from now on", readAccount)
    .argument("<other>", `another account of the same person: ${EXAMPLES}`, readAccount)
    .action((account: Account, other: Account) =>
      withPeople(async (people) => {
        const linked = await people.link(account, other, BY);
        const accounts = people.accountsOf(account).map(personKey).join(", ");
        process.stdout.write(
          linked
            ? `One person now: ${accounts}. Each reads what the others asked for; a ban of one holds for all.\n`
            : `Nothing to do: ${accounts} is one person already.\n`,
        );
      }),
    );
  const unlink = new Command("unlink")
    .description(
      "Make an account a person of its own again, with what it asked for; exit code 1 when it is linked to none",
    )
    .argument("<account>", EXAMPLES, readAccount)
    .action((account: Account) =>
      withPeople(async (people) => {
        const unlinked = await people.unlink(account, BY);
        const name = personKey(account);
        process.stdout.write(unlinked ? `${name} is a person of its own again.\n` : `${name} is linked to no other.\n`);
        process.exitCode = unlinked ? 0 : 1;
      }),
    );
  const list = new Command("list").description("Print who has several accounts, one person a line").action(() =>
    withPeople(async (people) => {
      for (const accounts of people.list()) process.stdout.write(`${accounts.map(personKey).join(" ")}\n`);
    }),
  );
  return new Command("people")
    .description("Link the accounts of one person on several platforms")
    .addCommand(link)
    .addCommand(unlink)
    .addCommand(list);
}

async function withPeople(work: (people: LinkedAccounts) => Promise<void>): Promise<void> {
  const offline = await openOfflineModeration({
    settings: loadProcessSettings(),
    clock: systemClock,
    log: silentLogger,
  });
  try {
    await work(offline.room.people);
  } finally {
    offline.close();
  }
}

function readAccount(text: string): Account {
  const [, platform = "", written = ""] = /^([a-z]+):(\S+)$/.exec(text) ?? [];
  const id = platform === "slack" ? written.replace("/", ":") : written;
  if (!IDS[platform]?.test(id)) throw new InvalidArgumentError(`write ${EXAMPLES}`);
  return { platform, id };
}
