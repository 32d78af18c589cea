import { slerp } from "../../numerics/slerp.ts";
import type { Condition, DiffusionFamily, EncodeSetting, Layout, Prompt } from "../families/family.ts";
import { isScheduled, promptAt } from "./prompt-schedule.ts";
import { splitAnd } from "./prompt-weights.ts";

/** What one picture is told at a step. */
export interface Told {
  /** One, or several joined by AND. */
  readonly positive: readonly { readonly condition: Condition; readonly weight: number }[];
  /** Absent where guidance needs no negative row. */
  readonly negative: Condition | undefined;
}

/** What every picture of a call is told, encoded before the first step. `step` counts inference steps from 0. */
export interface PromptPlan {
  at(picture: number, step: number): Told;
}

/** Encodes all prompts of a call (or those that its layout made of them), each variant of a scheduled one once. */
export async function planPrompts(family: DiffusionFamily, given: EncodeSetting, layout?: Layout): Promise<PromptPlan> {
  const setting = layout ? { ...given, call: { ...given.call, prompts: layout.prompts } } : given;
  const { call, model } = setting;
  const negative = family.runsNegative(model, call);
  const told = new Map<string, Told>();
  const keys = call.prompts.map((_, picture) =>
    Array.from({ length: call.numInferenceSteps }, (_, step) => JSON.stringify(textsAt(setting, picture, step))),
  );
  for (const [picture, steps] of keys.entries()) {
    for (const [step, key] of steps.entries()) {
      if (!told.has(key)) told.set(key, await encodeTold(family, setting, textsAt(setting, picture, step), negative));
    }
  }
  return {
    at(picture, step) {
      const steps = keys[picture]!;
      const found = told.get(steps[Math.min(step, steps.length - 1)]!)!;
      return withLayout(family.inBatch?.(model, call, found, picture) ?? found, layout?.conditions[picture]);
    },
  };
}

/** The layout is what both rows are told: guidance is about the words. */
function withLayout(told: Told, layout: Condition | undefined): Told {
  if (!layout) return told;
  return {
    positive: told.positive.map(({ condition, weight }) => ({ condition: { ...condition, ...layout }, weight })),
    negative: told.negative && { ...told.negative, ...layout },
  };
}

interface Texts {
  readonly positive: readonly { readonly prompt: Prompt; readonly weight: number }[];
  /** null stands for diffusers' None: it survives JSON. */
  readonly negative: Prompt | null;
  readonly blend: string | null;
}

function textsAt({ call }: EncodeSetting, picture: number, step: number): Texts {
  const resolve = <T extends string | undefined>(text: T): T | string =>
    text !== undefined && call.promptSyntax && isScheduled(text) ? promptAt(text, step, call.numInferenceSteps) : text;
  const text = resolve(call.prompts[picture]!);
  const second = resolve(call.prompts2?.[picture]);
  const third = resolve(call.prompts3?.[picture]);
  const parts = call.promptSyntax ? splitAnd(text) : [{ text, weight: 1 }];
  const negative = resolve(call.negativePrompts?.[picture]);
  return {
    positive: parts.map((part) => ({ prompt: [part.text, second, third], weight: part.weight })),
    negative:
      negative === undefined
        ? null
        : [negative, resolve(call.negativePrompts2?.[picture]), resolve(call.negativePrompts3?.[picture])],
    blend: call.blend?.prompts?.[picture] ?? null,
  };
}

async function encodeTold(
  family: DiffusionFamily,
  setting: EncodeSetting,
  texts: Texts,
  negative: boolean,
): Promise<Told> {
  const positive: { condition: Condition; weight: number }[] = [];
  for (const { prompt, weight } of texts.positive) {
    const condition = await family.encode(setting, prompt, "positive");
    positive.push({ condition: await blendTexts(family, setting, condition, texts.blend), weight });
  }
  return {
    positive,
    negative: negative ? await family.encode(setting, texts.negative ?? undefined, "negative") : undefined,
  };
}

/** Moves the text's embeddings towards those of another prompt, each by spherical interpolation. */
async function blendTexts(
  family: DiffusionFamily,
  setting: EncodeSetting,
  condition: Condition,
  other: string | null,
): Promise<Condition> {
  const weight = setting.call.blend?.weight;
  if (other === null || weight === undefined) return condition;
  const towards = await family.encode(setting, [other, undefined, undefined], "positive");
  const names = ["encoder_hidden_states", "text_embeds", "pooled_projections"].filter((name) => condition[name]);
  const blended = names.map((name) => {
    const { data, dims } = condition[name]!;
    return [name, { data: slerp(data, towards[name]!.data, weight), dims }];
  });
  return { ...condition, ...Object.fromEntries(blended) };
}
