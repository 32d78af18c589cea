import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it, vi } from "vitest";
import { CrashError, type GenerateEvent, type GenerateTask } from "../../src/core/generator.ts";
import type { Clock } from "../../src/core/clock.ts";
import { UserError } from "../../src/core/errors.ts";
import { createPool, type Pool, type PoolDeps } from "../../src/inference/pool.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { imageRequest } from "../support/image-request.ts";
import { isAlive } from "../support/is-alive.ts";
import { realClock } from "../support/real-clock.ts";
import { createRecordingLog } from "../support/recording-log.ts";

const childEntry = fileURLToPath(new URL("../support/scripted-child.mjs", import.meta.url));
const pools: Pool[] = [];

function startPool(
  options: {
    devices?: readonly string[];
    clock?: Clock;
    limits?: PoolDeps["limits"];
    env?: PoolDeps["env"];
    modelPath?: PoolDeps["modelPath"];
  } = {},
) {
  const log = createRecordingLog();
  const pool = createPool({
    devices: (options.devices ?? ["cpu"]).map((device, index) => ({
      id: `${device}-${index}`,
      device,
      threads: 1,
      classifiers: "models",
    })),
    childEntry,
    modelPath: options.modelPath ?? ((model) => `/models/${model}`),
    clock: options.clock ?? realClock,
    log,
    limits: { firstBackoffMs: 1, maxBackoffMs: 1, ...options.limits },
    env: options.env ?? {},
  });
  pools.push(pool);
  return { pool, log };
}

function task(prompt: string, rest: Partial<GenerateTask["request"]> = {}): GenerateTask {
  return { job: "job1", request: imageRequest({ prompt, ...rest }), inputs: {}, previews: false };
}

const never = new AbortController().signal;
const ignore = () => {};
const stateOf = (pool: Pool) => pool.devices()[0]!.state;

/** Runs a task up to its first step; the promise of its end is wrapped so that it is not awaited here. */
async function untilFirstStep(pool: Pool, prompt: string, signal = never) {
  let ended: Promise<unknown> = Promise.resolve();
  await new Promise<void>((resolve, reject) => {
    ended = pool.generate(task(prompt), (event) => event.type === "step" && resolve(), signal);
    ended.catch(reject);
  });
  return { ended };
}

afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.stop({ graceMs: 0 })));
});

/** An upload whose value says what the scripted child does with it. */
const onePixel = (value: number) => ({
  widthPx: 1,
  heightPx: 1,
  channels: 3 as const,
  data: new Uint8Array(3).fill(value),
});

