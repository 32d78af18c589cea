import { cpSync, mkdirSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { loadModel } from "../../../src/diffusion/load/load-model.ts";
import type { LoadedModel } from "../../../src/diffusion/loaded-model.ts";
import { openSession } from "../../../src/onnx/open-session.ts";
import { goldenDir } from "../../support/golden.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

export const LOAD_OPTIONS = { openSession, sessionOptions: { device: "cpu", threads: 1 } };

/** A copy of a golden model folder that a test may break; removed when the test ends. */
export function modelFolder(golden: string, name = golden) {
  const root = join(temporaryFolder(), name);
  cpSync(goldenDir("pipelines", golden, "model"), root, { recursive: true });
  const at = (path: string) => join(root, path);

  return {
    root,
    remove: (...paths: readonly string[]) => paths.forEach((path) => rmSync(at(path), { recursive: true })),
    write(path: string, content: string | Buffer) {
      mkdirSync(dirname(at(path)), { recursive: true });
      writeFileSync(at(path), content);
    },
    move(from: string, to: string) {
      mkdirSync(dirname(at(to)), { recursive: true });
      renameSync(at(from), at(to));
    },
    copyFrom(other: string, path: string, to = path) {
      cpSync(goldenDir("pipelines", other, "model", path), at(to), { recursive: true });
    },
    cut: (path: string, bytes: number) => truncateSync(at(path), bytes),
    /** Replaces keys of a JSON file; undefined removes one. */
    edit(path: string, changes: Record<string, unknown>) {
      const value = JSON.parse(readFileSync(at(path), "utf8")) as Record<string, unknown>;
      writeFileSync(at(path), JSON.stringify({ ...value, ...changes }));
    },
  };
}

/** Opens a folder, looks at it and closes it. */
export async function withModel<T>(root: string, look: (model: LoadedModel) => T | Promise<T>): Promise<T> {
  const model = await loadModel(root, LOAD_OPTIONS);
  try {
    return await look(model);
  } finally {
    await model.release();
  }
}
