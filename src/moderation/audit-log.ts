import { createHash } from "node:crypto";
import type { Clock } from "../core/clock.ts";
import type { Database } from "../storage/database.ts";

export const AUDIT_EVENTS = [
  "request-refused",
  "request-held",
  "pictures-refused",
  "pictures-held",
  "upload-refused",
  "report",
  "appeal",
  "decision",
  "ban",
  "unban",
  "purge",
  "export",
  "pause",
  "resume",
  "channel",
  "link",
  "unlink",
  "model",
  "pruned",
] as const;
export type AuditEvent = (typeof AUDIT_EVENTS)[number];

/** What somebody did. People are `platform:id`; names and words people wrote are never part of it. */
export interface AuditEntry {
  readonly event: AuditEvent;
  readonly by: string;
  /** Whom it is about. */
  readonly person?: string;
  readonly platform?: string;
  readonly community?: string;
  readonly job?: string;
  readonly case?: string;
  readonly rule?: string;
  readonly detail?: string;
}

export interface AuditRow extends AuditEntry {
  readonly sequence: number;
  readonly at: number;
  /** sha256 of the row before. */
  readonly previous: string;
  readonly promptSha256?: string;
  readonly prompt?: string;
}

export type AuditFinding =
  | { readonly ok: true; readonly rows: number; readonly head: string }
  | { readonly ok: false; readonly row: number; readonly fault: string };

export interface AuditLog {
  /** Adds a row, inside the caller's transaction when there is one. `prompt` is stored as configured, or not at all. */
  append(entry: AuditEntry, prompt?: string): void;
  /** Newest first. */
  list(filter: { limit: number; person?: string }): AuditRow[];
  /** Forgets the words of a job's or a person's rows; their hashes and the chain stay. */
  erasePrompts(of: { job: string } | { person: string }): void;
  /** Removes rows from before a time; the chain then starts later, and a row says so. Returns how many. */
  prune(before: number): number;
}

export type AuditPrompts = "off" | "hash" | "full";

const FIRST = "0".repeat(64);
const PAGE = 1000;

type Stored = { sequence: number; body: string; hash: string; prompt: string | null };

/**
 * An append-only log in which every row holds the sha256 of the row before: whoever changes, removes or inserts a row has to rewrite all that
 * follow, and the head that an operator has written down.
 */
export function createAuditLog(deps: { database: Database; clock: Clock; prompts: AuditPrompts }): AuditLog {
  const { database, clock, prompts } = deps;
  const last = database.prepare<{ sequence: number; hash: string }>("SELECT sequence, hash FROM audit_head");
  const insert = database.prepare("INSERT INTO audit (sequence, body, hash, prompt) VALUES (?, ?, ?, ?)");
  const setHead = database.prepare("INSERT OR REPLACE INTO audit_head (one, sequence, hash) VALUES (1, ?, ?)");
  const newest = database.prepare<Stored>("SELECT * FROM audit ORDER BY sequence DESC LIMIT ?");
  const ofPerson = database.prepare<Stored>(
    "SELECT * FROM audit WHERE body ->> 'person' = ?1 OR body ->> 'by' = ?1 ORDER BY sequence DESC LIMIT ?2",
  );
  const eraseOfJob = database.prepare("UPDATE audit SET prompt = NULL WHERE body ->> 'job' = ?");
  const eraseOfPerson = database.prepare("UPDATE audit SET prompt = NULL WHERE body ->> 'person' = ?");
  const lastBefore = database.prepare<{ sequence: number; hash: string }>(
    "SELECT sequence, hash FROM audit WHERE body ->> 'at' < ? ORDER BY sequence DESC LIMIT 1",
  );
  const removeUpTo = database.prepare("DELETE FROM audit WHERE sequence <= ?");

  function append(entry: AuditEntry, prompt?: string): void {
    database.transaction(() => {
      const head = last.get();
      const sequence = (head?.sequence ?? 0) + 1;
      const promptSha256 = prompt === undefined || prompts === "off" ? undefined : sha256(prompt);
      const body = canonicalJson({ ...entry, sequence, at: clock.now(), previous: head?.hash ?? FIRST, promptSha256 });
      const hash = sha256(body);
      insert.run(sequence, body, hash, prompts === "full" ? (prompt ?? null) : null);
      setHead.run(sequence, hash);
    });
  }

  return {
    append,
    list: ({ limit, person }) => (person === undefined ? newest.all(limit) : ofPerson.all(person, limit)).map(toRow),
    erasePrompts: (of) => void ("job" in of ? eraseOfJob.run(of.job) : eraseOfPerson.run(of.person)),
    prune: (before) =>
      database.transaction(() => {
        const cut = lastBefore.get(before);
        if (!cut) return 0;
        append({ event: "pruned", by: "easel", detail: `${cut.sequence} ${cut.hash}` });
        return removeUpTo.run(cut.sequence);
      }),
  };
}

/** Whether every row is as it was written and none is missing. Reads all of it. `noted` is a head that somebody wrote down earlier. */
export function verifyAudit(database: Database, noted?: string): AuditFinding {
  const page = database.prepare<Stored>(`SELECT * FROM audit WHERE sequence > ? ORDER BY sequence LIMIT ${PAGE}`);
  const head = database.prepare<{ sequence: number; hash: string }>("SELECT sequence, hash FROM audit_head").get() ?? {
    sequence: 0,
    hash: FIRST,
  };
  let rows = 0;
  let expected: { sequence: number; hash: string } = { sequence: 0, hash: FIRST };
  let cut: { sequence: number; hash: string } | undefined;
  let sawCut = false;
  let sawNoted = noted === undefined || noted === FIRST;
  for (let found = page.all(0); found.length > 0; found = page.all(expected.sequence)) {
    for (const stored of found) {
      const fault = (text: string): AuditFinding => ({ ok: false, row: stored.sequence, fault: text });
      if (sha256(stored.body) !== stored.hash) return fault("it was changed");
      const row = toRow(stored);
      if (row.sequence !== stored.sequence) return fault("its number was changed");
      if (rows === 0 && row.sequence > 1) {
        cut = { sequence: row.sequence - 1, hash: row.previous };
        expected = cut;
      }
      if (row.sequence !== expected.sequence + 1) return fault("rows before it are missing");
      if (row.previous !== expected.hash) return fault("it does not follow the row before it");
      if (stored.prompt !== null && sha256(stored.prompt) !== row.promptSha256) return fault("its prompt was changed");
      if (cut && row.event === "pruned" && row.detail === `${cut.sequence} ${cut.hash}`) sawCut = true;
      if (stored.hash === noted) sawNoted = true;
      expected = { sequence: stored.sequence, hash: stored.hash };
      rows += 1;
    }
  }
  if (cut && !sawCut)
    return { ok: false, row: cut.sequence, fault: "rows up to here were removed, and not by pruning" };
  if (expected.sequence !== head.sequence || expected.hash !== head.hash) {
    return { ok: false, row: expected.sequence + 1, fault: "rows at the end are missing" };
  }
  if (!sawNoted) return { ok: false, row: 0, fault: "the noted head is not in the log" };
  return { ok: true, rows, head: head.hash };
}

function toRow({ body, prompt }: Stored): AuditRow {
  const row = JSON.parse(body) as AuditRow;
  return prompt === null ? row : { ...row, prompt };
}

/** The same entry is the same text: keys in order, nothing undefined. */
function canonicalJson(fields: Readonly<Record<string, string | number | undefined>>): string {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return JSON.stringify(Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1))));
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
