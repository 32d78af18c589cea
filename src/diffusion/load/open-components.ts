import { join } from "node:path";
import { checkOnnx } from "../../onnx/read-onnx.ts";
import type { OpenSession, Session, SessionOptions } from "../../onnx/session.ts";
import { type ComponentName, type ComponentPaths, insteadOfGraph } from "./find-components.ts";
import type { Part } from "./latent-geometry.ts";
import { ModelFault, reasonOf } from "./model-fault.ts";
import { readConfig } from "./read-config.ts";

export interface OpenerDeps {
  readonly openSession: OpenSession;
  readonly sessionOptions: SessionOptions;
}

/** Opens graphs of one folder and remembers them, so that a failure half-way frees what is open. */
export function createOpener(root: string, paths: ComponentPaths, { openSession, sessionOptions }: OpenerDeps) {
  const opened: Session[] = [];

  async function open(component: ComponentName): Promise<Part | undefined> {
    const place = paths[component];
    if (!place) return undefined;
    const { path, name, folder } = place;
    const configName = `${name.slice(0, name.lastIndexOf("/") + 1)}config.json`;
    const config = (await readConfig(join(folder, "config.json"), configName)) ?? {};
    try {
      const summary = checkOnnx(path);
      const session = await openSession(path, sessionOptions);
      opened.push(session);
      return { session, config, summary, name };
    } catch (error) {
      const reason = reasonOf(error).replaceAll(join(root, "/"), "");
      throw new ModelFault(`${name} cannot be opened: ${reason}`, { cause: error });
    }
  }

  return {
    open,
    async need(component: ComponentName): Promise<Part> {
      const part = await open(component);
      if (!part) throw new ModelFault(await insteadOfGraph(root, component));
      return part;
    },
    async release(): Promise<void> {
      for (const session of opened.splice(0)) await session.release();
    },
  };
}

export type Opener = ReturnType<typeof createOpener>;
