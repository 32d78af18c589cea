import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Command, Option } from "commander";
import { UserError } from "../core/errors.ts";
import type { ModelFacts } from "../models/model-facts.ts";
import { fromFloat16Array } from "../numerics/float16.ts";
import {
  finishRewrite,
  observe,
  openSubject,
  orDiscard,
  trialOf,
  type Rewritten,
  type Subject,
} from "./models-rewrite.ts";
import { sayStep } from "./models-text.ts";

/** A file of this name in a model folder is its calibration set. */
const CALIBRATION_FILE = "calibration.txt";
/** More pictures hardly widen the ranges. */
const MAX_CALIBRATION_PROMPTS = 64;

interface QuantizeOptions {
  readonly out?: string;
  readonly prompts?: string;
  readonly decoder?: boolean;
  readonly beside?: boolean;
}

/** `easel models quantize <id>`: a copy of a model with int8 weights. */
export function quantizeCommand(): Command {
  return new Command("quantize")
    .description("Make a copy of a model that computes in int8: smaller, and faster on processors that gain from it")
    .argument("<id>", "name of an installed model")
    .addOption(new Option("--out <name>", "name of the copy; <id>-int8 by default").conflicts("beside"))
    .option(
      "--beside",
      "no copy: int8 graphs beside the model's own, and every machine uses the faster ones (setting INT8)",
    )
    .addOption(
      new Option(
        "--prompts <file>",
        `one prompt a line: convolutions become int8 too, with ranges from drawing these; ${CALIBRATION_FILE} in the model's folder by default`,
      ),
    )
    .option("--decoder", "also the picture decoder, whose loss is the easiest to see")
    .action(async (id: string, options: QuantizeOptions) => {
      const subject = await openSubject(id, options.beside ? undefined : (options.out ?? `${id}-int8`));
      await orDiscard(subject, () => quantize(subject, options));
    });
}

async function quantize(subject: Subject, options: QuantizeOptions): Promise<void> {
  // Only this sub-command pays for the protobuf library.
  const { createGraphEditor } = await import("../models/onnx-graph.ts");
  const { quantizeMatMuls } = await import("../models/quantize-matmul.ts");
  const { quantizeConvs } = await import("../models/quantize-conv.ts");
  const graphs = graphsToQuantize(subject.facts, options.decoder === true);
  const prompts = calibrationPrompts(subject, options.prompts);
  const ranges = prompts ? await calibrate(subject, graphs, prompts) : undefined;

  const rewritten: Rewritten[] = [];
  for (const graph of graphs) {
    sayStep(`quantizing ${graph}`);
    const file = subject.rewrite.open(graph);
    const editor = createGraphEditor(file, fromFloat16Array);
    const known = ranges?.get(graph);
    const convs = known ? await quantizeConvs(editor, known.targetsIn(editor), known.ranges) : 0;
    const products = await quantizeMatMuls(editor);
    if (convs + products === 0) continue;
    editor.finish();
    const what = [products > 0 ? `${products} products` : "", convs > 0 ? `${convs} convolutions` : ""];
    rewritten.push({
      graph,
      what: what.filter((part) => part !== "").join(", "),
      ...(await subject.rewrite.save(graph, file)),
    });
  }
  if (rewritten.length === 0)
    throw new UserError("model-unchanged", { model: subject.id, reason: "it has no weights that int8 would help" });
  await finishRewrite(subject, rewritten, { trial: trialOf(subject), title: "int8" });
}

/** Text encoders and the denoiser; the decoder when asked for. */
function graphsToQuantize({ components }: ModelFacts, decoder: boolean): string[] {
  const wanted = /^(text_encoder|unet|transformer|generator)/;
  const names = Object.keys(components).filter((name) => wanted.test(name) || (decoder && name === "vae_decoder"));
  return names.map((name) => components[name]!);
}

function calibrationPrompts({ folder }: Subject, given: string | undefined): string[] | undefined {
  const path = given ?? join(folder, CALIBRATION_FILE);
  if (!existsSync(path)) {
    if (given === undefined) return undefined;
    throw new UserError("file-unreadable", { file: given, reason: "it does not exist" });
  }
  const prompts = readFileSync(path, "utf8")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  if (prompts.length > 0) return prompts.slice(0, MAX_CALIBRATION_PROMPTS);
  throw new UserError("file-unreadable", { file: path, reason: "it holds no prompts" });
}

/** Draws the prompts and keeps what convolutions saw and made, by graph. */
async function calibrate(subject: Subject, graphs: readonly string[], prompts: readonly string[]) {
  const { createGraphEditor } = await import("../models/onnx-graph.ts");
  const { convTargets, exposeRanges, rangeOutputs } = await import("../models/quantize-conv.ts");
  const measured = [];
  for (const graph of graphs.filter((path) => !path.startsWith("text_encoder"))) {
    const file = subject.rewrite.open(graph);
    const editor = createGraphEditor(file, fromFloat16Array);
    const values = [...new Set(convTargets(editor).flatMap(({ input, output }) => [input, output]))];
    if (values.length === 0) continue;
    exposeRanges(editor, values);
    const outputs = values.flatMap((_, index) => Object.values(rangeOutputs(index)));
    measured.push({ graph, file, values, outputs });
  }
  sayStep(
    `drawing ${prompts.length} pictures to see the ranges of ${measured.map(({ graph }) => graph).join(" and ")}`,
  );
  const seen = await observe(subject, measured, trialOf(subject, { prompts }));
  return new Map(
    measured.map(({ graph, values }) => {
      const observations = seen.get(graph)!;
      const ranges = new Map(
        values.map((value, index) => {
          const { min, max } = rangeOutputs(index);
          return [value, { min: observations[min]!.min, max: observations[max]!.max }];
        }),
      );
      return [graph, { ranges, targetsIn: convTargets }];
    }),
  );
}
