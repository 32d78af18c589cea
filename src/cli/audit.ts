import { Command, InvalidArgumentError } from "commander";
import { loadProcessSettings } from "../config/load.ts";
import { silentLogger } from "../core/logger.ts";
import { verifyAudit, type AuditRow } from "../moderation/audit-log.ts";
import { openOfflineModeration, type OfflineModeration } from "../offline-moderation.ts";
import { systemClock } from "../system-clock.ts";

/** `easel audit list` and `easel audit verify`: what was refused and decided, and whether the log of it is as it was written. */
export function auditCommand(): Command {
  const list = new Command("list")
    .description("Print the newest rows of the audit log, newest first")
    .option("--limit <rows>", "how many", readCount, 50)
    .option("--person <platform:id>", "only about or by this person, e.g. discord:123")
    .option("--json", "one JSON object a line")
    .action((options: { limit: number; person?: string; json?: boolean }) =>
      withModeration(({ room }) => {
        const { limit, person, json } = options;
        const rows = room.audit.list({ limit, ...(person === undefined ? {} : { person }) });
        for (const row of rows) process.stdout.write(`${json ? JSON.stringify(row) : auditLine(row)}\n`);
      }),
    );
  const verify = new Command("verify")
    .description("Check that no row of the audit log was changed or removed; exit code 1 when one was")
    .option("--head <sha256>", "a head that an earlier run printed, and that must still be part of the log")
    .action(({ head }: { head?: string }) =>
      withModeration(({ database }) => {
        const finding = verifyAudit(database, head);
        process.stdout.write(
          finding.ok
            ? `The audit log is sound: ${finding.rows} rows. Head: ${finding.head}\n`
            : `The audit log is NOT sound. Row ${finding.row}: ${finding.fault}.\n`,
        );
        process.exitCode = finding.ok ? 0 : 1;
      }),
    );
  return new Command("audit")
    .description("The log of refusals, reports and decisions")
    .addCommand(list)
    .addCommand(verify);
}

async function withModeration(work: (offline: OfflineModeration) => void): Promise<void> {
  const offline = await openOfflineModeration({
    settings: loadProcessSettings(),
    clock: systemClock,
    log: silentLogger,
  });
  try {
    work(offline);
  } finally {
    offline.close();
  }
}

/** 2026-01-02T03:04:05.000Z  12 ban by discord:1 person=discord:2 detail="until lifted" */
export function auditLine(row: AuditRow): string {
  const { platform, community, person, job, case: id, rule, detail, prompt } = row;
  const hash = row.promptSha256?.slice(0, 12);
  const fields = Object.entries({ platform, community, person, job, case: id, rule, detail, hash, prompt })
    .filter((entry): entry is [string, string] => entry[1] !== undefined)
    .map(([name, value]) => `${name}=${quoted(value)}`);
  return [new Date(row.at).toISOString(), ` ${row.sequence}`, row.event, "by", quoted(row.by), ...fields].join(" ");
}

/** Control characters and spaces cannot make two values, or two lines, of one. */
function quoted(value: string): string {
  return /^[\w./:-]+$/.test(value) ? value : JSON.stringify(value);
}

function readCount(text: string): number {
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new InvalidArgumentError("give a whole number from 1 to 9999999");
  return Number(text);
}
