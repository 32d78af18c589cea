import type { CaseKind, Decision } from "../core/moderation.ts";
import type { Person } from "../core/platform.ts";
import type { Database } from "../storage/database.ts";

export interface CaseRow {
  readonly id: string;
  readonly kind: CaseKind;
  /** A job's id, or the key of the request that waits. */
  readonly subject: string;
  readonly platform: string;
  readonly community: string;
  readonly person: string;
  readonly rule: string | null;
  readonly opened_at: number;
  readonly decision: Decision | "withdrawn" | null;
  readonly decided_by: string | null;
  readonly decided_at: number | null;
  /** What waits, as JSON; gone once it is decided. */
  readonly body: string | null;
}

export interface ReportRow {
  readonly case_id: string;
  readonly platform: string;
  readonly reporter: string;
  readonly reason: string | null;
  readonly at: number;
}

type NewCase = Pick<CaseRow, "id" | "kind" | "subject" | "platform" | "community" | "person" | "rule" | "body">;
type Community = Pick<CaseRow, "platform" | "community">;
type Who = Pick<Person, "platform" | "id">;

/** The statements on the tables cases and reports. */
export interface CaseRows {
  /** The open case of this kind and subject: a second one is not made. */
  open(row: NewCase, now: number): CaseRow;
  byId(id: string): CaseRow | undefined;
  waiting(of: Community, limit: number): CaseRow[];
  countWaiting(of: Community): number;
  countDecided(of: Community, since: number): number;
  /** False when it was decided before. Forgets what waited. */
  decide(id: string, decision: Decision | "withdrawn", by: string, now: number): boolean;
  ofPerson(person: Who): CaseRow[];
  countAppeals(person: Who, since: number): number;
  /** False when the same person reported the case before. */
  addReport(report: ReportRow): boolean;
  /** Whether somebody has ever reported this job. */
  hasReported(job: string, reporter: Who): boolean;
  reportsOf(id: string): ReportRow[];
  reportsBy(person: Who): ReportRow[];
  countReports(person: Who, since: number): number;
  /** Open cases about a job are over when it is erased, and what people wrote about it goes with it. Returns what waited. */
  eraseJob(job: string, now: number): string[];
  /** The same for all that waits for a person, and for what they reported. */
  erasePerson(person: Who, now: number): string[];
  prune(before: number): number;
}

export function createCaseRows(database: Database): CaseRows {
  const select = (where: string) => database.prepare<CaseRow>(`SELECT * FROM cases WHERE ${where}`);
  const count = (table: string, where: string) =>
    database.prepare<{ rows: number }>(`SELECT count(*) AS rows FROM ${table} WHERE ${where}`);
  const byId = select("id = ?");
  const openOf = select("kind = ? AND subject = ? AND decision IS NULL");
  const insert = database.prepare<CaseRow>(
    `INSERT INTO cases (id, kind, subject, platform, community, person, rule, opened_at, body)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING *`,
  );
  const waiting = select("platform = ? AND community = ? AND decision IS NULL ORDER BY sequence LIMIT ?");
  const countWaiting = count("cases", "platform = ? AND community = ? AND decision IS NULL");
  const countDecided = count("cases", "platform = ? AND community = ? AND decided_at > ?");
  // A decision to delete has withdrawn the case by deleting what it was about; the decision is what counts.
  const decide = database.prepare(
    "UPDATE cases SET decision = ?, decided_by = ?, decided_at = ?, body = NULL WHERE id = ? AND coalesce(decision, 'withdrawn') = 'withdrawn'",
  );
  const ofPerson = select("platform = ? AND person = ? ORDER BY sequence");
  const countAppeals = count("cases", "platform = ? AND person = ? AND kind = 'appeal' AND opened_at > ?");
  const addReport = database.prepare(
    "INSERT OR IGNORE INTO reports (case_id, platform, reporter, reason, at) VALUES (?, ?, ?, ?, ?)",
  );
  const reported = count(
    "reports JOIN cases ON id = case_id",
    "kind = 'report' AND subject = ? AND reports.platform = ? AND reporter = ?",
  );
  const reportsOf = database.prepare<ReportRow>("SELECT * FROM reports WHERE case_id = ? ORDER BY at");
  const reportsBy = database.prepare<ReportRow>(
    "SELECT * FROM reports WHERE platform = ? AND reporter = ? ORDER BY at",
  );
  const countReports = count("reports", "platform = ? AND reporter = ? AND at > ?");
  const ofJob = select("subject = ? AND kind IN ('report', 'held-pictures')");
  const eraseReasons = database.prepare("UPDATE reports SET reason = NULL WHERE case_id = ?");
  const removeReports = database.prepare("DELETE FROM reports WHERE platform = ? AND reporter = ?");
  const prune = database.prepare("DELETE FROM cases WHERE decided_at < ?");

  function withdraw(rows: readonly CaseRow[], now: number): string[] {
    for (const { id } of rows) {
      decide.run("withdrawn", "easel", now, id);
      eraseReasons.run(id);
    }
    return rows.flatMap(({ body }) => (body === null ? [] : [body]));
  }

  return {
    open: (row, now) =>
      database.transaction(() => {
        const { id, kind, subject, platform, community, person, rule, body } = row;
        return (
          openOf.get(kind, subject) ?? insert.get(id, kind, subject, platform, community, person, rule, now, body)!
        );
      }),
    byId: (id) => byId.get(id),
    waiting: ({ platform, community }, limit) => waiting.all(platform, community, limit),
    countWaiting: ({ platform, community }) => countWaiting.get(platform, community)?.rows ?? 0,
    countDecided: ({ platform, community }, since) => countDecided.get(platform, community, since)?.rows ?? 0,
    decide: (id, decision, by, now) => decide.run(decision, by, now, id) > 0,
    ofPerson: ({ platform, id }) => ofPerson.all(platform, id),
    countAppeals: ({ platform, id }, since) => countAppeals.get(platform, id, since)?.rows ?? 0,
    addReport: ({ case_id, platform, reporter, reason, at }) =>
      addReport.run(case_id, platform, reporter, reason, at) > 0,
    hasReported: (job, { platform, id }) => (reported.get(job, platform, id)?.rows ?? 0) > 0,
    reportsOf: (id) => reportsOf.all(id),
    reportsBy: ({ platform, id }) => reportsBy.all(platform, id),
    countReports: ({ platform, id }, since) => countReports.get(platform, id, since)?.rows ?? 0,
    eraseJob: (job, now) => withdraw(ofJob.all(job), now),
    erasePerson({ platform, id }, now) {
      removeReports.run(platform, id);
      return withdraw(ofPerson.all(platform, id), now);
    },
    prune: (before) => prune.run(before),
  };
}