describe("the pool", () => {
  it("returns the pictures and forwards the events of a run", async () => {
    const { pool } = startPool();
    const events: GenerateEvent[] = [];

    const generated = await pool.generate(task("fox", { steps: 2 }), (event) => events.push(event), never);

    expect(generated.pictures.map(({ seed, data }) => [seed, data[0], data.length])).toEqual([
      [7, 7, 768],
      [8, 8, 768],
    ]);
    expect(generated.pictures[0]!.data).toBeInstanceOf(Uint8Array);
    expect(events).toEqual([
      { type: "loading", model: "m" },
      { type: "step", step: 1, steps: 2 },
      { type: "step", step: 2, steps: 2 },
    ]);
  });

  it("hands input pictures to the child as bytes", async () => {
    const { pool } = startPool();
    const image = { widthPx: 2, heightPx: 2, channels: 3 as const, data: new Uint8Array(12).fill(9) };

    const generated = await pool.generate({ ...task("fox"), inputs: { image } }, ignore, never);

    expect(generated.notes).toEqual(["image 12"]);
  });

  it("reports state, process, memory and the loaded model of a device", async () => {
    const { pool } = startPool();

    await pool.generate(task("fox"), ignore, never);

    expect(pool.devices()).toEqual([
      {
        id: "cpu-0",
        device: "cpu",
        state: "idle",
        crashes: 0,
        model: "m",
        pid: expect.any(Number) as number,
        rssBytes: expect.any(Number) as number,
      },
    ]);
    expect(pool.slots[0]!.model()).toBe("m");
    expect(isAlive(pool.devices()[0]!.pid!)).toBe(true);
  });

  it("runs as many tasks at once as it has devices, and the rest after them", async () => {
    const { pool } = startPool({ devices: ["cpu", "cpu"] });
    await Promise.all(pool.slots.map((slot) => slot.whenIdle(never)));
    let busiest = 0;
    const count = () => {
      busiest = Math.max(busiest, pool.devices().filter(({ state }) => state === "busy").length);
    };

    const all = await Promise.all([1, 2, 3, 4].map(() => pool.generate(task("fox"), count, never)));

    expect(all).toHaveLength(4);
    expect(busiest).toBe(2);
  });

  it("prefers the device that has the model loaded", async () => {
    const { pool } = startPool({ devices: ["cpu", "cpu"] });
    const never = new AbortController().signal;
    await pool.slots[1]!.generate(task("fox", { model: "b" }), ignore, never);
    await pool.slots[0]!.generate(task("fox", { model: "a" }), ignore, never);

    await pool.generate(task("fox", { model: "b" }), ignore, never);

    expect(pool.slots.map((slot) => slot.model())).toEqual(["a", "b"]);
  });

  it("rejects with the child's UserError and keeps the child", async () => {
    const { pool } = startPool();
    const pidOf = () => pool.devices()[0]!.pid;

    const ended = pool.generate(task("user-error"), ignore, never);

    await expect(ended).rejects.toMatchObject({ code: "model-broken", params: { model: "m", reason: "/models/m" } });
    const pid = pidOf();
    await pool.generate(task("fox"), ignore, never);
    expect(pidOf()).toBe(pid);
  });

  it("rejects an unknown model without asking the child", async () => {
    const unknown = new UserError("model-unknown", { model: "m" });
    const { pool } = startPool({
      modelPath: () => {
        throw unknown;
      },
    });

    await expect(pool.generate(task("fox"), ignore, never)).rejects.toBe(unknown);
    expect(stateOf(pool)).toBe("idle");
  });

  it("logs a bug of the child, gives people a reference, and replaces the child", async () => {
    const { pool, log } = startPool();
    await pool.slots[0]!.whenIdle(never);
    const pid = pool.devices()[0]!.pid!;

    const ended = pool.generate(task("bug"), ignore, never);

    await expect(ended).rejects.toMatchObject({ code: "unexpected", params: { reference: "job1" } });
    await pool.generate(task("fox"), ignore, never);
    expect(pool.devices()[0]!.pid).not.toBe(pid);
    expect(log.lines).toContainEqual(
      expect.objectContaining({ level: "error", stack: "Error: out of memory\n    at run", device: "cpu-0" }),
    );
    expect(log.lines).toContainEqual(expect.objectContaining({ reason: "replaced after an unexpected error" }));
  });
});

describe("a cancelled run", () => {
  it("stops between two steps and frees the device", async () => {
    const { pool } = startPool();
    const cancel = new AbortController();
    const { ended } = await untilFirstStep(pool, "slow", cancel.signal);
    const pid = pool.devices()[0]!.pid;

    cancel.abort();

    await expect(ended).rejects.toMatchObject({ name: "AbortError" });
    expect(pool.devices()[0]).toMatchObject({ state: "idle", pid, crashes: 0 });
  });

  it("does not start when it was cancelled while waiting for a device", async () => {
    const { pool } = startPool();
    const { ended: first } = await untilFirstStep(pool, "slow");
    const cancel = new AbortController();
    const waiting = pool.generate(task("fox"), ignore, cancel.signal);

    cancel.abort();

    await expect(waiting).rejects.toMatchObject({ name: "AbortError" });
    await expect(first).resolves.toBeDefined();
  });

  it("is killed when the child does not stop within the grace period", async () => {
    const { pool } = startPool({ limits: { cancelGraceMs: 50 } });
    const cancel = new AbortController();
    const { ended } = await untilFirstStep(pool, "deaf", cancel.signal);

    cancel.abort();

    await expect(ended).rejects.toMatchObject({ name: "AbortError" });
    await pool.slots[0]!.whenIdle(never);
    expect(pool.devices()[0]!.crashes).toBe(1);
  });
});

describe("a child that dies", () => {
  it("by a native abort rejects with CrashError and comes back", async () => {
    const { pool, log } = startPool();

    await expect(pool.generate(task("abort"), ignore, never)).rejects.toThrow(CrashError);
    const after = await pool.generate(task("fox"), ignore, never);

    expect(after.pictures).toHaveLength(2);
    expect(log.lines).toContainEqual(
      expect.objectContaining({ level: "warn", job: "job1", reason: expect.stringMatching(/SIGABRT|134/) as string }),
    );
  });

  it("by kill -9 gives the same pixels at the second try", async () => {
    const { pool } = startPool();
    const expected = await pool.generate(task("fox"), ignore, never);
    const marker = join(mkdtempSync(join(tmpdir(), "easel-")), "crashed");

    await expect(pool.generate(task(`abort-once=${marker}`), ignore, never)).rejects.toThrow(CrashError);
    const again = await pool.generate(task(`abort-once=${marker}`), ignore, never);

    expect(again.pictures).toEqual(expected.pictures);
  });

  it("while idle is replaced without anybody noticing", async () => {
    const { pool } = startPool();
    await pool.slots[0]!.whenIdle(never);

    process.kill(pool.devices()[0]!.pid!, "SIGKILL");
    await vi.waitFor(() => expect(pool.devices()[0]!.crashes).toBe(1));

    await expect(pool.generate(task("fox"), ignore, never)).resolves.toBeDefined();
  });
});

