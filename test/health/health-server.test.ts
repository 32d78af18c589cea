import { describe, expect, it, onTestFinished } from "vitest";
import { degraded, down, healthOf, HEALTHY, type HealthReport } from "../../src/core/health.ts";
import { createHealthServer } from "../../src/health/health-server.ts";
import { createRecordingLog } from "../support/recording-log.ts";

const database = HEALTHY;

/** Asks a page of a program in this state. */
async function ask(path: string, report: () => Promise<HealthReport>, init: RequestInit = {}) {
  const log = createRecordingLog();
  const server = createHealthServer({ host: "127.0.0.1", port: 0, report, log });
  onTestFinished(() => server.close());
  const response = await fetch(`http://127.0.0.1:${await server.listen()}${path}`, init);
  const text = await response.text();
  return { status: response.status, body: text === "" ? undefined : (JSON.parse(text) as unknown) };
}

const say = (parts: HealthReport["parts"]) => async () => healthOf(parts);

describe("the pages of health", () => {
  it.each([
    ["all is well", { database, discord: HEALTHY }, 200, "ok"],
    ["a part serves less", { database, discord: degraded("Discord limits this bot.") }, 200, "degraded"],
    ["a part does not serve", { database: down("It cannot be read."), discord: degraded("x") }, 503, "down"],
  ] as const)("say by status and sentence that %s", async (_, parts, status, state) => {
    expect(await ask("/health", say(parts))).toEqual({ status, body: { state, parts } });
  });

  it("say in few words whether people are served", async () => {
    const lame = { database, discord: degraded("x") };

    expect(await ask("/readyz", say(lame))).toEqual({
      status: 200,
      body: { ready: true, parts: { database: true, discord: true } },
    });
    expect(await ask("/readyz", say({ ...lame, devices: down("cpu is failed.") }))).toEqual({
      status: 503,
      body: { ready: false, parts: { database: true, discord: true, devices: false } },
    });
  });

  it("say that the process lives without asking anybody", async () => {
    expect(await ask("/livez", () => Promise.reject(new Error("not asked")))).toEqual({
      status: 200,
      body: { state: "ok" },
    });
  });

  it("say down when nobody knows", async () => {
    const { status, body } = await ask("/health", () => Promise.reject(new Error("secret reason")));

    expect({ status, body }).toEqual({ status: 503, body: { state: "down" } });
  });

  it("are three, to be read only", async () => {
    expect(await ask("/", say({}))).toMatchObject({ status: 404, body: { pages: ["/livez", "/readyz", "/health"] } });
    expect(await ask("/health", say({}), { method: "POST", body: "x" })).toMatchObject({ status: 405 });
    expect(await ask("/health", say({ database: down("x") }), { method: "HEAD" })).toEqual({
      status: 503,
      body: undefined,
    });
  });

  it("say which setting names a port that cannot be used", async () => {
    const log = createRecordingLog();
    const first = createHealthServer({ host: "127.0.0.1", port: 0, report: say({}), log });
    onTestFinished(() => first.close());
    const port = await first.listen();

    await expect(createHealthServer({ host: "127.0.0.1", port, report: say({}), log }).listen()).rejects.toThrow(
      `HEALTH_PORT ${port} cannot be used: listen EADDRINUSE`,
    );
  });
});
