import { fileURLToPath } from "node:url";
import { loadModel } from "../../src/diffusion/load/load-model.ts";
import type { LoadedModel } from "../../src/diffusion/loaded-model.ts";
import { openSession } from "../../src/onnx/open-session.ts";
import type { Session } from "../../src/onnx/session.ts";

export const sessionOptions = { device: "cpu", threads: 1 };

/** A folder of the repository, by its path from the root: goldens and models that ship, whatever GOLDEN_DIR says. */
export function shippedFolder(path: string): string {
  return fileURLToPath(new URL(`../../${path}`, import.meta.url));
}

/** The model of a golden pipeline that ships. */
export function openGolden(name: string): Promise<LoadedModel> {
  return loadModel(shippedFolder(`test/golden/pipelines/${name}/model`), { openSession, sessionOptions });
}

/** The built-in model that ships. */
export function openBuiltIn(): Promise<LoadedModel> {
  return loadModel(shippedFolder("models/easel-v0"), { openSession, sessionOptions });
}

/** A session that remembers the batch of its first input at every run. */
export function countRows(session: Session): { readonly session: Session; readonly rows: number[] } {
  const rows: number[] = [];
  const first = session.inputs[0]!.name;
  return {
    rows,
    session: {
      ...session,
      run(feeds, want) {
        rows.push(feeds[first]!.dims[0] ?? 1);
        return session.run(feeds, want);
      },
    },
  };
}
