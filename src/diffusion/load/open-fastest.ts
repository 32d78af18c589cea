import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import type { Logger } from "../../core/logger.ts";
import { checkOnnx } from "../../onnx/read-onnx.ts";
import type { OpenSession, Session, SessionOptions } from "../../onnx/session.ts";
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
    const record =
      options.cacheDir === undefined ? undefined : await recordPath(path, variant, options, options.cacheDir);
    const known = record === undefined ? undefined : await readChoice(record);
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

  function firstRunDecides(plain: Session, int8: Session, record: string | undefined): Session {
    let chosen: Session | undefined;

    async function decide(...call: Parameters<Session["run"]>) {
      const fast = await timed(int8, ...call);
      const exact = await timed(plain, ...call);
      const choice: Choice = { int8: exact.ms >= MIN_GAIN * fast.ms, plainMs: exact.ms, int8Ms: fast.ms };
      log.info("The faster of a graph and its int8 variant was measured", { path: plain.path, ...choice });
      if (record !== undefined) await writeFile(record, JSON.stringify(choice));
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

/** Where the choice for these very files on this processor is kept. */
async function recordPath(path: string, variant: string, options: SessionOptions, cacheDir: string): Promise<string> {
  const files = await Promise.all(
    [path, variant].map(async (file) => {
      const { size, mtimeMs } = await stat(file);
      return [resolve(file), size, mtimeMs];
    }),
  );
  const key = createHash("sha256").update(JSON.stringify([files, cpus()[0]?.model, options.threads]));
  await mkdir(cacheDir, { recursive: true });
  return join(cacheDir, `variant-${key.digest("hex").slice(0, 32)}.json`);
}

async function readChoice(record: string): Promise<Choice | undefined> {
  try {
    return JSON.parse(await readFile(record, "utf8")) as Choice;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
