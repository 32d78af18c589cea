/**
 * What provenance costs a picture: the watermark, the credentials, the registry and reading it all back, with how much longer than the
 * machine's own grain the event loop was held up at worst. `npm run bench -- provenance [repetitions]`.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as wait } from "node:timers/promises";
import type { RawPicture } from "../src/core/generator.ts";
import { silentLogger } from "../src/core/logger.ts";
import { encodePicture } from "../src/images/encode.ts";
import { openProvenance } from "../src/provenance.ts";
import { openDatabase } from "../src/storage/database.ts";
import { createPictureRegistry } from "../src/storage/picture-registry.ts";
import { systemClock } from "../src/system-clock.ts";
import { describeMachine, median, printTable } from "./support/table.ts";

const repetitions = Number(process.argv[3] ?? 10);
const SIDES_PX = [128, 512, 1024, 2048];
const GRAIN_MS = 1;
const LABELS = { source: "trainedAlgorithmicMedia", creatorTool: "Easel 0.1.0" } as const;

/** Soft shapes with grain: compresses about as well as what models draw. */
function scene(sidePx: number, seed: number): RawPicture {
  const data = new Uint8Array(sidePx * sidePx * 3);
  for (let i = 0; i < data.length; i++) {
    const [x, y] = [(Math.floor(i / 3) % sidePx) / sidePx, Math.floor(i / 3 / sidePx) / sidePx];
    const grain = ((Math.imul(i + seed, 0x9e37_79b1) >>> 24) - 128) / 24;
    data[i] = 128 + 60 * Math.sin(7 * x + seed) + 50 * Math.cos(9 * y + (i % 3)) + grain;
  }
  return { widthPx: sidePx, heightPx: sidePx, channels: 3, data };
}

const folder = mkdtempSync(join(tmpdir(), "easel-bench-"));
const registry = createPictureRegistry({
  database: openDatabase({ path: join(folder, "easel.db"), log: silentLogger }),
});
const provenance = await openProvenance({
  folder: join(folder, "credentials"),
  registry,
  clock: systemClock,
  log: silentLogger,
  program: "Easel 0.1.0",
  watermark: true,
});

async function measure<T>(work: (round: number) => Promise<T>): Promise<{ ms: number; heldUpMs: number; last: T }> {
  let last = await work(0);
  const [times, delays]: [number[], number[]] = [[], []];
  for (let round = 1; round <= repetitions; round++) {
    const delay = monitorEventLoopDelay({ resolution: GRAIN_MS });
    delay.enable();
    await wait(5);
    const startedAt = performance.now();
    last = await work(round);
    times.push(performance.now() - startedAt);
    await wait(5);
    delay.disable();
    delays.push(Math.max(0, delay.max / 1e6 - GRAIN_MS));
  }
  return { ms: median(times), heldUpMs: median(delays), last };
}

const cell = ({ ms, heldUpMs }: { ms: number; heldUpMs: number }): string =>
  `${ms.toFixed(0)} (${heldUpMs.toFixed(0)})`;
const rows: (string | number)[][] = [];
for (const sidePx of SIDES_PX) {
  const scenes = Array.from({ length: repetitions + 1 }, (_, round) => scene(sidePx, round));
  const marked = await measure((round) => provenance.mark(scenes[round]!));
  const encoded = await measure(() => encodePicture(marked.last, LABELS));
  const about = { job: "bench", model: "none", madeAt: systemClock.now() };
  const published = await measure(() => provenance.publish(encoded.last, "image/png", about));
  const verified = await measure(() => provenance.verify(published.last, "it"));
  const added = published.last.length - encoded.last.length;
  rows.push([`${sidePx}²`, cell(marked), cell(encoded), cell(published), cell(verified), added]);
}
rmSync(folder, { recursive: true, force: true });
console.log(`${describeMachine()}; median of ${repetitions}, ms (longest hold-up of the event loop, ms)\n`);
printTable(["picture", "watermark", "PNG", "sign and register", "verify", "bytes added"], rows);
