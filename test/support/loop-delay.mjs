// Preloaded into the whole program (NODE_OPTIONS=--import): writes the delays of its event loop into LOOP_DELAY_FILE, once a second.
import { writeFileSync } from "node:fs";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { isMainThread } from "node:worker_threads";

const GRAIN_MS = 10;
const file = process.env["LOOP_DELAY_FILE"];

if (isMainThread && file !== undefined) {
  const delays = monitorEventLoopDelay({ resolution: GRAIN_MS });
  delays.enable();
  const late = (value) => Math.max(0, value / 1e6 - GRAIN_MS);
  setInterval(() => {
    writeFileSync(file, JSON.stringify({ p99: late(delays.percentile(99)), longest: late(delays.max) }));
  }, 1000).unref();
}
