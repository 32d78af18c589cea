import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, describe, expect, it } from "vitest";
import type { JobResult } from "../../src/core/job.ts";
import { silentLogger } from "../../src/core/logger.ts";
import { openDatabase, type Database } from "../../src/storage/database.ts";
import { runEasel, startEasel } from "../support/run-easel.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** Three requests of several pictures: at any moment one is drawn while others wait. */
const SEEDS = [11, 13, 15];
const script = (seed: number): string =>
  [0, 100, 200].map((more) => `a fox --seed ${seed + more} --count 2\n`).join("");

interface Row {
  readonly id: string;
  readonly state: string;
  readonly result: string | null;
  readonly body: string;
}

function rowsIn(database: Database): Row[] {
  return database.prepare<Row>("SELECT id, state, result, body FROM jobs ORDER BY sequence").all();
}

/** The pixels of every picture, by seed. */
function pixelsIn(folder: string): Record<number, string> {
  const database = openDatabase({ path: join(folder, "data/easel.db"), log: silentLogger });
  const pictures = rowsIn(database).flatMap(
    (row) => (JSON.parse(row.result ?? '{"pictures":[]}') as JobResult).pictures,
  );
  database.close();
  return Object.fromEntries(pictures.map(({ seed, pixelsSha256 }) => [seed, pixelsSha256]));
}

/** Runs the bot and kills the whole group of processes as soon as a job is seen in the state. False when it was too fast to be seen. */
async function killAt(state: string, folder: string, seed: number): Promise<boolean> {
  const child = startEasel(["start"], { cwd: folder });
  const exited = once(child, "exit");
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stdin.write(script(seed));
  // Who opens a new database while the program makes its tables gets into its way.
  await expect.poll(() => output, { interval: 5 }).toContain("draws on this machine");
  const database = openDatabase({ path: join(folder, "data/easel.db"), log: silentLogger });
  let seen = false;
  while (!seen) {
    const states = rowsIn(database).map((row) => row.state);
    seen = states.includes(state);
    if (states.length === 3 && states.every((other) => other === "delivered")) break;
    if (child.exitCode !== null) throw new Error(`It ended by itself: ${output}`);
    if (!seen) await sleep(1);
  }
  child.kill("SIGKILL");
  await exited;
  database.close();
  return seen;
}

describe("kill -9 of the whole program", () => {
  let expected: Record<number, string>;

  beforeAll(async () => {
    const folder = mkdtempSync(join(tmpdir(), "easel-test-"));
    await runEasel(["start"], { cwd: folder, input: SEEDS.map(script).join("") });
    expected = pixelsIn(folder);
    rmSync(folder, { recursive: true });
  });

  it.each(["queued", "running", "rendered"].flatMap((state) => SEEDS.map((seed) => [state, seed] as const)))(
    "while a job is %s (seed %i): after a restart every job has one answer, with the same pixels",
    async (state, seed) => {
      const folder = temporaryFolder();

      const seen = await killAt(state, folder, seed);
      const { code } = await runEasel(["start"], { cwd: folder, input: "/queue\n" });

      if (state !== "rendered") expect(seen).toBe(true);
      expect(code).toBe(0);
      const database = openDatabase({ path: join(folder, "data/easel.db"), log: silentLogger });
      const rows = rowsIn(database);
      const open = database
        .prepare<{ open: number }>("SELECT count(*) AS open FROM deliveries WHERE outcome IS NULL")
        .get();
      const posted = database
        .prepare<{ posted: number }>("SELECT count(*) AS posted FROM deliveries WHERE outcome = 'delivered'")
        .get();
      database.close();
      expect(rows.map((row) => row.state)).toEqual(rows.map(() => "delivered"));
      expect(rows.length).toBeGreaterThan(0);
      expect(open?.open).toBe(0);
      expect(posted?.posted).toBe(rows.length);
      expect(readdirSync(join(folder, "pictures")).sort()).toEqual(
        rows.flatMap(({ id }) => [`easel-${id}-1.png`, `easel-${id}-2.png`]).sort(),
      );
      expect(expected).toMatchObject(pixelsIn(folder));
    },
  );
});
