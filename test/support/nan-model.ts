import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openOnnxFile } from "../../src/models/onnx-file.ts";
import { runEasel } from "./run-easel.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const tiny = fileURLToPath(new URL("../golden/pipelines/sd-turbo/model", import.meta.url));
const FLOAT = 1;

/** Installs a tiny model whose decoder makes NaN of everything, as half floats that overflow do, for the program that runs in `cwd`. */
export async function installNanModel(cwd: string, id: string): Promise<void> {
  const source = join(temporaryFolder(), id);
  cpSync(tiny, source, { recursive: true });
  const path = join(source, "vae_decoder", "model.onnx");
  const file = openOnnxFile(path);
  for (const tensor of file.model.graph.initializer.filter(({ dataType }) => dataType === FLOAT)) {
    const { length } = await file.read(tensor);
    file.provide(tensor, () => Buffer.from(new Float32Array(length / 4).fill(Number.NaN).buffer));
  }
  await file.save(path);
  const { code, err } = await runEasel(["models", "add", source, "--id", id], { cwd });
  if (code !== 0) throw new Error(`the model cannot be installed: ${err}`);
  // Nobody looks at what it draws.
  const manifestPath = join(cwd, "data", "models", id, "model.json");
  const manifest = JSON.parse(readFileSync(manifestPath, "utf8")) as { sizes: object; defaults: object };
  Object.assign(manifest.sizes, { default: [256, 256] });
  Object.assign(manifest.defaults, { steps: 1, guidanceScale: 1 });
  writeFileSync(manifestPath, JSON.stringify(manifest));
}
