import { writeFile } from "node:fs/promises";
import { Command } from "commander";
import { loadProcessSettings } from "../config/load.ts";
import { UserError } from "../core/errors.ts";
import { silentLogger } from "../core/logger.ts";
import type { Person } from "../core/platform.ts";
import { purgeText } from "../core/purge-text.ts";
import type { ModerationRoom } from "../moderation/create-moderation.ts";
import { openOfflineModeration } from "../offline-moderation.ts";
import { systemClock } from "../system-clock.ts";

const BY = "operator";

/** `easel privacy export|delete <platform> <person>`: what somebody is entitled to, from the operator's side. Works beside a running bot. */
export function privacyCommand(): Command {
  const exportCommand = new Command("export")
    .description("Write everything that is stored about somebody into a JSON file")
    .argument("<platform>", "discord, slack or terminal")
    .argument("<person>", "their id on the platform")
    .option("--out <file>", "where to; by default easel-<platform>-<person>.json")
    .action((platform: string, id: string, { out }: { out?: string }) =>
      withRoom(async (room) => {
        const record = await room.exportPerson({ platform, id }, BY);
        const file = out ?? `easel-${fileName(platform)}-${fileName(id)}.json`;
        await write(file, `${JSON.stringify(record, undefined, 2)}\n`);
        process.stdout.write(`${file}: ${record.jobs.length} requests, ${record.audit.length} rows of the audit log\n`);
      }),
    );
  const deleteCommand = new Command("delete")
    .description("Erase somebody's requests, pictures, settings and reports; bans and the log of decisions stay")
    .argument("<platform>", "discord, slack or terminal")
    .argument("<person>", "their id on the platform")
    .option("--yes", "really do it; there is no way back")
    .action((platform: string, id: string, { yes }: { yes?: boolean }) =>
      withRoom(async (room) => {
        const person: Pick<Person, "platform" | "id"> = { platform, id };
        const { jobs, pictures } = await room.purges.summary(person);
        if (!yes) throw new UserError("not-confirmed", { what: `Erasing ${jobs} requests and ${pictures} pictures` });
        process.stdout.write(`${purgeText(await room.purges.forget(person, BY))}\n`);
      }),
    );
  return new Command("privacy")
    .description("Hand out or erase what is stored about somebody")
    .addCommand(exportCommand)
    .addCommand(deleteCommand);
}

async function withRoom(work: (room: ModerationRoom) => Promise<void>): Promise<void> {
  const offline = await openOfflineModeration({
    settings: loadProcessSettings(),
    clock: systemClock,
    log: silentLogger,
  });
  try {
    await work(offline.room);
  } finally {
    offline.close();
  }
}

function fileName(part: string): string {
  return part.replaceAll(/[^\w-]/g, "_");
}

/** Only for the operator's eyes, and never over another file. */
async function write(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text, { mode: 0o600, flag: "wx" });
  } catch (error) {
    throw new UserError("file-unwritable", { file, reason: (error as Error).message }, { cause: error });
  }
}
