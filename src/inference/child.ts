import { tmpdir } from "node:os";
import { createEngine } from "../diffusion/generate.ts";
import { drawTask, type Drawing } from "../diffusion/draw-task.ts";
import { loadModel } from "../diffusion/load/load-model.ts";
import { createFastestOpener } from "../diffusion/load/open-fastest.ts";
import { createMeasuredBatches, fixedBatches } from "../diffusion/row-batches.ts";
import { openScorer, scorePhrases, type Scorer } from "../diffusion/rank-pictures.ts";
import { withEmbeddings } from "../diffusion/text/textual-inversion.ts";
import { UserError } from "../core/errors.ts";
import type { ImageFilter } from "../core/verdict.ts";
import { createPhiloxRandom } from "../numerics/philox-random.ts";
import { createTorchRandom } from "../numerics/torch-random.ts";
import { openSession } from "../onnx/open-session.ts";
import { createImageFilters, openSafetyChecker, type ImageFilterSet } from "../safety/image-filters.ts";
import { decodePicture } from "./child-decode.ts";
import { startGuard } from "./child-guard.ts";
import { createChildLog } from "./child-log.ts";
import { createRunner, type Runner } from "./child-runner.ts";
import { PROTOCOL_VERSION, type ChildMessage, type DeviceSettings, type ParentMessage } from "./protocol.ts";

/** The composition root of a device's child process: the only one that loads onnxruntime-node. Forked by device-process.ts. */
interface OpenModel extends Drawing {
  readonly filters: readonly ImageFilter[];
  release(): Promise<void>;
}

const RANDOM = { cpu: createTorchRandom, cuda: createPhiloxRandom };

let runner: Runner | undefined;

/** The parent may die at any time; what cannot be sent has nobody to read it. */
function send(message: ChildMessage): void {
  if (process.connected) process.send!(message, undefined, undefined, () => {});
}

function createDeviceRunner(settings: DeviceSettings): Runner {
  const log = createChildLog(send, { device: settings.id });
  const sessionOptions = {
    device: settings.device,
    threads: settings.threads,
    ...(settings.cacheDir === undefined ? {} : { cacheDir: settings.cacheDir }),
  };
  const openModelSession = settings.int8 ? createFastestOpener({ openSession, log }) : openSession;
  const batches =
    settings.rowsAtOnce === undefined ? createMeasuredBatches(sessionOptions, log) : fixedBatches(settings.rowsAtOnce);
  let common: Promise<ImageFilterSet> | undefined;

  /** The filters that belong to no model. Rejects with UserError safety-stopped while one fails its test; the next call tries again. */
  async function commonFilters(): Promise<readonly ImageFilter[]> {
    const opening = (common ??= createImageFilters({ openSession, sessionOptions, folder: settings.classifiers, log }));
    const { filters, faults, release } = await opening;
    if (faults.length === 0) return filters;
    if (common === opening) {
      common = undefined;
      await release();
    }
    throw new UserError("safety-stopped");
  }

  return createRunner<OpenModel>({
    async loadModel(path) {
      const filters = await commonFilters();
      const loaded = await loadModel(path, { openSession: openModelSession, sessionOptions, log, decodePicture });
      const model = await withEmbeddings(loaded, { openSession, sessionOptions, workFolder: tmpdir() });
      let scorer: Scorer | undefined;
      return {
        model,
        engine: createEngine({ model, batches, createRandom: RANDOM[settings.noise ?? "cpu"] }),
        // Large, and not everybody asks for the best of several.
        scorer: async () => (scorer ??= await openScorer(model, { openSession, sessionOptions })),
        filters: model.safetyChecker ? [...filters, await openSafetyChecker(model.safetyChecker, log)] : filters,
        async release() {
          await scorer?.release();
          await model.release();
        },
      };
    },
    draw: drawTask,
    filtersOf: ({ filters }) => filters,
    uploadFilters: commonFilters,
    score: (path, picture, phrases) => scorePhrases(path, picture, phrases, { openSession, sessionOptions }),
    send,
    rssBytes: () => process.memoryUsage.rss(),
    log,
    // Nothing is loaded any more: with the channel closed the process ends by itself. Not at once: Node crashes when a message handler
    // closes the channel.
    onClosed: () => {
      const released = common?.then((set) => set.release()) ?? Promise.resolve();
      void released.finally(() =>
        setImmediate(() => {
          if (process.connected) process.disconnect();
        }),
      );
    },
  });
}

process.on("message", (message: ParentMessage) => {
  switch (message.type) {
    case "hello":
      process.title = `easel ${message.settings.id}`;
      runner = createDeviceRunner(message.settings);
      return send({ type: "ready", version: PROTOCOL_VERSION, rssBytes: process.memoryUsage.rss() });
    case "generate":
      return runner?.generate(message);
    case "review":
      return runner?.review(message);
    case "score":
      return runner?.score(message);
    case "cancel":
      return runner?.cancel(message.run);
    case "drain":
      return runner?.close({ now: false });
  }
});
process.on("disconnect", () => runner?.close({ now: true }));
// Ctrl-C and a service manager's SIGTERM reach the whole group; the parent decides how this process ends.
process.on("SIGINT", () => {});
process.on("SIGTERM", () => {});
startGuard();
