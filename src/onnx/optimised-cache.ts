import "./no-telemetry.ts";
import { createHash } from "node:crypto";
import { existsSync, statSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, stat, statfs, writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { dirname, join, resolve } from "node:path";
import { env, InferenceSession } from "onnxruntime-node";
import type { Logger } from "../core/logger.ts";
import { readOnnx } from "./read-onnx.ts";

/** Below this, opening the plain graph takes a few milliseconds and a cache entry would not pay for its disk space. */
const MIN_CACHED_BYTES = 1_048_576;
/** Weights and copies of them in the kernels' layout, with room for whatever else is written at the same time. */
const DISK_FACTOR = 3;
/** Kernels load copied weights with aligned instructions, and a mapped file is aligned as its offsets are: others crash the process. */
const ALIGNMENT = 64;
const MIN_EXTERNAL_BYTES = 1024;
const FORMAT = 1;

const GRAPH = "model.onnx";
const WEIGHTS = "weights.bin";
const ENTRY = "entry.json";

/** What entry.json says: it is written last, so a folder without it is not an entry. */
type Entry =
  | { readonly usable: true; readonly graphSha256: string; readonly weightsBytes: number }
  | { readonly usable: false; readonly reason: string };

const sha256 = (data: string | Buffer): string => createHash("sha256").update(data).digest("hex");

/** The files of a model as far as they decide about its optimised form. */
async function fingerprint(path: string): Promise<{ bytes: number; key: string }> {
  const external = [...readOnnx(path).externalFiles.keys()].sort().map((file) => join(dirname(path), file));
  const files = await Promise.all(
    [path, ...external].map(async (file) => {
      const { size, mtimeMs } = await stat(file);
      return { file: resolve(file), size, mtimeMs };
    }),
  );
  // Layouts differ by version of the runtime and by what the processor can do.
  const machine = [FORMAT, env.versions.common, process.platform, process.arch, cpus()[0]?.model ?? ""];
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  return { bytes, key: sha256(JSON.stringify({ machine, files })).slice(0, 32) };
}

async function readEntry(folder: string): Promise<Entry | undefined> {
  try {
    return JSON.parse(await readFile(join(folder, ENTRY), "utf8")) as Entry;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw error;
  }
}

/** Opens a finished entry. Throws when its files are not those that were written. */
async function openEntry(
  folder: string,
  entry: Entry & { usable: true },
  options: InferenceSession.SessionOptions,
): Promise<InferenceSession> {
  const graph = await readFile(join(folder, GRAPH));
  const { size } = await stat(join(folder, WEIGHTS));
  if (sha256(graph) !== entry.graphSha256 || size !== entry.weightsBytes) throw new Error("its files were changed");
  return InferenceSession.create(join(folder, GRAPH), { ...options, graphOptimizationLevel: "disabled" });
}

/** Opens the plain model while the runtime writes its optimised form, weights of at least `minBytes` beside the graph. */
function dump(
  path: string,
  folder: string,
  options: InferenceSession.SessionOptions,
  minBytes: number,
): Promise<InferenceSession> {
  const { session } = options.extra as { session: Record<string, unknown> };
  return InferenceSession.create(path, {
    ...options,
    optimizedModelFilePath: join(folder, GRAPH),
    extra: {
      session: {
        ...session,
        optimized_model_external_initializers_file_name: WEIGHTS,
        optimized_model_external_initializers_min_size_in_bytes: String(minBytes),
        save_external_prepacked_constant_initializers: "1",
      },
    },
  });
}

/** Whether all weights lie where kernels may load them from, and the least size of weights for which they would. */
function alignment(folder: string): { aligned: boolean; minBytes: number } {
  const outside = [...readOnnx(join(folder, GRAPH)).initializers.values()].filter(({ file }) => file !== undefined);
  const starts = outside.flatMap(({ start, prepackedStarts }) => [start, ...prepackedStarts]);
  const odd = outside.map(({ bytes }) => bytes).filter((bytes) => bytes % ALIGNMENT !== 0);
  return { aligned: starts.every((start) => start % ALIGNMENT === 0), minBytes: Math.max(0, ...odd) + 1 };
}

/** Writes the optimised form of a model and returns the session that it was made by. */
async function writeEntry(
  path: string,
  folder: string,
  options: InferenceSession.SessionOptions,
): Promise<{ session: InferenceSession; entry: Entry }> {
  let session = await dump(path, folder, options, MIN_EXTERNAL_BYTES);
  const first = alignment(folder);
  if (!first.aligned) {
    // Weights of odd sizes shift what follows them; inside the graph they do no harm.
    await session.release();
    await rm(join(folder, WEIGHTS), { force: true });
    session = await dump(path, folder, options, first.minBytes);
  }
  const weightsBytes = statSync(join(folder, WEIGHTS), { throwIfNoEntry: false })?.size;
  if (weightsBytes === undefined) return { session, entry: { usable: false, reason: "it has no large weights" } };
  if (!alignment(folder).aligned)
    return { session, entry: { usable: false, reason: "its weights would not be aligned" } };
  return { session, entry: { usable: true, graphSha256: sha256(await readFile(join(folder, GRAPH))), weightsBytes } };
}

const ports = (session: InferenceSession): string => [...session.inputNames, "|", ...session.outputNames].join();

/** An entry is only as good as a session that opens from it and has the same inputs and outputs. */
async function validated(
  folder: string,
  entry: Entry,
  original: InferenceSession,
  options: InferenceSession.SessionOptions,
): Promise<Entry> {
  if (!entry.usable) return entry;
  try {
    const session = await openEntry(folder, entry, options);
    const same = ports(session) === ports(original);
    await session.release();
    return same ? entry : { usable: false, reason: "its inputs or outputs changed" };
  } catch (error) {
    return { usable: false, reason: error instanceof Error ? error.message : String(error) };
  }
}

/**
 * Opens a model through a cache of optimised graphs whose weights are mapped from disk in the kernels' layout: the first opening writes the
 * entry, later ones skip optimisation and share the weights' memory between processes. Whatever is wrong with the cache, the plain model is
 * opened and the log is told. An entry belongs to one version of the model's files, of onnxruntime and of the processor; entries of other
 * versions of the same file are removed.
 */
export async function openCached(
  path: string,
  options: InferenceSession.SessionOptions,
  cacheDir: string,
  log: Logger,
): Promise<InferenceSession> {
  const plain = () => InferenceSession.create(path, options);
  const { bytes, key } = await fingerprint(path);
  if (bytes < MIN_CACHED_BYTES) return plain();
  const model = sha256(resolve(path)).slice(0, 12);
  const folder = join(cacheDir, `${model}-${key}`);

  let known: Entry | undefined;
  try {
    known = await readEntry(folder);
    if (known?.usable) return await openEntry(folder, known, options);
  } catch (error) {
    log.warn("An optimised graph cannot be used and is made again", { path, folder, error: String(error) });
    await discard(folder, log);
  }
  if (known?.usable === false) return plain();

  const temporary = `${folder}.${process.pid}.tmp`;
  let made: InferenceSession | undefined;
  try {
    await mkdir(temporary, { recursive: true });
    const { bavail, bsize } = await statfs(temporary);
    if (bavail * bsize < DISK_FACTOR * bytes) throw new Error("there is too little space on the disk");
    const { session, entry } = await writeEntry(path, temporary, options);
    made = session;
    const final = await validated(temporary, entry, session, options);
    if (!final.usable) {
      log.info("A graph is opened without the cache", { path, reason: final.reason });
      await Promise.all([GRAPH, WEIGHTS].map((file) => rm(join(temporary, file), { force: true })));
    }
    await writeFile(join(temporary, ENTRY), JSON.stringify(final));
    await rename(temporary, folder);
    await removeOthers(cacheDir, model, key);
  } catch (error) {
    // Another process may have been faster.
    const isThere = existsSync(join(folder, ENTRY));
    if (!isThere) log.warn("An optimised graph cannot be kept", { path, folder, error: String(error) });
    await discard(temporary, log);
  }
  return made ?? plain();
}

async function discard(folder: string, log: Logger): Promise<void> {
  try {
    if (existsSync(folder)) await rm(folder, { recursive: true });
  } catch (error) {
    log.warn("An optimised graph cannot be removed", { folder, error: String(error) });
  }
}

/** Removes entries of the same file in other versions, and what processes that died left half-written. */
async function removeOthers(cacheDir: string, model: string, key: string): Promise<void> {
  const others = (await readdir(cacheDir)).filter((name) => {
    const [, pid] = /\.(\d+)\.tmp$/.exec(name) ?? [];
    if (pid !== undefined) return !isRunning(Number(pid));
    return name.startsWith(`${model}-`) && name !== `${model}-${key}`;
  });
  await Promise.all(others.map((name) => rm(join(cacheDir, name), { recursive: true, force: true })));
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
