import { describe, expect, it } from "vitest";
import { silentLogger } from "../../src/core/logger.ts";
import { openDatabase } from "../../src/storage/database.ts";
import { createPictureRegistry, hammingDistance } from "../../src/storage/picture-registry.ts";
import { seededRandom } from "../support/seeded-random.ts";

const HASH = "0123456789abcdef";
const thumbnail = Uint8Array.from({ length: 256 }, (_, i) => i);
const about = { job: "k3f9x2ab", index: 1, model: "easel-v0", madeAt: Date.UTC(2026, 4, 1) };
const sha = (digit: number): string => digit.toString(16).padStart(64, "0");

function setUp() {
  const database = openDatabase({ path: ":memory:", log: silentLogger });
  return { database, registry: createPictureRegistry({ database }) };
}

/** `hash` with so many different bits of it turned over. */
function turned(hash: string, bits: readonly number[]): string {
  const mask = bits.reduce((sum, bit) => sum | (1n << BigInt(bit)), 0n);
  return (BigInt(`0x${hash}`) ^ mask).toString(16).padStart(16, "0");
}

describe("the picture registry", () => {
  it("finds a file by its bytes", async () => {
    const { registry } = setUp();

    await registry.add({ ...about, sha256: sha(1), fingerprint: { hash: HASH, thumbnail } });

    expect(await registry.bySha256(sha(1))).toEqual(about);
    expect(await registry.bySha256(sha(2))).toBeUndefined();
  });

  it("finds pictures whose hash differs in up to seven bits, wherever they are, nearest first", async () => {
    const { registry } = setUp();
    const random = seededRandom(3);
    await registry.add({ ...about, sha256: sha(1), fingerprint: { hash: HASH, thumbnail } });
    await registry.add({
      ...about,
      job: "other000",
      sha256: sha(2),
      fingerprint: { hash: turned(HASH, [0, 1]), thumbnail },
    });

    for (let round = 0; round < 200; round++) {
      const bits = new Set<number>();
      while (bits.size < 7) bits.add(random(64));

      const found = await registry.byLooks(turned(HASH, [...bits]));

      expect(found.find(({ job }) => job === about.job)).toEqual({ ...about, fingerprint: { hash: HASH, thumbnail } });
    }
    expect((await registry.byLooks(turned(HASH, [0]))).map(({ job }) => job)).toEqual([about.job, "other000"]);
  });

  it("does not find what differs in eight bits, or has no hash", async () => {
    const { registry } = setUp();
    await registry.add({ ...about, sha256: sha(1), fingerprint: { hash: HASH, thumbnail } });
    await registry.add({ ...about, sha256: sha(2) });

    const found = await registry.byLooks(turned(HASH, [0, 1, 2, 3, 4, 5, 6, 7]));

    expect(found).toEqual([]);
  });

  it("remembers grids, which are no single picture, and the first of equal files", async () => {
    const { registry } = setUp();
    const { index: _, ...grid } = about;

    await registry.add({ ...grid, sha256: sha(1) });
    await registry.add({ ...about, job: "later000", sha256: sha(1), fingerprint: { hash: HASH, thumbnail } });

    expect(await registry.bySha256(sha(1))).toEqual(grid);
    expect(await registry.byLooks(HASH)).toEqual([]);
  });

  it("forgets a job's pictures and nothing else", async () => {
    const { database, registry } = setUp();
    await registry.add({ ...about, sha256: sha(1), fingerprint: { hash: HASH, thumbnail } });
    await registry.add({ ...about, job: "other000", sha256: sha(2), fingerprint: { hash: HASH, thumbnail } });

    await registry.forget(about.job);

    expect(await registry.bySha256(sha(1))).toBeUndefined();
    expect((await registry.byLooks(HASH)).map(({ job }) => job)).toEqual(["other000"]);
    expect(database.prepare("SELECT * FROM picture_hash_bytes").all()).toHaveLength(8);
  });

  it("forgets what a purge erases", async () => {
    const { database, registry } = setUp();
    database
      .prepare(
        `INSERT INTO jobs (id, key, state, tier, platform, person, channel, model, cost, predicted_ms, created_at, body, result)
         VALUES (?, 'k', 'delivered', 0, 'p', 'ann', 'c', 'm', 1, 1, 1, '{}', '{}')`,
      )
      .run(about.job);
    await registry.add({ ...about, sha256: sha(1), fingerprint: { hash: HASH, thumbnail } });

    database.prepare("UPDATE jobs SET state = 'failed' WHERE id = ?").run(about.job);
    const kept = await registry.bySha256(sha(1));
    database.prepare("UPDATE jobs SET result = NULL WHERE id = ?").run(about.job);

    expect(kept).toEqual(about);
    expect(await registry.bySha256(sha(1))).toBeUndefined();
    expect(await registry.byLooks(HASH)).toEqual([]);
  });

  it("looks at a small part of a large registry", async () => {
    const { database, registry } = setUp();
    const random = seededRandom(5);
    const hash = (): string => Array.from({ length: 16 }, () => random(16).toString(16)).join("");
    for (let i = 0; i < 3000; i++)
      await registry.add({ ...about, sha256: sha(i), fingerprint: { hash: hash(), thumbnail } });

    const plan = database
      .prepare<{ detail: string }>(
        "EXPLAIN QUERY PLAN SELECT picture FROM picture_hash_bytes WHERE place = 1 AND byte = 2",
      )
      .all();
    const rows = database
      .prepare<{ count: number }>("SELECT count(*) AS count FROM picture_hash_bytes WHERE place = 1 AND byte = 2")
      .get();

    expect(plan.map(({ detail }) => detail).join()).toContain("PRIMARY KEY (place=? AND byte=?)");
    expect(rows!.count).toBeLessThan(3000 / 64);
  });
});

describe("hammingDistance", () => {
  it.each([
    [HASH, HASH, 0],
    ["0000000000000000", "ffffffffffffffff", 64],
    ["8000000000000000", "0000000000000001", 2],
  ])("counts the bits that differ between %s and %s", (a, b, distance) => {
    expect(hammingDistance(a, b)).toBe(distance);
  });
});
