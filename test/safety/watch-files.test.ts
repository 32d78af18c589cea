import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { watchFiles } from "../../src/safety/watch-files.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

function watchIn(folder: string) {
  const clock = createFakeClock();
  const files = [join(folder, "one"), join(folder, "two")];
  let changes = 0;
  const watch = watchFiles({ files: () => files, everyMs: 1000, clock, onChange: async () => void changes++ });
  /** One look, and the time that the file system takes for it. */
  async function look(): Promise<number> {
    await clock.advance(1000);
    await sleep(20);
    return changes;
  }
  return { watch, look, files, clock };
}

describe("the watch over files", () => {
  it("says nothing while nothing changes, and once when something does", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "one"), "1");
    const { look } = watchIn(folder);
    await sleep(20);

    const quiet = [await look(), await look()];
    writeFileSync(join(folder, "one"), "other");
    const loud = [await look(), await look()];

    expect([quiet, loud]).toEqual([
      [0, 0],
      [1, 1],
    ]);
  });

  it("notices a file that is made or removed", async () => {
    const folder = temporaryFolder();
    const { look } = watchIn(folder);
    await sleep(20);

    writeFileSync(join(folder, "two"), "new");
    const made = await look();
    rmSync(join(folder, "two"));
    const removed = await look();

    expect([made, removed]).toEqual([1, 2]);
  });

  it("notices a path that is watched from now on", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "three"), "here before");
    const { look, files } = watchIn(folder);
    await sleep(20);

    files.push(join(folder, "three"));

    expect(await look()).toBe(1);
  });

  it("looks no more when it is stopped", async () => {
    const folder = temporaryFolder();
    const { watch, look, clock } = watchIn(folder);
    await sleep(20);

    watch.stop();
    writeFileSync(join(folder, "one"), "1");

    expect([await look(), clock.pending()]).toEqual([0, 0]);
  });
});
