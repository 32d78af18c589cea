import { copyFileSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createFastestOpener } from "../../../src/diffusion/load/open-fastest.ts";
import type { Session } from "../../../src/onnx/session.ts";
import { goldenDir } from "../../support/golden.ts";
import { createRecordingLog } from "../../support/recording-log.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { fakeSession } from "../fake-session.ts";

const GRAPH = goldenDir("pipelines", "sd1-pndm", "model", "unet", "model.onnx");
const CPU = { device: "cpu", threads: 1 };

/** A folder with a graph and a variant of it whose runs take as long as the test says, on a clock of its own. */
function pair(times: { plain: number; int8: number }) {
  const folder = join(temporaryFolder(), "unet");
  const cacheDir = join(folder, "..", "cache");
  mkdirSync(folder);
  const [plain, int8] = [join(folder, "model.onnx"), join(folder, "model.int8.onnx")];
  for (const path of [plain, int8]) copyFileSync(GRAPH, path);
  const log = createRecordingLog();
  const opened: string[] = [];
  const ran: string[] = [];
  const released: string[] = [];
  let clock = 0;

  function session(path: string): Session {
    const name = path === int8 ? "int8" : "plain";
    const graph = fakeSession({ x: [1] }, ["y"], () => {
      clock += times[name];
      ran.push(name);
      return { y: { data: Float32Array.of(name === "int8" ? 8 : 32), dims: [1] } };
    });
    return { ...graph, path, release: () => Promise.resolve(void released.push(name)) };
  }

  const open = createFastestOpener({
    openSession: (path) => {
      opened.push(path);
      return Promise.resolve(session(path));
    },
    log,
    now: () => clock,
  });
  return { cacheDir, plain, int8, open, opened, ran, released, log };
}

/** The number that a run gives: 8 or 32. */
async function answer(session: Session): Promise<number> {
  const { y } = await session.run({ x: { data: [0], dims: [1] } });
  return y!.data[0]!;
}

describe("the choice between a graph and its int8 variant", () => {
  it("falls on the variant where it is faster, at the first run, which already answers with it", async () => {
    const { open, plain, ran, released } = pair({ plain: 100, int8: 50 });
    const session = await open(plain, CPU);

    const first = await answer(session);
    ran.length = 0;
    const second = await answer(session);

    expect([first, second]).toEqual([8, 8]);
    expect(ran).toEqual(["int8"]);
    expect(released).toEqual(["plain"]);
  });

  it("falls on the graph itself where the gain is small", async () => {
    const { open, plain, released } = pair({ plain: 100, int8: 95 });
    const session = await open(plain, CPU);

    const first = await answer(session);
    await session.release();

    expect(first).toBe(32);
    expect(released).toEqual(["int8", "plain"]);
  });

  it("is kept, so that a restart draws the same pictures and opens one graph only", async () => {
    const { open, plain, int8, cacheDir, opened, log } = pair({ plain: 100, int8: 50 });
    await answer(await open(plain, { ...CPU, cacheDir }));
    opened.length = 0;

    const again = await answer(await open(plain, { ...CPU, cacheDir }));

    expect(again).toBe(8);
    expect(opened).toEqual([int8]);
    expect(log.lines).toHaveLength(1);
  });

  it("is made again when a file has changed", async () => {
    const { open, plain, int8, cacheDir, log } = pair({ plain: 100, int8: 50 });
    await answer(await open(plain, { ...CPU, cacheDir }));
    utimesSync(int8, 1, 1);

    await answer(await open(plain, { ...CPU, cacheDir }));

    expect(log.lines).toHaveLength(2);
    expect(readdirSync(cacheDir)).toHaveLength(2);
  });

  it("frees both graphs when nothing was run", async () => {
    const { open, plain, released } = pair({ plain: 100, int8: 50 });

    await (await open(plain, CPU)).release();

    expect(released.sort()).toEqual(["int8", "plain"]);
  });

  it.each([
    ["a graph without a variant", GRAPH, CPU],
    ["another device", undefined, { device: "cuda:0", threads: 1 }],
  ])("does not arise for %s", async (_, path, options) => {
    const { open, opened, plain } = pair({ plain: 100, int8: 50 });

    await open(path ?? plain, options);

    expect(opened).toEqual([path ?? plain]);
  });

  it("falls on the graph, with a line in the log, when the variant is broken", async () => {
    const { open, plain, int8, log } = pair({ plain: 100, int8: 50 });
    writeFileSync(int8, "version https://git-lfs.github.com/spec/v1\n");

    const first = await answer(await open(plain, CPU));

    expect(first).toBe(32);
    expect(log.lines).toMatchObject([
      { message: "An int8 variant cannot be used", reason: expect.stringContaining("LFS") as string },
    ]);
  });
});