describe("a child that hangs", () => {
  it("is killed when it shows no sign of life between two steps", async () => {
    const { pool } = startPool({ limits: { silenceMs: 100, minSilenceMs: 100 } });

    await expect(pool.generate(task("hang"), ignore, never)).rejects.toThrow("showed no sign of life within 0.1 s");
    await expect(pool.generate(task("fox"), ignore, never)).resolves.toBeDefined();
  });

  it("is killed also when it is stopped from outside", async () => {
    const { pool } = startPool({ limits: { silenceMs: 200, minSilenceMs: 200 } });
    const { ended } = await untilFirstStep(pool, "slow");

    process.kill(pool.devices()[0]!.pid!, "SIGSTOP");

    await expect(ended).rejects.toThrow(CrashError);
  });

  it("gets as long as the measured step time asks for", async () => {
    const clock = createFakeClock();
    const { pool } = startPool({
      clock,
      limits: { silenceMs: 1000, minSilenceMs: 10, silenceFactor: 10, firstBackoffMs: 0 },
    });
    // Two steps, 20 ms apart on the clock: the model's step time is 20 ms from now on.
    await pool.generate(task("fox", { steps: 2 }), () => void clock.advance(20), never);
    const { ended } = await untilFirstStep(pool, "hang");
    const crashed = expect(ended).rejects.toThrow("showed no sign of life within 0.2 s");

    await clock.advance(199);
    const alive = stateOf(pool);
    await clock.advance(1);

    expect(alive).toBe("busy");
    await crashed;
  });

  it("at its start is killed and reported as failed after some attempts", async () => {
    const { pool } = startPool({ devices: ["silent-start"], limits: { startMs: 100, failedAfter: 2 } });

    await expect(pool.generate(task("fox"), ignore, never)).rejects.toThrow("did not start within 0.1 s");

    expect(pool.devices()[0]).toMatchObject({ crashes: 2 });
  });
});

describe("restarts", () => {
  it("wait twice as long each time, up to the maximum", async () => {
    const clock = createFakeClock();
    const { pool } = startPool({
      devices: ["no-start"],
      clock,
      limits: { firstBackoffMs: 100, maxBackoffMs: 250, failedAfter: 3 },
    });
    const waits: number[] = [];
    const states: string[] = [];

    for (let crash = 1; crash <= 4; crash++) {
      await vi.waitFor(() => expect(pool.devices()[0]).toMatchObject({ crashes: crash, state: /restarting|failed/ }));
      states.push(stateOf(pool));
      let waited = 0;
      for (; stateOf(pool) !== "starting"; waited += 10) await clock.advance(10);
      waits.push(waited);
    }

    expect(waits).toEqual([100, 200, 250, 250]);
    expect(states).toEqual(["restarting", "restarting", "failed", "failed"]);
  });

  it("wait shortly again after a run that went well", async () => {
    const clock = createFakeClock();
    const { pool } = startPool({ clock, limits: { firstBackoffMs: 100, maxBackoffMs: 1000 } });
    const crash = async () => {
      await expect(pool.generate(task("abort"), ignore, never)).rejects.toThrow(CrashError);
      await clock.advance(100);
      return stateOf(pool);
    };

    const first = await crash();
    await pool.generate(task("fox"), ignore, never);
    const second = await crash();

    expect([first, second]).toEqual(["starting", "starting"]);
  });

  it("name the reason of the last end", async () => {
    const { pool } = startPool({ devices: ["no-start"], clock: createFakeClock() });

    await vi.waitFor(() => expect(stateOf(pool)).toBe("restarting"));

    expect(pool.devices()[0]!.reason).toBe("exit code 3: no such device");
  });

  it("refuse a child of another build", async () => {
    const { pool } = startPool({ devices: ["old"], clock: createFakeClock() });

    await vi.waitFor(() => expect(stateOf(pool)).toBe("restarting"));

    expect(pool.devices()[0]!.reason).toBe("the child speaks protocol 1, not 2: build again");
  });
});

