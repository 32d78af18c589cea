import { createJsonCheck, type JsonCheck } from "./json-check.ts";

/** Directions of CLIP's image space with the cosine from which a picture counts as showing them. */
interface ConceptTable {
  readonly embeds: readonly (readonly number[])[];
  readonly thresholds: readonly number[];
}

/** The buffers of StableDiffusionSafetyChecker. */
export interface Concepts {
  /** Never block by themselves: one of them lowers every threshold that follows. */
  readonly specialCare: ConceptTable;
  readonly concepts: ConceptTable;
}

const ADJUSTMENT = Math.fround(0.01);

/**
 * StableDiffusionSafetyChecker.forward of diffusers (safety_checker.py): the picture is flagged when the cosine with any concept exceeds
 * its threshold by more than nothing, after rounding to three decimals. Throws when the embedding is not a finite vector.
 */
export function breaksConcept(imageEmbeds: ArrayLike<number>, { specialCare, concepts }: Concepts): boolean {
  let adjustment = 0;
  for (const score of scoresOf(imageEmbeds, specialCare)) {
    if (roundsAboveZero(score + adjustment)) adjustment = ADJUSTMENT;
  }
  return scoresOf(imageEmbeds, concepts).some((score) => roundsAboveZero(score + adjustment));
}

/** round(score, 3) > 0 of a NumPy float32: half to even, so that 0.0005 is not enough. */
function roundsAboveZero(score: number): boolean {
  return Math.fround(Math.fround(score) * 1000) > 0.5;
}

/** Cosine minus threshold, per concept, in float32 steps as PyTorch. */
function scoresOf(imageEmbeds: ArrayLike<number>, { embeds, thresholds }: ConceptTable): number[] {
  const length = norm(imageEmbeds);
  if (!(length > 0 && Number.isFinite(length))) throw new Error("the image embedding is not a finite vector");
  return embeds.map((concept, index) => {
    if (concept.length !== imageEmbeds.length)
      throw new Error(`the embedding has ${imageEmbeds.length} values, the concepts ${concept.length}`);
    let dot = 0;
    for (let at = 0; at < concept.length; at++) dot += concept[at]! * imageEmbeds[at]!;
    return Math.fround(Math.fround(dot / (length * norm(concept))) - Math.fround(thresholds[index]!));
  });
}

function norm(vector: ArrayLike<number>): number {
  let sum = 0;
  for (let at = 0; at < vector.length; at++) sum += vector[at]! ** 2;
  return Math.sqrt(sum);
}

/** Reads concepts.json: the four buffers by diffusers' names. Throws an Error that names the field. */
export function readConcepts(file: string, text: string): Concepts {
  const check = createJsonCheck((field, fault) => new Error(`${file}: ${field}: ${fault}`));
  const root = check.object("the file", JSON.parse(text) as unknown);
  return {
    specialCare: readTable(check, root, "special_care_embeds"),
    concepts: readTable(check, root, "concept_embeds"),
  };
}

function readTable(check: JsonCheck, root: Record<string, unknown>, name: string): ConceptTable {
  const rows = check.array(name, root[name]);
  if (rows.length === 0) check.fail(name, "must have rows");
  const width = check.array(`${name}[0]`, rows[0]).length;
  return {
    embeds: rows.map((row, index) => check.numbers(`${name}[${index}]`, row, width)),
    thresholds: check.numbers(`${name}_weights`, root[`${name}_weights`], rows.length),
  };
}
