import { Command } from "commander";
import type { Comparison } from "../inference/child-compare.ts";
import type { SeenValue } from "../models/fuse-attention.ts";
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
import { say, sayStep } from "./models-text.ts";

/** Fused attention adds in another order; more than this is another result. */
const MAX_RELATIVE_ERROR = 1e-3;
const FEW_STEPS = 4;

/** `easel models optimize <id>`: a copy of a model whose attention is fused. */
export function optimizeCommand(): Command {
  return new Command("optimize")
    .description(
      "Make a copy of a model with fused attention where its exporter left it in pieces: less memory, more speed",
    )
    .argument("<id>", "name of an installed model")
    .option("--out <name>", "name of the copy; <id>-fused by default")
    .action(async (id: string, options: { out?: string }) => {
      const subject = await openSubject(id, options.out ?? `${id}-fused`);
      await orDiscard(subject, () => optimize(subject));
    });
}

async function optimize(subject: Subject): Promise<void> {
  // Only this sub-command pays for the protobuf library.
  const { createGraphEditor } = await import("../models/onnx-graph.ts");
  const { exposeValues, findNaiveAttention, fuseAttention, seenOutputs, valuesToSee } =
    await import("../models/fuse-attention.ts");
  const edit = (graph: string) => createGraphEditor(subject.rewrite.open(graph), fromFloat16Array);

  const naive = [];
  for (const graph of new Set(Object.values(subject.facts.components))) {
    const editor = edit(graph);
    const { found } = findNaiveAttention(editor);
    if (found.length === 0) continue;
    const values = [...new Set(found.flatMap(valuesToSee))];
    exposeValues(editor, values);
    naive.push({ graph, file: editor.file, values, outputs: values.flatMap((_, i) => Object.values(seenOutputs(i))) });
  }
  sayStep("drawing a picture to see shapes and factors");
  const seen = naive.length === 0 ? new Map() : await observe(subject, naive, oneStep(subject));

  const rewritten: Rewritten[] = [];
  for (const { graph, values } of naive) {
    const observations = seen.get(graph) ?? {};
    // A graph that text to image does not run (the encoder) shows nothing.
    if (Object.keys(observations).length === 0) continue;
    const facts = new Map(
      values.map((value, index): [string, SeenValue] => {
        const { shape, min, max } = seenOutputs(index);
        return [value, { shape: observations[shape].first, min: observations[min].min, max: observations[max].max }];
      }),
    );
    const editor = edit(graph);
    const { found, left } = findNaiveAttention(editor);
    const fused = found.filter((attention) => fuseAttention(editor, attention, facts)).length;
    if (fused === 0) continue;
    editor.finish();
    const rest = left + found.length - fused;
    const what = `${fused} attentions fused${rest > 0 ? `, ${rest} left` : ""}`;
    rewritten.push({ graph, what, ...(await subject.rewrite.save(graph, editor.file)) });
  }
  if (rewritten.length === 0) {
    await subject.rewrite.discard();
    return say(
      `${subject.id}: there is nothing to fuse. Its attention is fused already, or of a form that is not known.`,
    );
  }
  const trial = trialOf(subject, { maxSteps: FEW_STEPS });
  await finishRewrite(subject, rewritten, { trial, title: "fused attention", refuse: tooFarOff });
}

function oneStep(subject: Subject) {
  const trial = trialOf(subject, { maxSteps: 1 });
  return { ...trial, prompts: trial.prompts.slice(0, 1) };
}

function tooFarOff({ graphs }: Comparison): string | undefined {
  const [name, worst] = Object.entries(graphs).sort(([, a], [, b]) => b.relativeError - a.relativeError)[0] ?? [];
  if (!worst || worst.relativeError <= MAX_RELATIVE_ERROR) return undefined;
  return `its fused form is off by ${(100 * worst.relativeError).toPrecision(2)} % in ${name}, so it is not kept`;
}
