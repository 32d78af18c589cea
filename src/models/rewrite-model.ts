import { mkdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join, posix } from "node:path";
import { listFilesBelow } from "./list-files.ts";
import type { Manifest } from "./manifest.ts";
import { linkOrCopy, openOnnxFile, type OnnxFile } from "./onnx-file.ts";
import { writeManifest } from "./install-model.ts";
import { sha256File } from "./verify-files.ts";

/** What diffusion/load/open-fastest.ts looks for beside a graph. */
const VARIANT = "model.int8.onnx";

/** A model folder that comes to be from another one, some of whose graphs are rewritten. */
export interface Rewrite {
  /** Where it is put together, beside where it will be. */
  readonly staging: string;
  /** Opens a graph of the original, by path within the folder. */
  open(graph: string): OnnxFile;
  /** Writes a rewritten graph; its old weights are left behind. */
  save(graph: string, file: OnnxFile): Promise<{ beforeBytes: number; afterBytes: number }>;
  /** Links everything that was not rewritten. */
  complete(): Promise<void>;
  /** Writes model.json with the new hashes and gives the folder its name. */
  publish(id: string, manifest: Manifest): Promise<void>;
  /** Puts the rewritten graphs beside the original's as model.int8.onnx and adds them to its model.json. */
  publishBeside(manifest: Manifest): Promise<void>;
  discard(): Promise<void>;
  /** Removes a folder of the staging area. */
  discardBelow(name: string): Promise<void>;
}

/** A graph and its weights, by path within the folder. */
function filesOf(graph: string, { externalFiles }: OnnxFile): string[] {
  return [graph, ...externalFiles.map((name) => posix.join(posix.dirname(graph), name))];
}

/** Begins to rewrite the model in `source`, in a folder below `models` that is named after `name` and seen by nobody. */
export async function startRewrite(source: string, models: string, name: string): Promise<Rewrite> {
  const staging = join(models, `.${name}.partial`);
  await rm(staging, { recursive: true, force: true });
  await mkdir(staging, { recursive: true });
  const replaced = new Set<string>(["model.json"]);
  const rewritten: string[] = [];

  return {
    staging,
    open: (graph) => openOnnxFile(join(source, graph)),

    async save(graph, file) {
      const old = filesOf(graph, file);
      for (const path of old) replaced.add(path);
      rewritten.push(graph);
      const target = join(staging, graph);
      await mkdir(dirname(target), { recursive: true });
      await file.save(target);
      const made = filesOf(graph, openOnnxFile(target));
      return { beforeBytes: await bytesOf(source, old), afterBytes: await bytesOf(staging, made) };
    },

    async complete() {
      for (const { path } of await listFilesBelow(source))
        if (!replaced.has(path)) await linkOrCopy(join(source, path), join(staging, path));
    },

    async publish(id, manifest) {
      const known = new Map(manifest.files.map((file) => [file.path, file]));
      const files: Manifest["files"] = [];
      for (const { path, bytes } of await listFilesBelow(staging)) {
        const old = known.get(path);
        const isNew = replaced.has(path) || path.endsWith(".onnx_data");
        if (old && !isNew) files.push(old);
        else if (old || isNew) files.push({ path, bytes, sha256: await sha256File(join(staging, path)) });
      }
      await writeManifest(staging, { ...manifest, files });
      await rename(staging, join(models, id));
    },

    async publishBeside(manifest) {
      const added: Manifest["files"] = [];
      for (const graph of rewritten) {
        const target = posix.join(posix.dirname(graph), VARIANT);
        await openOnnxFile(join(staging, graph)).save(join(source, target));
        for (const path of filesOf(target, openOnnxFile(join(source, target)))) {
          const { size: bytes } = await stat(join(source, path));
          added.push({ path, bytes, sha256: await sha256File(join(source, path)) });
        }
      }
      const isReplaced = new Set(added.map(({ path }) => path));
      const files = [...manifest.files.filter(({ path }) => !isReplaced.has(path)), ...added];
      await writeManifest(source, { ...manifest, files });
      await rm(staging, { recursive: true });
    },

    discard: () => rm(staging, { recursive: true, force: true }),
    discardBelow: (name) => rm(join(staging, name), { recursive: true, force: true }),
  };
}

async function bytesOf(folder: string, paths: readonly string[]): Promise<number> {
  let bytes = 0;
  for (const path of paths) bytes += (await stat(join(folder, path))).size;
  return bytes;
}
