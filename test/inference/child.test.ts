import { spawn, type ChildProcess } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it, vi } from "vitest";
import { CrashError, type Generated, type GenerateEvent } from "../../src/core/generator.ts";
import type { Verdict } from "../../src/core/verdict.ts";
import type { ImageRequest } from "../../src/core/image-request.ts";
import type { PoolLimits } from "../../src/inference/limits.ts";
import { createPool, type Pool } from "../../src/inference/pool.ts";
import type { DeviceSettings } from "../../src/inference/protocol.ts";
import { builtInRequest } from "../support/built-in-request.ts";
import { isAlive } from "../support/is-alive.ts";
import { realClock } from "../support/real-clock.ts";
import { createRecordingLog } from "../support/recording-log.ts";

const pathOf = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const never = new AbortController().signal;
const ignore = () => {};
const pools: Pool[] = [];
const drivers: ChildProcess[] = [];

function startPool(limits: Partial<PoolLimits> = {}, settings: Partial<DeviceSettings> = {}) {
  const pool = createPool({
    devices: [{ id: "cpu-0", device: "cpu", threads: 1, classifiers: pathOf("models"), ...settings }],
    childEntry: pathOf("dist/src/inference/child.js"),
    modelPath: (model) => pathOf(`models/${model}`),
    clock: realClock,
    log: createRecordingLog(),
    limits: { firstBackoffMs: 1, ...limits },
  });
  pools.push(pool);
  return pool;
}

function draw(
  pool: Pool,
  fields: Partial<ImageRequest> = {},
  onEvent: (event: GenerateEvent) => void = ignore,
  signal = never,
) {
  const task = { job: "job1", request: builtInRequest(fields), inputs: {}, previews: false };
  return pool.generate(task, onEvent, signal);
}

const digests = ({ pictures }: Generated) =>
  pictures.map(({ data }) => createHash("sha256").update(data).digest("hex"));

/** Calls back at the first step of a run. */
function atFirstStep(callback: () => unknown): (event: GenerateEvent) => void {
  let isFirst = true;
  return ({ type }) => {
    if (type !== "step" || !isFirst) return;
    isFirst = false;
    callback();
  };
}

