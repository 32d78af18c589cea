import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

const mount = (folder: string, size: string) =>
  spawnSync("mount", ["-t", "tmpfs", "-o", `size=${size}`, "tmpfs", folder], { stdio: "ignore" }).status === 0;

/** Whether this machine lets tests mount a file system; where not, says why tests are skipped. */
export function canMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), "easel-disk-"));
  const mounted = process.platform === "linux" && mount(folder, "64k");
  if (mounted) spawnSync("umount", [folder]);
  else process.stderr.write("skipped: mounting a small disk needs Linux and root\n");
  rmSync(folder, { recursive: true });
  return mounted;
}

/** An empty disk of the given size, e.g. "1m", that is gone when the running test ends. */
export function tinyDisk(size: string): string {
  const folder = mkdtempSync(join(tmpdir(), "easel-disk-"));
  if (!mount(folder, size)) throw new Error(`cannot mount a disk at ${folder}`);
  onTestFinished(() => {
    spawnSync("umount", ["--lazy", folder]);
    rmSync(folder, { recursive: true });
  });
  return folder;
}