describe("reviewing an upload", () => {
  it("answers what the filters of a device say", async () => {
    const { pool } = startPool();

    const verdicts = await Promise.all([pool.review(onePixel(255), never), pool.review(onePixel(1), never)]);

    expect(verdicts).toEqual([{ level: "refuse", rule: "test/white" }, { level: "allow" }]);
  });

  it("does not wait for the end of a run", async () => {
    const { pool } = startPool({ limits: { cancelGraceMs: 50 } });
    const { ended } = await untilFirstStep(pool, "deaf");
    ended.catch(ignore);

    await expect(pool.review(onePixel(255), never)).resolves.toMatchObject({ level: "refuse" });

    expect(stateOf(pool)).toBe("busy");
  });

  it("asks an idle device first", async () => {
    const { pool } = startPool({ devices: ["a", "b"], limits: { cancelGraceMs: 50 } });
    await Promise.all(pool.slots.map((slot) => slot.whenIdle(never)));
    const { ended } = await untilFirstStep(pool, "deaf");
    ended.catch(ignore);
    const idle = pool.devices().find(({ state }) => state === "idle")!.id;

    await expect(pool.review(onePixel(200), never)).rejects.toThrow(CrashError);

    expect(pool.devices().find(({ crashes }) => crashes === 1)?.id).toBe(idle);
  });

  it("waits for a device that starts", async () => {
    const { pool } = startPool();

    expect(stateOf(pool)).toBe("starting");
    await expect(pool.review(onePixel(1), never)).resolves.toEqual({ level: "allow" });
  });

  it("fails when the device ends meanwhile, when nobody waits any more, and without devices", async () => {
    const { pool } = startPool();
    const giveUp = new AbortController();
    const unanswered = pool.review(onePixel(100), giveUp.signal);
    const crashed = pool.review(onePixel(200), never);

    await expect(crashed).rejects.toThrow(CrashError);
    await expect(unanswered).rejects.toThrow(CrashError);
    const late = pool.review(onePixel(100), giveUp.signal);
    giveUp.abort(new Error("too late"));
    await expect(late).rejects.toThrow("too late");
    await pool.stop({ graceMs: 0 });
    await expect(pool.review(onePixel(1), never)).rejects.toThrow(CrashError);
  });
});

describe("scoring phrases", () => {
  it("asks a device with the model's folder, also while it draws", async () => {
    const { pool } = startPool({ limits: { cancelGraceMs: 50 } });
    const { ended } = await untilFirstStep(pool, "deaf");
    ended.catch(ignore);

    await expect(pool.score("m", onePixel(7), ["a", "b"], never)).resolves.toEqual([7, 7]);
    await expect(pool.score("m", onePixel(255), ["a"], never)).rejects.toMatchObject({
      code: "model-cannot",
      params: { model: "/models/m" },
    });
  });
});

describe("stopping the pool", () => {
  it("lets a run finish and leaves no process", async () => {
    const { pool } = startPool();
    const { ended } = await untilFirstStep(pool, "slow");
    const pid = pool.devices()[0]!.pid!;

    await pool.stop({ graceMs: 30_000 });

    await expect(ended).resolves.toMatchObject({ pictures: [{}, {}] });
    expect(isAlive(pid)).toBe(false);
    expect(stateOf(pool)).toBe("stopped");
  });

  it("cancels a run that takes longer than the grace period", async () => {
    const { pool } = startPool({ limits: { cancelGraceMs: 50 } });
    const { ended } = await untilFirstStep(pool, "deaf");
    const cancelled = expect(ended).rejects.toMatchObject({ name: "AbortError" });

    await pool.stop({ graceMs: 10 });

    await cancelled;
    expect(stateOf(pool)).toBe("stopped");
  });

  it("kills a child that does not end by itself", async () => {
    const { pool } = startPool({ env: { EASEL_TEST_NEVER_END: "1" }, limits: { cancelGraceMs: 50 } });
    await pool.slots[0]!.whenIdle(never);
    const pid = pool.devices()[0]!.pid!;

    await pool.stop({ graceMs: 0 });

    expect(isAlive(pid)).toBe(false);
  });

  it("ends a device that waits for its restart, and refuses later tasks", async () => {
    const { pool } = startPool({ devices: ["no-start"], clock: createFakeClock() });
    await vi.waitFor(() => expect(stateOf(pool)).toBe("restarting"));

    await pool.stop({ graceMs: 0 });

    expect(stateOf(pool)).toBe("stopped");
    await expect(pool.generate(task("fox"), ignore, never)).rejects.toThrow(CrashError);
  });
});
