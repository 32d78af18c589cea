import type { Clock } from "../core/clock.ts";
import type { BlobRef, ImageRequest } from "../core/image-request.ts";
import type { Job, JobResult } from "../core/job.ts";
import type { PurgeSelection } from "../core/moderation.ts";
import type { Person } from "../core/platform.ts";
import type { Database, SqlValue } from "../storage/database.ts";

const PAGE = 500;

type Stored = { id: string; sequence: number; body: string; result: string | null };

/** Stored jobs as moderators and people who want their data see them; the queue itself only looks forward. */
export interface JobRecords {
  /** Ids of the selected jobs, oldest first; with `derived` also of those that were made from them (rerolls, variations, enlargements). */
  select(selection: PurgeSelection, options: { derived: boolean }): string[];
  /**
   * Takes everything out of a finished job that somebody wrote, drew or is known by, and drops its answers; a row without content stays for
   * the statistics. Returns the files it used, or undefined while it waits or runs.
   */
  erase(id: string): string[] | undefined;
  /** A refused job becomes a delivered one with these pictures. */
  showResult(id: string, result: JobResult): void;
  /** Those of the files (by sha256) that no job, no case and no question that waits uses. */
  unused(files: ReadonlySet<string>): Set<string>;
  /** Of a person, oldest first. */
  ofPerson(person: Pick<Person, "platform" | "id">): Job["id"][];
}

const ERASED = "purged";

export function createJobRecords({ database, clock }: { database: Database; clock: Clock }): JobRecords {
  const byId = database.prepare<Stored & { platform: string }>("SELECT * FROM jobs WHERE id = ?");
  const children = database.prepare<{ id: string; parent: string }>(
    "SELECT id, body ->> '$.request.parent.job' AS parent FROM jobs WHERE parent IS NOT NULL",
  );
  const erase = database.prepare<{ sequence: number }>(
    `UPDATE jobs SET key = ?1 || ':' || id, person = ?1, channel = ?1, body = ?2, result = NULL, failure = NULL, cancelled_by = NULL
     WHERE id = ?3 AND state NOT IN ('queued', 'running') RETURNING sequence`,
  );
  const dropAnswer = database.prepare("DELETE FROM deliveries WHERE job = ?");
  const show = database.prepare(
    "UPDATE jobs SET state = 'delivered', result = ?, failure = NULL WHERE id = ? AND state = 'refused'",
  );
  const page = database.prepare<Stored>(
    `SELECT id, sequence, body, result FROM jobs WHERE sequence > ? ORDER BY sequence LIMIT ${PAGE}`,
  );
  const waiting = database.prepare<{ text: string }>(
    "SELECT body AS text FROM cases WHERE body IS NOT NULL UNION ALL SELECT value FROM key_values",
  );

  function selected(selection: PurgeSelection): string[] {
    const { job, person, withinMs, before, platform, community } = selection;
    const all: [string, SqlValue | undefined][] = [
      ["id = ?", job],
      // By the account that asked; the first condition is for the index.
      ["person IN (SELECT ? UNION SELECT main_person FROM linked_accounts)", person],
      ["coalesce(body ->> '$.person.account.id', person) = ?", person],
      ["created_at >= ?", withinMs === undefined ? undefined : clock.now() - withinMs],
      ["created_at <= ?", before],
      ["coalesce(body ->> '$.person.account.platform', platform) = ?", platform],
      ["coalesce(body ->> '$.place.community', channel) = ?", community],
    ];
    const conditions = all.filter((entry): entry is [string, SqlValue] => entry[1] !== undefined);
    if (conditions.length === 0) throw new Error("a purge of everything is not asked for like this");
    const where = conditions.map(([condition]) => condition).join(" AND ");
    const sql = `SELECT id FROM jobs WHERE ${where} AND person <> '${ERASED}' ORDER BY sequence`;
    const rows = database.prepare<{ id: string }>(sql).all(...conditions.map(([, value]) => value));
    return rows.map(({ id }) => id);
  }

  function withDerived(ids: readonly string[]): string[] {
    const all = new Set(ids);
    const byParent = groupByParent();
    // A set that grows while it is walked is walked to its end.
    for (const id of all) for (const child of byParent.get(id) ?? []) all.add(child.id);
    return [...all];
  }

  function groupByParent(): Map<string, { id: string }[]> {
    const groups = new Map<string, { id: string }[]>();
    for (const { id, parent } of children.all()) groups.set(parent, [...(groups.get(parent) ?? []), { id }]);
    return groups;
  }

  return {
    select: (selection, { derived }) => (derived ? withDerived(selected(selection)) : selected(selection)),
    erase: (id) =>
      database.transaction(() => {
        const row = byId.get(id);
        if (!row) return [];
        const files = [...filesIn(row.body), ...filesIn(row.result ?? "")];
        const erased = erase.get(ERASED, emptyBody(JSON.parse(row.body) as Job), id);
        if (!erased) return undefined;
        dropAnswer.run(erased.sequence);
        return files;
      }),
    showResult: (id, result) => void show.run(JSON.stringify(result), id),
    unused(files) {
      const left = new Set(files);
      const keep = (text: string): void => filesIn(text).forEach((file) => left.delete(file));
      for (const { text } of waiting.all()) keep(text);
      let after = 0;
      for (let rows = page.all(after); rows.length > 0 && left.size > 0; rows = page.all(after)) {
        for (const { body, result } of rows) keep(body + (result ?? ""));
        after = rows.at(-1)!.sequence;
      }
      return left;
    },
    ofPerson: ({ platform, id }) => selected({ platform, person: id }),
  };
}

/** The files that stored JSON refers to. */
export function filesIn(json: string): string[] {
  return [...json.matchAll(/"sha256":"([0-9a-f]{64})"/g)].map((match) => match[1]!);
}

/** What is left of a job: which model worked how much on which platform. */
function emptyBody({ request, person: { platform } }: Job): string {
  const { mode, model, widthPx, heightPx, steps, guidanceScale, scheduler } = request;
  const kept: ImageRequest = {
    mode,
    model,
    widthPx,
    heightPx,
    steps,
    guidanceScale,
    scheduler,
    prompt: "",
    negativePrompt: "",
    pictures: [],
    tile: false,
    private: true,
    notes: [],
  };
  const person: Person = { platform, id: ERASED, name: "", moderator: false, roles: [] };
  const place = { platform, channel: ERASED, ageRestricted: false };
  return JSON.stringify({ request: kept, person, place, address: { platform } });
}

/** A file by its name alone, as BlobStore.delete takes it. */
export function fileRef(sha256: string): BlobRef {
  return { sha256, mimeType: "application/octet-stream" };
}
