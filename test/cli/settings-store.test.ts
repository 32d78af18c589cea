import { describe, expect, it } from "vitest";
import { settingsStore } from "../../src/cli/doctor-checks.ts";
import { hasRedis, redisForTest } from "../support/redis-server.ts";

describe("easel doctor, about the store of settings", () => {
  it("says that there is none but the database", async () => {
    expect(await settingsStore({ KEYV_URL: "" })).toEqual([
      { check: "settings store", state: "ok", detail: "settings are in the database" },
    ]);
  });

  it("says that nothing listens, without the password", async () => {
    const [finding] = await settingsStore({ KEYV_URL: "redis://:secret@127.0.0.1:1" });

    expect(finding).toMatchObject({ state: "warn", detail: expect.stringMatching(/cannot be used: .*ECONNREFUSED/) });
    expect(finding!.fix).toContain("KEYV_URL");
    expect(JSON.stringify(finding)).not.toContain("secret");
  });

  it.skipIf(!hasRedis())("tries a real Redis out, and says what it refuses", async () => {
    const redis = await redisForTest();

    const [fine] = await settingsStore({ KEYV_URL: redis.url });
    await redis.command("CONFIG", "SET", "maxmemory", "1");
    const [full] = await settingsStore({ KEYV_URL: redis.url });

    expect(fine).toMatchObject({ state: "ok" });
    expect(full).toMatchObject({ state: "warn", detail: expect.stringContaining("OOM") });
  });
});
