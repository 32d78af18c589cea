import { tmpdir } from "node:os";
import { createEngine, type Engine } from "../diffusion/generate.ts";
import { drawTask } from "../diffusion/draw-task.ts";
import { loadModel } from "../diffusion/load/load-model.ts";
import { createFastestOpener } from "../diffusion/load/open-fastest.ts";
import type { LoadedModel } from "../diffusion/loaded-model.ts";
import { withEmbeddings } from "../diffusion/text/textual-inversion.ts";
import type { ImageFilter } from "../core/verdict.ts";
import { openSession } from "../onnx/open-session.ts";
import { createImageFilters, failClosed, type ImageFilterSet } from "../safety/image-filters.ts";
import { createSafetyChecker } from "../safety/safety-checker.ts";
import { startGuard } from "./child-guard.ts";
import { createChildLog } from "./child-log.ts";
import { createRunner, type Runner } from "./child-runner.ts";
import { PROTOCOL_VERSION, type ChildMessage, type DeviceSettings, type ParentMessage } from "./protocol.ts";

/** The composition root of a device's child process: the only one that loads onnxruntime-node. Forked by device-process.ts. */
interface OpenModel {
  readonly model: LoadedModel;
  readonly engine: Engine;
  readonly filters: readonly ImageFilter[];
  release(): Promise<void>;
}

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
  let common: Promise<ImageFilterSet> | undefined;

  /** The shipped classifiers, and the model's own checker where its folder has one. */
  async function openFilters(model: LoadedModel): Promise<ImageFilter[]> {
    common ??= createImageFilters({ openSession, sessionOptions, folder: settings.classifiers, log });
    const { filters } = await common;
    return model.safetyChecker
      ? [...filters, failClosed(await createSafetyChecker(model.safetyChecker), log)]
      : [...filters];
  }

  return createRunner<OpenModel>({
    async loadModel(path) {
      const loaded = await loadModel(path, { openSession: openModelSession, sessionOptions, log });
      const model = await withEmbeddings(loaded, { openSession, sessionOptions, workFolder: tmpdir() });
      return {
        model,
        engine: createEngine({ model }),
        filters: await openFilters(model),
        release: () => model.release(),
      };
    },
    draw: drawTask,
    filtersOf: ({ filters }) => filters,
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
