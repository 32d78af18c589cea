/**
 * What `easel models optimize` and `quantize` are worth on this machine: the same pictures with each form of a model, in turn, so that
 * other load meets all alike. `npm run bench -- int8 [model folder]`; the built-in model without one.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { RawPicture } from "../src/core/generator.ts";
import { createEngine } from "../src/diffusion/generate.ts";
import { loadModel } from "../src/diffusion/load/load-model.ts";
import { readManifest } from "../src/models/model-library.ts";
import { openSession } from "../src/onnx/open-session.ts";
import { builtInFolder } from "./support/built-in.ts";
import { describeMachine, median, printTable } from "./support/table.ts";

const ROUNDS = 12;
const PROMPTS = [
  "a red fox in the snow",
  "two yellow stars",
  "a blue fish under water",
  "a small green house on a hill",
  "a big orange cat",
  "three apples on a table",
  "a smiling sun over the sea",
  "a purple flower",
];

const work = mkdtempSync(join(tmpdir(), "easel-bench-"));
const program = fileURLToPath(new URL("../src/cli/easel.js", import.meta.url));
const env = { ...process.env, MODELS_DIR: work, DATA_DIR: work };

function easel(...args: readonly string[]): void {
  execFileSync(process.execPath, [program, "models", ...args], { env, stdio: ["ignore", "pipe", "inherit"] });
}

function bytesBelow(folder: string): number {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.onnx/.test(entry.name))
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}

function meanDifference(a: readonly RawPicture[], b: readonly RawPicture[]): number {
  const levels = a.flatMap(({ data }, p) => [...data].map((level, i) => Math.abs(level - b[p]!.data[i]!)));
  return levels.reduce((sum, level) => sum + level, 0) / levels.length;
}

try {
  const given = process.argv[3];
  const prompts = join(work, "prompts.txt");
  writeFileSync(prompts, PROMPTS.join("\n"));
  easel("add", given === undefined ? builtInFolder : resolve(given), "--id", "float32");
  easel("optimize", "float32", "--out", "fused");
  easel("quantize", "fused", "--out", "products");
  easel("quantize", "fused", "--out", "convolutions", "--prompts", prompts);
  easel("quantize", "fused", "--out", "everything", "--prompts", prompts, "--decoder");

  const forms = [
    ["float32", "as exported"],
    ["fused", "optimized"],
    ["products", "optimized, int8 products"],
    ["convolutions", "optimized, int8 products and convolutions"],
    ["everything", "the same, decoder too"],
  ] as const;
  const models = [];
  for (const [id, label] of forms) {
    const folder = join(work, id);
    const model = await loadModel(folder, {
      openSession,
      sessionOptions: { device: "cpu", threads: availableParallelism() },
    });
    models.push({
      label,
      folder,
      model,
      engine: createEngine({ model }),
      times: [] as number[],
      pictures: [] as RawPicture[],
    });
  }
  const { sizes, defaults } = readManifest(join(work, "float32"), "float32");
  for (let round = 0; round <= ROUNDS; round++) {
    for (const form of models) {
      const made = await form.engine.generate({
        mode: "text-to-image",
        prompts: PROMPTS.slice(0, 4),
        promptSyntax: true,
        width: sizes.default[0],
        height: sizes.default[1],
        numInferenceSteps: defaults.steps,
        guidanceScale: defaults.guidanceScale,
        generator: { kind: "list", seeds: [1, 2, 3, 4] },
      });
      if (round > 0) form.times.push(made.timings.totalMs);
      form.pictures = [...made.pictures];
    }
  }
  const [plain] = models;
  console.log(
    `${describeMachine()}; ${basename(given ?? builtInFolder)}: 4 pictures of ${sizes.default.join("x")}, ${defaults.steps} steps, median of ${ROUNDS} rounds\n`,
  );
  printTable(
    ["form", "graphs MB", "4 pictures ms", "faster", "levels off (of 255), mean"],
    models.map(({ label, folder, times, pictures }) => [
      label,
      (bytesBelow(folder) / 1e6).toFixed(1),
      median(times).toFixed(0),
      `${(median(plain!.times) / median(times)).toFixed(2)}x`,
      meanDifference(plain!.pictures, pictures).toFixed(2),
    ]),
  );
} finally {
  rmSync(work, { recursive: true });
}
