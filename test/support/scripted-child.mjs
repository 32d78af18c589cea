// A device child without a model: speaks the pool's protocol and misbehaves on demand. The prompt says what a run does,
// the device's name what the start does.
import { existsSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

const PROTOCOL_VERSION = 2;
const cancelled = new Set();
let running = 0;
let draining = false;

const rssBytes = () => process.memoryUsage.rss();
const send = (message) => process.send(message);

process.on("disconnect", () => process.exit());
process.on("message", (message) => {
  if (message.type === "hello") return hello(message);
  if (message.type === "cancel") cancelled.add(message.run);
  if (message.type === "drain") {
    draining = true;
    endWhenDrained();
  }
  if (message.type === "review") return review(message);
  if (message.type === "score") return score(message);
  if (message.type === "generate") return void generate(message);
});

function hello({ version, settings }) {
  if (settings.device === "no-start") {
    process.stderr.write("no such device\n");
    process.exitCode = 3;
    leave();
  } else if (settings.device === "silent-start") {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  } else {
    send({ type: "ready", version: settings.device === "old" ? version - 1 : PROTOCOL_VERSION, rssBytes: rssBytes() });
  }
}

/** The first byte of the picture says what happens. */
function review({ review, picture }) {
  if (picture.data[0] === 200) process.abort();
  if (picture.data[0] === 100) return;
  const verdict = picture.data[0] === 255 ? { level: "refuse", rule: "test/white" } : { level: "allow" };
  send({ type: "reviewed", review, verdict, rssBytes: rssBytes() });
}

/** The first byte of the picture is every phrase's score; 255 is a model without a scorer. */
function score({ scoring, modelPath, picture, phrases }) {
  const failure = { code: "model-cannot", params: { model: modelPath, mode: "see" }, message: "cannot" };
  const outcome = picture.data[0] === 255 ? { failure } : { scores: phrases.map(() => picture.data[0]) };
  send({ type: "scored", scoring, ...outcome, rssBytes: rssBytes() });
}

function endWhenDrained() {
  if (!draining || running > 0) return;
  if (process.env.EASEL_TEST_NEVER_END) return;
  leave();
}

/** Not within a message handler: Node 20 crashes when the channel closes there. */
function leave() {
  setImmediate(() => process.connected && process.disconnect());
}

async function generate({ run, task, modelPath }) {
  running += 1;
  const { prompt, model, steps, pictures, widthPx, heightPx } = task.request;
  const [action, argument] = prompt.split("=");
  send({ type: "event", run, event: { type: "loading", model } });
  send({ type: "loaded", run, model, rssBytes: rssBytes() });
  for (let step = 1; step <= steps; step++) {
    if (action === "abort") process.abort();
    if (action === "abort-once" && !existsSync(argument)) {
      writeFileSync(argument, "");
      process.abort();
    }
    if (action === "hang" && step === 2) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
    await sleep(action === "slow" ? 50 : 1);
    if (cancelled.has(run) && action !== "deaf") return settle({ type: "aborted", run, rssBytes: rssBytes() });
    send({ type: "event", run, event: { type: "step", step, steps } });
    if (action === "deaf") await sleep(600_000);
  }
  if (action === "bug")
    return settle({
      type: "broken",
      run,
      failure: { code: "unexpected", params: { reference: task.job }, message: "Something went wrong" },
      stack: "Error: out of memory\n    at run",
    });
  if (action === "user-error")
    return settle({
      type: "failed",
      run,
      failure: { code: "model-broken", params: { model, reason: modelPath }, message: "broken" },
      rssBytes: rssBytes(),
    });
  const generated = {
    pictures: pictures.map(({ seed }) => ({
      widthPx,
      heightPx,
      channels: 3,
      data: new Uint8Array(widthPx * heightPx * 3).fill(seed % 256),
      seed,
      verdict: action === "refused" ? { level: "refuse", rule: argument } : { level: "allow" },
    })),
    timings: { textMs: 1, denoiseMs: 2, decodeMs: 3, filterMs: 4, totalMs: 10 },
    notes: Object.keys(task.inputs).map((role) => `${role} ${task.inputs[role].data.length}`),
  };
  settle({ type: "done", run, generated, rssBytes: rssBytes() });
}

function settle(message) {
  running -= 1;
  send(message);
  endWhenDrained();
}
