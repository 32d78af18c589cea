import { z } from "zod";

/** What loading a model folder tells about it. Made by inference/child-inspect.ts, because loading needs onnxruntime-node. */
export const modelFactsSchema = z.object({
  /** diffusion/loaded-model.ts FamilyName. */
  family: z.string(),
  pipelineClass: z.string(),
  scheduler: z.object({ name: z.string(), predictionType: z.string() }),
  latentChannels: z.int(),
  sampleChannels: z.int(),
  imageChannels: z.int(),
  vaeScaleFactor: z.int(),
  /** Width of the rows that text encoders make; 768 = Stable Diffusion 1, 1024 = Stable Diffusion 2. */
  textWidth: z.int().optional(),
  /** sample_size of the denoiser's configuration in latent cells. */
  sampleCells: z.tuple([z.number(), z.number()]).optional(),
  /** The one size in pixels [width, height] that the graph can draw. */
  fixedSize: z.tuple([z.int(), z.int()]).optional(),
  hasVaeEncoder: z.boolean(),
  hasControlnet: z.boolean(),
  /** An image-text scorer that opens. */
  hasScorer: z.boolean(),
  /** The guidance scale is an input of the denoiser: latent consistency models. */
  hasTimestepCond: z.boolean(),
  /** The guidance scale is an input of the denoiser: Flux dev. */
  hasGuidanceInput: z.boolean(),
  /** Element types of the denoiser's first input, e.g. float32. */
  elementType: z.string(),
  /** Graph files of the components, relative to the folder, by diffusers' name. */
  components: z.record(z.string(), z.string()),
});

export type ModelFacts = z.infer<typeof modelFactsSchema>;
