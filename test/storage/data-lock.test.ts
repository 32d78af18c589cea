import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { lockDataFolder } from "../../src/storage/data-lock.ts";

const holder = fileURLToPath(new URL("../support/hold-data-lock.mjs", import.meta.url));

it("lets one process at a time use a data folder, and frees it when that one is killed", async () => {
  const folder = mkdtempSync(join(tmpdir(), "easel-lock-"));
  const other = fork(holder, [folder]);
  await once(other, "message");

  expect(() => lockDataFolder(folder)).toThrow(`Another Easel already uses ${folder}.`);

  other.kill("SIGKILL");
  await once(other, "exit");
  const unlock = lockDataFolder(folder);
  unlock();
  lockDataFolder(folder)();
});
