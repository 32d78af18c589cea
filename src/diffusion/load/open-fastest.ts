import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Logger } from "../../core/logger.ts";
import { checkOnnx } from "../../onnx/read-onnx.ts";
import type { OpenSession, Session, SessionOptions } from "../../onnx/session.ts";
import { openMeasurement, type Measurement } from "../measurement.ts";
import { reasonOf } from "./model-fault.ts";

export interface FastestDeps {
  readonly openSession: OpenSession;
  readonly log: Logger;
  /** Milliseconds for durations; performance.now by default. */
  readonly now?: () => number;
}

/** What `easel models quantize --beside` writes. */
const VARIANT = "model.int8.onnx";
/** Runs of each; the fastest counts, because the first also allocates. */
const RUNS = 2;
/** Other pictures are not worth less than this. */
const MIN_GAIN = 1.1;

interface Choice {
  readonly int8: boolean;
  readonly plainMs: number;
  readonly int8Ms: number;
}

/**
 * An openSession that draws with `model.int8.onnx` in place of the `model.onnx` beside it where this processor runs it at least 10 %
 * faster. The first run measures both on what it is fed; the choice is kept in the cache folder, so that a restart draws the same pictures.
 * Other devices than the CPU, and variants that do not open, get the plain graph.
 */
export function createFastestOpener({ openSession, log, now = () => performance.now() }: FastestDeps): OpenSession {
  async function openBoth(path: string, variant: string, options: SessionOptions): Promise<Session> {
    const record = openMeasurement<Choice>("variant", [path, variant], options, log);
    const known = record.read();
    if (known) return openSession(known.int8 ? variant : path, options);
    const int8 = await openVariant(variant, options);
    const plain = await openSession(path, options);
    return int8 ? firstRunDecides(plain, int8, record) : plain;
  }

  async function openVariant(variant: string, options: SessionOptions): Promise<Session | undefined> {
    try {
      checkOnnx(variant);
      return await openSession(variant, options);
    } catch (error) {
      log.warn("An int8 variant cannot be used", { path: variant, reason: reasonOf(error) });
      return undefined;
    }
  }

  async function timed(session: Session, ...call: Parameters<Session["run"]>) {
    let ms = Infinity;
    let outputs: Awaited<ReturnType<Session["run"]>> = {};
    for (let run = 0; run < RUNS; run++) {
      const startedAt = now();
      outputs = await session.run(...call);
      ms = Math.min(ms, now() - startedAt);
    }
    return { ms, outputs };
  }

  function firstRunDecides(plain: Session, int8: Session, record: Measurement<Choice>): Session {
    let chosen: Session | undefined;

    async function decide(...call: Parameters<Session["run"]>) {
      const fast = await timed(int8, ...call);
      const exact = await timed(plain, ...call);
      const choice: Choice = { int8: exact.ms >= MIN_GAIN * fast.ms, plainMs: exact.ms, int8Ms: fast.ms };
      log.info("The faster of a graph and its int8 variant was measured", { path: plain.path, ...choice });
      record.write(choice);
      chosen = choice.int8 ? int8 : plain;
      await (choice.int8 ? plain : int8).release();
      return choice.int8 ? fast.outputs : exact.outputs;
    }

    return {
      ...plain,
      run: (...call) => (chosen ? chosen.run(...call) : decide(...call)),
      async release() {
        for (const session of chosen ? [chosen] : [plain, int8]) await session.release();
      },
    };
  }

  return async (path, options) => {
    const variant = join(dirname(path), VARIANT);
    const hasVariant = options.device === "cpu" && basename(path) === "model.onnx" && existsSync(variant);
    return hasVariant ? openBoth(path, variant, options) : openSession(path, options);
  };
}
