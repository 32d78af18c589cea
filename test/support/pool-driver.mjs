// A parent for tests that kill it: starts the compiled pool with the built-in model, draws without end, and writes one line of JSON when
// the first step is done.
import { fileURLToPath } from "node:url";
import { createPool } from "../../dist/src/inference/pool.js";
import { systemClock } from "../../dist/src/system-clock.js";

const log = { debug() {}, info() {}, warn() {}, error() {}, child: () => log };
const pool = createPool({
  devices: [
    { id: "cpu-0", device: "cpu", threads: 1, classifiers: fileURLToPath(new URL("../../models", import.meta.url)) },
  ],
  childEntry: fileURLToPath(new URL("../../dist/src/inference/child.js", import.meta.url)),
  modelPath: (model) => fileURLToPath(new URL(`../../models/${model}`, import.meta.url)),
  clock: systemClock,
  log,
});
const request = JSON.parse(process.argv[2]);
let isFirst = true;

function onEvent({ type }) {
  if (type !== "step" || !isFirst) return;
  isFirst = false;
  const { sharedObjects } = process.report.getReport();
  const line = { child: pool.devices()[0].pid, native: sharedObjects.filter((path) => /onnx/i.test(path)) };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

for (;;)
  await pool.generate({ job: "job1", request, inputs: {}, previews: false }, onEvent, new AbortController().signal);
