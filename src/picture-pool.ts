import { Tinypool } from "tinypool";
import type { PictureTasks } from "./picture-tasks.ts";

/** Threads hold a copy of sharp and of the signer: none stays for a bot that draws nothing. */
const IDLE_MS = 60_000;

export interface PicturePool extends PictureTasks {
  /** Ends the threads; what they work on is given up. */
  close(): Promise<void>;
}

/**
 * The picture tasks in threads of their own, so that labelling four pictures holds up neither acknowledgements nor heartbeats. `entry` is the
 * compiled src/picture-worker.ts.
 */
export function createPicturePool({ entry, threads }: { readonly entry: URL; readonly threads: number }): PicturePool {
  const pool = new Tinypool({ filename: entry.href, minThreads: 0, maxThreads: threads, idleTimeout: IDLE_MS });
  function run<Result>(name: keyof PictureTasks): (task: unknown) => Promise<Result> {
    return (task) => pool.run(task, { name }) as Promise<Result>;
  }

  return {
    mark: run("mark"),
    detect: run("detect"),
    sign: run("sign"),
    fingerprint: run("fingerprint"),
    close: () => pool.destroy(),
  };
}