/** Starts a program of test/support/ and reads its first line. */
async function startDriver(file: string, ...values: string[]) {
  const driver = spawn(process.execPath, [pathOf(`test/support/${file}`), ...values], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  drivers.push(driver);
  const [line] = (await once(createInterface({ input: driver.stdout }), "line")) as [string];
  return { driver, said: JSON.parse(line) as { child: number; native: string[] } };
}

afterEach(async () => {
  for (const driver of drivers.splice(0)) driver.kill("SIGKILL");
  await Promise.all(pools.splice(0).map((pool) => pool.stop({ graceMs: 0 })));
});

describe("a device child with the built-in model", () => {
  it("draws, keeps the model loaded, and draws the same pixels again", async () => {
    const pool = startPool();
    const events: string[] = [];

    const first = await draw(pool, {}, (event) => events.push(event.type));
    const again = await draw(pool, {}, (event) => events.push(event.type));

    expect(
      first.pictures.map(({ seed, widthPx, channels, verdict }) => [seed, widthPx, channels, verdict.level]),
    ).toEqual([
      [7, 128, 4, "allow"],
      [8, 128, 4, "allow"],
    ]);
    expect(digests(again)).toEqual(digests(first));
    expect(digests(first)[0]).not.toBe(digests(first)[1]);
    const steps = ["step", "step", "step", "step", "decoding"];
    expect(events).toEqual(["loading", ...steps, ...steps]);
    expect(pool.devices()[0]).toMatchObject({ model: "easel-v0", crashes: 0 });
  });

  it("draws from the random numbers of a CUDA device where the settings say so, in any number of rows", async () => {
    const [onCpu, onCuda] = [startPool(), startPool({}, { noise: "cuda", rowsAtOnce: 1 })];

    const [cpu, cuda] = [await draw(onCpu, { steps: 1 }), await draw(onCuda, { steps: 1 })];

    expect(cuda.pictures).toHaveLength(cpu.pictures.length);
    expect(digests(cuda)).not.toEqual(digests(cpu));
  });

  it("stops between two steps when the run is cancelled, and goes on drawing", async () => {
    const pool = startPool();
    const cancel = new AbortController();
    let steps = 0;

    const cancelled = draw(
      pool,
      { steps: 50 },
      (event) => {
        if (event.type === "step") steps += 1;
        if (steps === 1) cancel.abort();
      },
      cancel.signal,
    );

    await expect(cancelled).rejects.toMatchObject({ name: "AbortError" });
    expect(steps).toBeLessThan(50);
    expect(digests(await draw(pool))).toHaveLength(2);
    expect(pool.devices()[0]!.crashes).toBe(0);
  });

  it("draws the same pixels after kill -9 in the middle of a run", async () => {
    const pool = startPool();
    const expected = digests(await draw(pool));

    const killed = draw(
      pool,
      {},
      atFirstStep(() => process.kill(pool.devices()[0]!.pid!, "SIGKILL")),
    );

    await expect(killed).rejects.toThrow(CrashError);
    expect(digests(await draw(pool))).toEqual(expected);
    expect(pool.devices()[0]!.crashes).toBe(1);
  });

  it("is killed when it hangs in the middle of a run", async () => {
    const pool = startPool({ silenceMs: 3_000, minSilenceMs: 3_000 });

    const hung = draw(
      pool,
      { steps: 50 },
      atFirstStep(() => process.kill(pool.devices()[0]!.pid!, "SIGSTOP")),
    );

    await expect(hung).rejects.toThrow("showed no sign of life within 3 s");
    expect(digests(await draw(pool))).toHaveLength(2);
  });

  it("says in a UserError why a model cannot be loaded, and stays", async () => {
    const pool = startPool();

    const ended = draw(pool, { model: "not-there" });

    await expect(ended).rejects.toMatchObject({ name: "UserError", code: "model-broken" });
    expect(pool.devices()[0]).toMatchObject({ state: "idle", crashes: 0 });
  });

  it("finishes its run and ends by itself when the pool stops", async () => {
    const pool = startPool();
    let stopped = Promise.resolve();

    const generated = await draw(
      pool,
      {},
      atFirstStep(() => (stopped = pool.stop({ graceMs: 60_000 }))),
    );
    await stopped;

    expect(digests(generated)).toHaveLength(2);
    expect(pool.devices()[0]).toMatchObject({ state: "stopped", crashes: 0, reason: "exit code 0" });
  });
});

describe("a device child that is shown an upload", () => {
  const upload = { widthPx: 64, heightPx: 64, channels: 3, data: new Uint8Array(64 * 64 * 3).fill(90) } as const;

  it("lets a harmless picture pass, also while it draws, and draws on", async () => {
    const pool = startPool();
    let reviewed: Promise<Verdict> | undefined;

    const drawn = await draw(
      pool,
      {},
      atFirstStep(() => (reviewed = pool.review(upload, never))),
    );

    await expect(reviewed).resolves.toEqual({ level: "allow" });
    expect(drawn.pictures).toHaveLength(2);
  });

  it("refuses every picture where there is no classifier", async () => {
    const pool = startPool({}, { classifiers: pathOf("test/support") });

    await expect(pool.review(upload, never)).resolves.toMatchObject({ level: "refuse" });
  });

  it("has no words for a picture without a scorer", async () => {
    const pool = startPool();

    await expect(pool.score("easel-v0", upload, ["a fox"], never)).rejects.toMatchObject({ code: "model-cannot" });
  });
});

describe("when the bot process is killed", () => {
  it("the child ends in the middle of a run, and the bot process never had onnxruntime loaded", async () => {
    const { driver, said } = await startDriver("pool-driver.mjs", JSON.stringify(builtInRequest({ steps: 50 })));
    const wasAlive = isAlive(said.child);

    driver.kill("SIGKILL");

    expect(wasAlive).toBe(true);
    await vi.waitFor(() => expect(isAlive(said.child)).toBe(false), { timeout: 20_000 });
    expect(said.native).toEqual([]);
  });

  it("the guard ends a child that is stuck in native code", async () => {
    const { driver, said } = await startDriver("guarded-parent.mjs");
    const wasAlive = isAlive(said.child);

    driver.kill("SIGKILL");

    expect(wasAlive).toBe(true);
    await vi.waitFor(() => expect(isAlive(said.child)).toBe(false), { timeout: 20_000 });
  });
});
