import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { silentLogger } from "../../src/core/logger.ts";
import { openDatabase } from "../../src/storage/database.ts";
import { openKeyValueStore } from "../../src/storage/key-value.ts";
import { openSettings } from "../../src/storage/open-settings.ts";
import { realClock } from "../support/real-clock.ts";
import { createRecordingLog } from "../support/recording-log.ts";
import { hasRedis, redisForTest } from "../support/redis-server.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const KEY = "settings:discord:ann";
const away = { code: "settings-away" };

/** A program with its own database. */
async function open(url: string, path = join(temporaryFolder(), "easel.db")) {
  const database = openDatabase({ path, log: silentLogger });
  const log = createRecordingLog();
  const settings = await openSettings({ url, database, clock: realClock, log });
  const close = async () => {
    await settings.close();
    database.close();
  };
  onTestFinished(close);
  return { ...settings, database, log, path, close, local: openKeyValueStore({ database, clock: realClock }) };
}

/** Tries until it works: a store that was away is asked again every other second. */
const soon = { timeout: 6000, interval: 200 };

describe.skipIf(!hasRedis())("settings in a shared store, a real Redis", () => {
  it("are shared by several programs; what belongs to one program stays in its database", async () => {
    const { url } = await redisForTest();
    const [one, other] = [await open(url), await open(url)];

    await one.store.set(KEY, { count: 2 });
    await one.store.set("place-settings:discord:server:1", { "max-count": 4 });
    await one.store.set("favourites:discord:ann", [1]);
    await one.store.set("paused", { by: "mod" });

    expect(await other.store.get(KEY)).toEqual({ count: 2 });
    expect(await other.store.get("place-settings:discord:server:1")).toEqual({ "max-count": 4 });
    expect(await other.store.get("favourites:discord:ann")).toBeUndefined();
    expect(await other.store.get("paused")).toBeUndefined();
    expect(await other.store.delete(KEY)).toBe(true);
    expect(await one.store.get(KEY)).toBeUndefined();
    expect(one.health!()).toEqual({ state: "ok" });
  });

  it("that were set before there was one are brought there, and what is there already counts", async () => {
    const { url } = await redisForTest();
    const path = join(temporaryFolder(), "easel.db");
    const alone = await open("", path);
    await alone.store.set(KEY, { count: 2 });
    await alone.store.set("settings:discord:bob", { count: 3 });
    await alone.store.set("favourites:discord:ann", [1]);
    await alone.close();
    const other = await open(url);
    await other.store.set("settings:discord:bob", { count: 8 });

    const one = await open(url, path);

    expect(await one.store.get(KEY)).toEqual({ count: 2 });
    await expect.poll(() => other.store.get(KEY), soon).toEqual({ count: 2 });
    expect(await one.store.get("settings:discord:bob")).toEqual({ count: 8 });
    await other.store.delete(KEY);
    expect(await one.store.get(KEY)).toBeUndefined();
    await one.close();
    const again = await open(url, path);
    expect(await again.store.get(KEY)).toBeUndefined();
  });

  it("case 49: gone: are those last known, also after a restart; cannot be changed; and are shared again when it is back", async () => {
    const redis = await redisForTest();
    const one = await open(redis.url);
    const other = await open(redis.url);
    await one.store.set(KEY, { count: 2 });
    await redis.kill();

    expect(await one.store.get(KEY)).toEqual({ count: 2 });
    await expect(one.store.set(KEY, { count: 3 })).rejects.toMatchObject(away);
    await expect(one.store.delete(KEY)).rejects.toMatchObject(away);
    expect(one.health!()).toMatchObject({ state: "degraded" });
    await one.store.set("favourites:discord:ann", [1]);
    await one.close();
    const restarted = await open(redis.url, one.path);
    expect(await restarted.store.get(KEY)).toEqual({ count: 2 });
    expect(await restarted.store.get("settings:discord:nobody")).toBeUndefined();

    await redis.start();
    await expect
      .poll(
        () =>
          restarted.store.set(KEY, { count: 4 }).then(
            () => "set",
            () => "away",
          ),
        soon,
      )
      .toBe("set");
    await expect.poll(() => other.store.get(KEY), soon).toEqual({ count: 4 });
    expect(restarted.health!()).toEqual({ state: "ok" });
    expect(restarted.log.lines.filter(({ level }) => level === "warn")).toHaveLength(1);
  });

  it("case 49: hung: nobody waits until it answers, and it is asked again", async () => {
    const redis = await redisForTest();
    const one = await open(redis.url);
    await one.store.set(KEY, { count: 2 });
    redis.freeze();
    onTestFinished(() => redis.thaw());

    const many = await Promise.all(Array.from({ length: 2000 }, () => one.store.get(KEY)));
    await expect(one.store.set(KEY, { count: 3 })).rejects.toMatchObject(away);
    redis.thaw();

    expect(many.every((value) => (value as { count: number }).count === 2)).toBe(true);
    await expect
      .poll(
        () =>
          one.store.set(KEY, { count: 3 }).then(
            () => "set",
            () => "away",
          ),
        soon,
      )
      .toBe("set");
    expect(one.health!()).toEqual({ state: "ok" });
  });

  it("case 49: out of memory: can be read and deleted, are not changed, and the connection stays", async () => {
    const redis = await redisForTest();
    const one = await open(redis.url);
    await one.store.set(KEY, { count: 2 });
    await redis.command("CONFIG", "SET", "maxmemory-policy", "noeviction");
    await redis.command("CONFIG", "SET", "maxmemory", "1");

    await expect(one.store.set(KEY, { count: 3 })).rejects.toMatchObject(away);
    expect(await one.store.get(KEY)).toEqual({ count: 2 });
    expect(one.health!()).toEqual({ state: "ok" });
    await redis.command("CONFIG", "SET", "maxmemory", "0");
    await expect
      .poll(
        () =>
          one.store.set(KEY, { count: 3 }).then(
            () => "set",
            () => "away",
          ),
        soon,
      )
      .toBe("set");

    expect(await one.store.get(KEY)).toEqual({ count: 3 });
  });

  it("are the last known ones where there never was a server", async () => {
    const one = await open("redis://127.0.0.1:1");

    expect(await one.store.get(KEY)).toBeUndefined();
    await expect(one.store.set(KEY, 1)).rejects.toMatchObject(away);
  });
});
