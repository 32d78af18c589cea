import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join, resolve } from "node:path";
import type { Logger } from "../core/logger.ts";
import type { SessionOptions } from "../onnx/session.ts";

/** Something that was measured with certain files on a certain device, and is remembered. A disk that fails costs the memory, no picture. */
export interface Measurement<T> {
  read(): T | undefined;
  write(value: T): void;
}

/**
 * The measurement of a kind, kept in the cache folder under the files' sizes and times, the device, the processor and the number of
 * threads: whatever of them changes is measured again. Without a cache folder it is kept as long as the process lives.
 */
export function openMeasurement<T>(
  kind: string,
  files: readonly string[],
  { device, threads, cacheDir }: SessionOptions,
  log: Logger,
): Measurement<T> {
  let value: T | undefined;
  if (cacheDir === undefined) return { read: () => value, write: (next) => void (value = next) };

  const stats = files.map((file) => {
    const { size, mtimeMs } = statSync(file);
    return [resolve(file), size, mtimeMs];
  });
  const key = createHash("sha256").update(JSON.stringify([stats, cpus()[0]?.model, device, threads]));
  const path = join(cacheDir, `${kind}-${key.digest("hex").slice(0, 32)}.json`);
  return {
    read() {
      try {
        return JSON.parse(readFileSync(path, "utf8")) as T;
      } catch (error) {
        // It is measured again, also where a full disk left half a file.
        if ((error as NodeJS.ErrnoException).code !== "ENOENT")
          log.warn("a measurement cannot be read", { path, error });
        return undefined;
      }
    },
    write(next) {
      // Another device process may read it at this moment.
      const temporary = `${path}.${process.pid}.tmp`;
      try {
        mkdirSync(cacheDir, { recursive: true });
        writeFileSync(temporary, JSON.stringify(next));
        renameSync(temporary, path);
      } catch (error) {
        log.warn("a measurement cannot be kept", { path, error });
      }
    },
  };
}
