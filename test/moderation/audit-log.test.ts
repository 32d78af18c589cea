import { describe, expect, it } from "vitest";
import { silentLogger } from "../../src/core/logger.ts";
import { createAuditLog, verifyAudit, type AuditPrompts } from "../../src/moderation/audit-log.ts";
import { openDatabase } from "../../src/storage/database.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { seededRandom } from "../support/seeded-random.ts";

const DAY_MS = 24 * 3_600_000;

function setUp(prompts: AuditPrompts = "hash") {
  const clock = createFakeClock();
  const database = openDatabase({ path: ":memory:", log: silentLogger });
  const audit = createAuditLog({ database, clock, prompts });
  const fill = (rows: number) => {
    for (let i = 0; i < rows; i++) audit.append({ event: "pause", by: `discord:${i}` });
  };
  return { audit, clock, database, fill };
}

describe("the audit log", () => {
  it("gives back what was written, newest first", async () => {
    const { audit, clock } = setUp();
    audit.append({ event: "ban", by: "discord:1", person: "discord:2", detail: "until lifted" });
    await clock.advance(1000);
    audit.append({ event: "unban", by: "discord:3", person: "discord:2" });

    const rows = audit.list({ limit: 5 });

    expect(rows).toMatchObject([
      { sequence: 2, event: "unban", by: "discord:3", at: clock.now() },
      { sequence: 1, event: "ban", detail: "until lifted", previous: "0".repeat(64) },
    ]);
    expect(audit.list({ limit: 1 })).toHaveLength(1);
    expect(audit.list({ limit: 5, person: "discord:2" })).toHaveLength(2);
    expect(audit.list({ limit: 5, person: "discord:3" })).toHaveLength(1);
  });

  it.each([
    ["off", false, false],
    ["hash", true, false],
    ["full", true, true],
  ] as const)("keeps prompts as configured: %s", (prompts, hash, text) => {
    const { audit, database } = setUp(prompts);

    audit.append({ event: "request-refused", by: "discord:1" }, "sentinel words");

    const [row] = audit.list({ limit: 1 });
    expect([row?.promptSha256 !== undefined, row?.prompt === "sentinel words"]).toEqual([hash, text]);
    expect(verifyAudit(database)).toMatchObject({ ok: true, rows: 1 });
  });

  it("forgets prompts without breaking the chain", () => {
    const { audit, database } = setUp("full");
    audit.append({ event: "request-refused", by: "discord:1", person: "discord:1" }, "one");
    audit.append({ event: "request-held", by: "discord:2", job: "abc" }, "two");
    audit.append({ event: "request-held", by: "discord:3", job: "def" }, "three");

    audit.erasePrompts({ job: "abc" });
    audit.erasePrompts({ person: "discord:1" });

    expect(audit.list({ limit: 5 }).map(({ prompt }) => prompt)).toEqual(["three", undefined, undefined]);
    expect(verifyAudit(database)).toMatchObject({ ok: true, rows: 3 });
  });

  it("is sound when it is empty, and after 2,500 rows", () => {
    const { database, fill } = setUp();

    const empty = verifyAudit(database);
    fill(2500);

    expect(empty).toMatchObject({ ok: true, rows: 0 });
    expect(verifyAudit(database)).toMatchObject({ ok: true, rows: 2500 });
  });

  it.each([
    ["a changed body", "UPDATE audit SET body = replace(body, 'discord:4', 'discord:9') WHERE sequence = 5", 5],
    ["a row that is gone", "DELETE FROM audit WHERE sequence = 5", 6],
    ["rows that are gone from the start", "DELETE FROM audit WHERE sequence < 5", 4],
    ["rows that are gone from the end", "DELETE FROM audit WHERE sequence > 8", 9],
    ["an emptied log", "DELETE FROM audit", 1],
    ["a changed hash", "UPDATE audit SET hash = hash || 'x' WHERE sequence = 5", 5],
    [
      "two rows that changed places",
      "UPDATE audit SET sequence = -1 WHERE sequence = 5; UPDATE audit SET sequence = 5 WHERE sequence = 6; UPDATE audit SET sequence = 6 WHERE sequence = -1",
      5,
    ],
    ["an invented prompt", "UPDATE audit SET prompt = 'x' WHERE sequence = 5", 5],
  ])("finds %s", (_, sql, row) => {
    const { database, fill } = setUp();
    fill(10);

    database.exec(sql);

    expect(verifyAudit(database)).toMatchObject({ ok: false, row });
  });

  it("finds any one changed character of any row", () => {
    const random = seededRandom(5);
    for (let round = 0; round < 40; round++) {
      const { database, fill } = setUp();
      fill(5);
      const sequence = 1 + random(5);
      const { body } = database.prepare<{ body: string }>("SELECT body FROM audit WHERE sequence = ?").get(sequence)!;
      const at = random(body.length);
      const changed = `${body.slice(0, at)}${body[at] === "~" ? "!" : "~"}${body.slice(at + 1)}`;

      database.prepare("UPDATE audit SET body = ? WHERE sequence = ?").run(changed, sequence);

      expect(verifyAudit(database)).toMatchObject({ ok: false, row: sequence });
    }
  });

  it("finds a log that was written anew, by a head that somebody had noted", () => {
    const { database, fill, audit } = setUp();
    fill(3);
    const noted = verifyAudit(database);
    const head = noted.ok ? noted.head : "";
    fill(3);

    const continued = verifyAudit(database, head);
    database.exec("DELETE FROM audit; DELETE FROM audit_head");
    audit.append({ event: "resume", by: "somebody" });

    expect(continued).toMatchObject({ ok: true, rows: 6 });
    expect(verifyAudit(database)).toMatchObject({ ok: true });
    expect(verifyAudit(database, head)).toMatchObject({ ok: false, fault: "the noted head is not in the log" });
  });

  it("forgets what is too old and stays sound, again and again", async () => {
    const { audit, clock, database, fill } = setUp();
    for (let month = 0; month < 3; month++) {
      fill(4);
      await clock.advance(30 * DAY_MS);
      audit.prune(clock.now() - 10 * DAY_MS);

      expect(verifyAudit(database)).toMatchObject({ ok: true });
    }

    expect(audit.list({ limit: 50 }).map(({ event }) => event)).toEqual(["pruned"]);
    expect(audit.prune(0)).toBe(0);
  });
});
