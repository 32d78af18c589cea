/** A file of a model folder or a repository. */
export interface ListedFile {
  /** Relative, with forward slashes. */
  readonly path: string;
  readonly bytes: number;
}

/** Weights and programs for other runtimes, pictures of the card, and what version control leaves. */
const FOREIGN =
  /\.(safetensors|bin|ckpt|pt|pth|pkl|msgpack|h5|gguf|ot|tflite|mlmodel|mlpackage|xml|engine|plan|png|jpe?g|webp|gif|mp4|py|ipynb|zip)$/i;
const HIDDEN = /(^|\/)\.[^/]+(\/|$)/;
/** Text about the model and its settings. */
const PLAIN = /(^|\/)(LICENSE|LICENCE|NOTICE|README)[^/]*$|\.(json|txt|model|md|jinja)$/i;
/** Words that the operator has taught the model (textual inversion) are safetensors of their own. */
const EMBEDDING = /(^|\/)embeddings\/[^/]+\.safetensors$/;
/** Precisions of the same graph side by side, best first for a CPU. */
const PRECISIONS = ["", "fp32", "fp16", "quantized", "int8", "uint8", "q8", "q4f16", "q4", "bnb4"];
const SUFFIX = /[._-](fp32|fp16|quantized|int8|uint8|q8|q4f16|q4|bnb4)$/;
/** A faster variant that is kept beside the graph and chosen at start. */
const VARIANT = "model.int8.onnx";

const folderOf = (path: string): string => path.slice(0, path.lastIndexOf("/") + 1);
const nameOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1);
const stemOf = (path: string): string => nameOf(path).slice(0, -".onnx".length);
const rank = (path: string): number => PRECISIONS.indexOf(SUFFIX.exec(stemOf(path))?.[1] ?? "");

/**
 * The files of a listing that Easel needs: one graph of each component with everything that lies beside it (weights of large graphs have
 * any name), tokenizers, configurations, licence and card. Weights for PyTorch and others, and further precisions of the same graph, are
 * left out.
 */
export function selectFiles<F extends ListedFile>(files: readonly F[]): F[] {
  const visible = files.filter(({ path }) => !HIDDEN.test(path) && path !== "model.json");
  const graphs = visible.filter(({ path }) => path.endsWith(".onnx")).map(({ path }) => path);
  const chosen = chooseGraphs(graphs);
  const dropped = graphs.filter((path) => !chosen.has(path));
  const graphFolders = new Set([...chosen].map(folderOf));

  return visible.filter(({ path }) => {
    if (EMBEDDING.test(path)) return true;
    if (path.endsWith(".onnx")) return chosen.has(path);
    if (FOREIGN.test(path)) return false;
    if (PLAIN.test(path)) return true;
    // model_fp16.onnx_data belongs to model_fp16.onnx.
    return graphFolders.has(folderOf(path)) && !dropped.some((graph) => path.startsWith(graph));
  });
}

/** One graph for each folder and name without its precision. */
function chooseGraphs(paths: readonly string[]): Set<string> {
  const best = new Map<string, string>();
  for (const path of [...paths].sort((a, b) => rank(a) - rank(b))) {
    const key = folderOf(path) + stemOf(path).replace(SUFFIX, "");
    if (!best.has(key)) best.set(key, path);
  }
  return new Set([...best.values(), ...paths.filter((path) => nameOf(path) === VARIANT)]);
}
