import { constants, existsSync } from "node:fs";
import { copyFile, link, mkdir, realpath, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { UserError } from "../core/errors.ts";
import { createManifest } from "./create-manifest.ts";
import { listFilesBelow, reasonOf } from "./list-files.ts";
import type { Manifest } from "./manifest.ts";
import { readModelCard } from "./model-card.ts";
import type { ModelFacts } from "./model-facts.ts";
import { readManifest } from "./model-library.ts";
import { selectFiles } from "./select-files.ts";
import { describeFileFaults, sha256File, verifyFiles } from "./verify-files.ts";

export interface Installation {
  /** A model folder in one of the layouts that loadModel knows. */
  readonly source: string;
  /** Folder of installed models. */
  readonly models: string;
  readonly id: string;
  /** Hard links share the disk space, and every change of the originals. `move` is for folders that are nobody's, on the same disk. */
  readonly how: "copy" | "link" | "move";
  /** Really loads a folder; rejects with UserError model-broken. */
  readonly inspect: (folder: string) => Promise<ModelFacts>;
  /** Told what happens, as a sentence without an end. */
  readonly onStep?: (text: string) => void;
  /** What is known from where the model came; otherwise its card tells, or nobody. */
  readonly origin?: Partial<Pick<Manifest, "version" | "licence" | "title">> & { readonly name?: string };
}

const TRANSFER: Readonly<Record<Installation["how"], (from: string, to: string) => Promise<void>>> = {
  // A clone where the file system has them.
  copy: (from, to) => copyFile(from, to, constants.COPYFILE_FICLONE),
  link: async (from, to) => link(await realpath(from), to),
  move: rename,
};

/** Files that describe a model and may be edited without breaking it. */
const NOT_VERIFIED = /(^|\/)(README|LICENSE|LICENCE|NOTICE)[^/]*$/i;

/**
 * Loads a model folder, puts its files into the folder of installed models and writes model.json with their hashes. A folder that already
 * lies there only gets its model.json. What fails half-way leaves nothing behind. Rejects with UserError model-broken (wrong or half-copied
 * folder), file-unreadable, file-unwritable.
 */
export async function installModel(options: Installation): Promise<{ folder: string; manifest: Manifest }> {
  const { models, id, onStep = () => {} } = options;
  const source = resolve(options.source);
  const target = join(models, id);
  const files = await listFilesBelow(source);
  const own = files.some(({ path }) => path === "model.json") ? await intactManifest(source, options.id) : undefined;
  onStep("loading the model");
  const facts = await options.inspect(source);
  const inPlace = existsSync(target) && (await realpath(target)) === (await realpath(source));
  if (inPlace) return { folder: target, manifest: own ?? (await describe(target, facts, options)) };

  // Beside the target, so that it can be renamed; a name that begins with a dot is no model.
  const staging = join(models, `.${id}.partial`);
  try {
    await rm(staging, { recursive: true, force: true });
    if (options.how === "copy") onStep("copying files");
    const selected = selectFiles(files);
    for (const { path } of selected) {
      await mkdir(dirname(join(staging, path)), { recursive: true });
      await TRANSFER[options.how](join(source, path), join(staging, path));
    }
    if (selected.length < files.length) {
      onStep("loading what was chosen");
      await options.inspect(staging);
    }
    const manifest = own ?? (await describe(staging, facts, options));
    if (own) await writeManifest(staging, own);
    await rename(staging, target);
    return { folder: target, manifest };
  } catch (error) {
    await rm(staging, { recursive: true, force: true });
    if (error instanceof UserError || (error as NodeJS.ErrnoException).code === undefined) throw error;
    const advice = (error as NodeJS.ErrnoException).code === "EXDEV" ? "; use --copy" : "";
    throw new UserError("file-unwritable", { file: target, reason: reasonOf(error) + advice }, { cause: error });
  }
}

/** Writes model.json into a folder of model files. */
async function describe(folder: string, facts: ModelFacts, options: Installation): Promise<Manifest> {
  const { onStep = () => {}, origin = {} } = options;
  onStep("hashing files");
  const listed = selectFiles(await listFilesBelow(folder)).filter(({ path }) => !NOT_VERIFIED.test(path));
  const files: Manifest["files"] = [];
  for (const { path, bytes } of listed) files.push({ path, bytes, sha256: await sha256File(join(folder, path)) });
  const card = await readModelCard(folder);
  const manifest = createManifest({
    facts,
    title: origin.title ?? card.title ?? options.id,
    version: origin.version ?? "1",
    licence: origin.licence ?? card.licence ?? "unknown",
    names: [options.id, basename(resolve(options.source)), ...(origin.name === undefined ? [] : [origin.name])],
    files,
  });
  await writeManifest(folder, manifest);
  return manifest;
}

/** The model.json that came with a folder. Throws UserError model-broken, or model-altered when its files are not those it lists. */
async function intactManifest(folder: string, id: string): Promise<Manifest> {
  const manifest = readManifest(folder, id);
  const faults = await verifyFiles(folder, manifest, { hashes: true });
  if (faults.length === 0) return manifest;
  throw new UserError("model-altered", { model: id, faults: describeFileFaults(faults) });
}

/** Writes model.json. */
export async function writeManifest(folder: string, manifest: Manifest): Promise<void> {
  await writeFile(join(folder, "model.json"), `${JSON.stringify(manifest, undefined, 1)}\n`);
}
