import { z } from "zod";
import { MODES } from "../core/image-request.ts";

const size = z.tuple([z.int().positive(), z.int().positive()]);

/** models/<id>/model.json: what the front must know without loading weights, and what `easel models verify` checks. */
export const manifestSchema = z.strictObject({
  schema: z.literal(1),
  title: z.string().min(1),
  version: z.string().min(1),
  licence: z.string().min(1),
  modes: z.array(z.enum(MODES)).min(1),
  alpha: z.boolean(),
  /** An image-text scorer lies in the folder. */
  scorer: z.literal(true).optional(),
  sizes: z.strictObject({
    default: size,
    only: z.array(size).min(1).optional(),
    multipleOf: z.int().positive(),
    min: z.int().positive(),
    max: z.int().positive(),
  }),
  defaults: z.strictObject({
    steps: z.int().positive(),
    guidanceScale: z.number().min(0),
    negativePrompt: z.string(),
    sampler: z.string(),
    strength: z.number().min(0).max(1),
    clipSkip: z.int().min(1).max(11).optional(),
    guidanceRescale: z.number().min(0).max(1).optional(),
    imageGuidanceScale: z.number().min(1).max(30).optional(),
  }),
  limits: z.strictObject({ maxSteps: z.int().positive(), maxCount: z.int().positive() }),
  /** File in the folder with the closed vocabulary, where the model has one. */
  vocabulary: z.string().optional(),
  /** Index of its picture memory, where the model has one. */
  memory: z.string().optional(),
  files: z
    .array(
      z.strictObject({ path: z.string().min(1), bytes: z.int().min(0), sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
    )
    .min(1),
});

export type Manifest = z.infer<typeof manifestSchema>;

export const vocabularySchema = z.strictObject({
  concepts: z.record(z.string(), z.array(z.string()).min(1)),
  styles: z.record(z.string(), z.array(z.string()).min(1)),
  usualStyles: z.array(z.string()).min(1).optional(),
  words: z.array(z.string()),
});

/** The faults of a failed parse as one line: `sizes.default: expected array`. */
export function describeFaults(error: z.ZodError): string {
  return error.issues.map((issue) => `${issue.path.join(".") || "(top)"}: ${issue.message}`).join("; ");
}
