import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { silentLogger } from "../../src/core/logger.ts";
import { createSqliteQueue } from "../../src/jobs/sqlite-queue.ts";
import { checkDatabase, openDatabase } from "../../src/storage/database.ts";
import { createQuotaLedger } from "../../src/storage/quotas.ts";
import { postAnswers, RESULT } from "../contracts/job-queue/queue-world.ts";
import { realClock } from "../support/real-clock.ts";
import { seededRandom } from "../support/seeded-random.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const KILLS = 8;
const writer = fileURLToPath(new URL("../support/sqlite-queue-writer.mjs", import.meta.url));

/** Starts the writer, kills it `afterMs` after its first word, and returns its words. */
async function writeAndDie(path: string, seed: number, afterMs: number): Promise<string[][]> {
  const child = spawn(process.execPath, [writer, path, String(seed), `run-${seed}`], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const closed = once(child, "close");
  const lines: string[] = [];
  const reader = createInterface({ input: child.stdout }).on("line", (line) => void lines.push(line));
  await Promise.race([once(reader, "line"), closed]);
  await sleep(afterMs);
  child.kill("SIGKILL");
  const [, signal] = (await closed) as [number | null, string | null];
  expect(signal).toBe("SIGKILL");
  return lines.map((line) => line.split(" "));
}

describe("kill -9", () => {
  it.each([1, 2, 3, 4])("loses nothing that was promised, however often (seed %i)", async (seed) => {
    const path = join(temporaryFolder(), "easel.db");
    const random = seededRandom(seed);
    const promises: string[][] = [];
    for (let i = 0; i < KILLS; i++) promises.push(...(await writeAndDie(path, seed * 100 + i, random(120))));
    const told = (what: string) => promises.filter(([word]) => word === what);

    const clock = realClock;
    const database = openDatabase({ path, log: silentLogger });
    const quotas = createQuotaLedger({ database, clock });
    const settings = { maxAttempts: 1000 };
    const queue = createSqliteQueue({ database, quotas, clock, random, log: silentLogger, settings });

    expect(checkDatabase(database)).toEqual([]);
    expect(told("accepted").length).toBeGreaterThan(20);
    expect(told("posted").length).toBeGreaterThan(5);
    for (const [, key, id] of told("accepted")) expect((await queue.find(key!))?.id).toBe(id);
    for (const [, id, state] of told("ended")) {
      expect([state, "delivered"]).toContain((await queue.get(id!))?.state);
    }

    // The next start brings every job to its one answer.
    await queue.recover();
    for (
      let lease = await queue.claim({ id: "gpu0" }, 60_000);
      lease;
      lease = await queue.claim({ id: "gpu0" }, 60_000)
    ) {
      await queue.complete(lease, RESULT, 100);
    }
    const posted = (await postAnswers(queue)).map(({ id }) => id);

    expect(new Set(posted).size).toBe(posted.length);
    expect(told("posted").filter(([, id]) => posted.includes(id!))).toEqual([]);
    expect(await queue.stats()).toEqual({
      waiting: { interactive: 0, batch: 0, background: 0 },
      running: 0,
      undelivered: 0,
      waitingMs: 0,
    });
    const answers = database.prepare<{ jobs: number; answers: number }>(
      "SELECT (SELECT count(*) FROM jobs) AS jobs, (SELECT count(*) FROM deliveries WHERE outcome = 'delivered') AS answers",
    );
    expect(answers.get()?.answers).toBe(answers.get()?.jobs);
  });
});
