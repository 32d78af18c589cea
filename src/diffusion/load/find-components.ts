import type { Dirent } from "node:fs";
import { readdir } from "node:fs/promises";
import { basename, join, relative, sep } from "node:path";
import { ModelFault, reasonOf } from "./model-fault.ts";

/** diffusers' component names. */
const COMPONENTS = [
  "text_encoder",
  "text_encoder_2",
  "text_encoder_3",
  "unet",
  "unet_distilled",
  "transformer",
  "generator",
  "vae_decoder",
  "vae_encoder",
  "taesd_decoder",
  "controlnet",
  "safety_checker",
] as const;
export type ComponentName = (typeof COMPONENTS)[number];

/** Other names of a component's folder: OnnxStack and taesd's own exports keep the tiny decoder beside the main one in these. */
const OTHER_FOLDERS: Partial<Readonly<Record<ComponentName, readonly string[]>>> = {
  taesd_decoder: ["vae_decoder_tiny", "taesd/vae_decoder"],
};

/** Where one component lies. */
export interface ComponentPath {
  /** The .onnx file. */
  readonly path: string;
  /** The folder that holds its config.json, if any. */
  readonly folder: string;
  /** How messages call the file: relative to the model folder, with forward slashes. */
  readonly name: string;
}

export type ComponentPaths = Partial<Readonly<Record<ComponentName, ComponentPath>>>;

/** Names that the demo engines of onnxruntime and NVIDIA have for the components; plain ones first. */
const ENGINES: readonly (readonly [pattern: RegExp, component: ComponentName])[] = [
  [/^clip$/, "text_encoder"],
  [/^clip2$/, "text_encoder_2"],
  [/^(t5|clip3)$/, "text_encoder_3"],
  [/^unet(xl)?$/, "unet"],
  [/^unet(xl)?_\w+$/, "unet"],
  [/^(transformer|mmdit)$/, "transformer"],
  [/^vae$/, "vae_decoder"],
  [/^vae_?enc(oder)?$/, "vae_encoder"],
  [/^controlnet$/, "controlnet"],
];

/** Suffixes of files that hold the same graph in several precisions, best first. */
const ON_CPU = ["", "fp32", "fp16", "quantized", "int8", "uint8", "q8", "q4f16", "q4", "bnb4"];
const ON_GPU = ["fp16", "", "fp32", "q4f16", "q4", "bnb4", "quantized", "int8", "uint8", "q8"];
const SUFFIX = /[._-](fp32|fp16|quantized|int8|uint8|q8|q4f16|q4|bnb4)$/;

/** Entries of a folder, sorted; none where there is no such folder. */
async function entriesOf(folder: string): Promise<Dirent[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return [];
    throw new ModelFault(`${basename(folder)}/ cannot be read (${reasonOf(error)})`, { cause: error });
  }
}

const isOnnx = (entry: Dirent): boolean => entry.name.endsWith(".onnx") && !entry.isDirectory();

/** model.onnx, or the only graph, or the precision that suits the device. */
function preferred(names: readonly string[], onCpu: boolean): string | undefined {
  if (names.includes("model.onnx")) return "model.onnx";
  if (names.length <= 1) return names[0];
  const order = onCpu ? ON_CPU : ON_GPU;
  const rank = (name: string) => order.indexOf(SUFFIX.exec(name.slice(0, -".onnx".length))?.[1] ?? "");
  return [...names].sort((a, b) => rank(a) - rank(b))[0];
}

async function graphIn(folder: string, onCpu: boolean): Promise<string | undefined> {
  for (const place of [folder, join(folder, "onnx")]) {
    const name = preferred(
      (await entriesOf(place)).filter(isOnnx).map((entry) => entry.name),
      onCpu,
    );
    if (name !== undefined) return join(place, name);
  }
  return undefined;
}

/** Graphs that lie side by side in one folder: unet.onnx, text_encoder_model_fp16.onnx. */
function flatGraph(names: readonly string[], component: string, onCpu: boolean): string | undefined {
  const own = names.filter((name) => {
    const stem = name.slice(0, -".onnx".length).replace(SUFFIX, "");
    return stem === component || stem === `${component}_model`;
  });
  return preferred(own, onCpu);
}

/** ORT_CUDA/<model>/engine/<component>.ort_cuda.fp16/, at most three folders deep. */
async function engineFolders(
  root: string,
  depth = 3,
): Promise<{ folder: string; component: ComponentName; rank: number }[]> {
  const found: { folder: string; component: ComponentName; rank: number }[] = [];
  for (const entry of await entriesOf(root)) {
    if (!entry.isDirectory()) continue;
    const folder = join(root, entry.name);
    if (basename(root) === "engine") {
      const rank = ENGINES.findIndex(([pattern]) => pattern.test(entry.name.split(".")[0]!));
      if (rank >= 0) found.push({ folder, component: ENGINES[rank]![1], rank });
    } else if (depth > 0) found.push(...(await engineFolders(folder, depth - 1)));
  }
  return found.sort((a, b) => a.rank - b.rank);
}

/**
 * Finds the components of a model folder in the layouts of optimum, the diffusers scripts, Olive, onnxruntime's demo engines, OnnxStack and
 * the web demos. Throws a ModelFault when there is no such folder or nothing of a model in it.
 */
export async function findComponents(root: string, onCpu: boolean): Promise<ComponentPaths> {
  const entries = await entriesOf(root);
  if (entries.length === 0) throw new ModelFault("the folder is missing or empty");
  const found: Partial<Record<ComponentName, ComponentPath>> = {};
  const add = (component: ComponentName, path: string, folder: string) => {
    found[component] ??= { path, folder, name: relative(root, path).split(sep).join("/") };
  };

  const engines = await engineFolders(root);
  for (const base of [root, join(root, "onnx")]) {
    const names = (await entriesOf(base)).filter(isOnnx).map((entry) => entry.name);
    for (const component of COMPONENTS) {
      for (const name of [component, ...(OTHER_FOLDERS[component] ?? [])]) {
        const folder = join(base, name);
        const path = await graphIn(folder, onCpu);
        if (path !== undefined) add(component, path, folder);
      }
      const flat = flatGraph(names, component, onCpu);
      if (flat !== undefined) add(component, join(base, flat), join(base, component));
    }
  }
  for (const { folder, component } of engines) {
    const path = await graphIn(folder, onCpu);
    if (path !== undefined) add(component, path, folder);
  }
  // OnnxStack keeps the U-Net that takes a ControlNet's residuals beside the plain one.
  const withResiduals = join(root, "unet", "controlnet.onnx");
  if (found.controlnet && (await entriesOf(join(root, "unet"))).some((entry) => entry.name === "controlnet.onnx"))
    found.unet = { path: withResiduals, folder: join(root, "unet"), name: "unet/controlnet.onnx" };
  return found;
}

/** The files of a folder that has no graph, for the message that says so. */
export async function insteadOfGraph(root: string, component: ComponentName): Promise<string> {
  const names = (await entriesOf(join(root, component))).map((entry) => entry.name);
  if (names.length === 0) return `${component}/model.onnx is missing`;
  const torch = names.some((name) => /\.(safetensors|bin|pt|ckpt)$/.test(name));
  const advice = torch
    ? "; its weights are for PyTorch: export the model to ONNX first, for example with optimum-cli"
    : "";
  return `${component}/ holds no .onnx file${advice}`;
}
