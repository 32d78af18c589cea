import { setImmediate } from "node:timers/promises";
import type { GenerateEvent, RawPicture } from "../core/generator.ts";
import type { RandomSource } from "../numerics/random-source.ts";
import { elements, type Tensor } from "../numerics/tensor.ts";
import { createTorchRandom } from "../numerics/torch-random.ts";
import type { Call, Made } from "./call.ts";
import { openControlNet } from "./control.ts";
import { decodePicture } from "./decode-picture.ts";
import { guidedOutput, type Denoise } from "./denoise.ts";
import type { DiffusionFamily } from "./families/family.ts";
import type { OneStepFamily } from "./families/generator.ts";
import { families } from "./families/index.ts";
import type { LoadedModel } from "./loaded-model.ts";
import { PREPARE } from "./modes/prepare.ts";
import { chooseTiling, EDGE_CELLS, matchEdges } from "./modes/tile.ts";
import { createGenerators, type Generators } from "./noise.ts";
import { createPhases, type Phases } from "./phases.ts";
import { resizePicture } from "./pictures.ts";
import { createPreviewer } from "./preview.ts";
import { ruledBatches, type RowBatches } from "./row-batches.ts";
import { createRunRows } from "./run-rows.ts";
import { schedulers as allSchedulers } from "./schedulers/index.ts";
import type { SchedulerFactory, SchedulerRun } from "./schedulers/scheduler.ts";
import { startSchedule } from "./start-schedule.ts";
import { createEmbeddingCache } from "./text/embedding-cache.ts";
import { createPromptEncoder, type PromptEncoder } from "./text/encode-prompt.ts";
import { planPrompts } from "./text/prompt-plan.ts";
import { toPicture } from "./vae.ts";

/** What a call went through, for tests and measurements. Arrays are the engine's own: copy what is kept. */
export interface Trace {
  /** randn of the latents [pictures, C, h, w]. */
  noise?(noise: Float32Array): void;
  /** What enters the first step. */
  start?(latents: Float32Array): void;
  /** After each step; packed where the family packs. */
  step?(latents: Float32Array, i: number): void;
}

export interface EngineOptions {
  readonly model: LoadedModel;
  readonly schedulers?: Readonly<Record<string, SchedulerFactory>>;
  /** torch.Generator("cpu") by default. */
  readonly createRandom?: (seed: number) => RandomSource;
  /** Bytes of prompt embeddings that are kept. */
  readonly cacheBytes?: number;
  /** What the model's graphs run on, for that rule. */
  readonly device?: string;
  /** How many rows of the denoiser run together; by default by a rule (ruledBatches). Pictures are the same either way (run-rows.ts). */
  readonly batches?: RowBatches;
  /** Least time between two previews, which cost device time: a tenth of it at most. 0 = after every step, whatever it costs. */
  readonly previewEveryMs?: number;
  readonly trace?: Trace;
}

/** Draws pictures with one model. */
export interface Engine {
  /**
   * Same call and model, same pictures. Rejects with a UserError for bad calls and with an AbortError (DOMException) when `signal` has
   * fired, which is checked between steps.
   */
  generate(call: Call, onEvent?: (event: GenerateEvent) => void, signal?: AbortSignal): Promise<Made>;
}

/** A call on its way. */
interface Running {
  readonly call: Call;
  readonly encoder: PromptEncoder;
  readonly generators: Generators;
  readonly phases: Phases;
  /** Sentences for the person. */
  readonly notes: Set<string>;
  readonly onEvent: (event: GenerateEvent) => void;
  /** Lets messages in, of which one may be the cancellation: runs of a graph block the thread. Rejects when it has come. */
  readonly checkpoint: () => Promise<void>;
}

const CACHE_BYTES = 128 * 2 ** 20;
const PREVIEW_EVERY_MS = 500;
/** A preview is followed by this many times what it took: a tiny decoder on a CPU may take its time, but not the picture's. */
const PREVIEW_SHARE = 9;

/** The engine of one loaded model. */
export function createEngine(options: EngineOptions): Engine {
  const { model, createRandom = createTorchRandom, previewEveryMs = PREVIEW_EVERY_MS, trace = {} } = options;
  const schedulers: Readonly<Record<string, SchedulerFactory>> = options.schedulers ?? allSchedulers;
  const family = families[model.family];
  const cache = createEmbeddingCache(options.cacheBytes ?? CACHE_BYTES);
  const previewer = createPreviewer(model, createRandom);
  const onNoise = (noise: Float32Array) => trace.noise?.(noise);

  return {
    async generate(given, onEvent = () => {}, signal) {
      const phases = createPhases();
      const call = fitInputs(given);
      const running: Running = {
        call,
        encoder: createPromptEncoder(model, cache, call.promptSyntax),
        generators: createGenerators(call.generator, call.prompts.length, createRandom),
        phases,
        notes: new Set(),
        onEvent,
        async checkpoint() {
          await setImmediate();
          if (signal?.aborted) throw new DOMException("The drawing was cancelled", "AbortError");
        },
      };
      await running.checkpoint();
      const images = family.steps === "one" ? await drawOnce(family, running) : await drawInSteps(family, running);
      return { pictures: images.map(toPicture), timings: phases.stop(), notes: [...running.notes] };
    },
  };

  function drawOnce(one: OneStepFamily, { call, encoder, generators, phases }: Running): Promise<Tensor[]> {
    phases.enter("denoiseMs");
    return one.draw({ model, call, encoder, generators, onNoise });
  }

  async function drawInSteps(many: DiffusionFamily, running: Running): Promise<Tensor[]> {
    const { call, encoder, phases, onEvent, checkpoint } = running;
    const model = many.variant?.(options.model, call) ?? options.model;
    const latentDims = many.latentDims(model, call);
    const control = openControlNet(model, call);
    const run = startSchedule(model, call, schedulers, (config) => many.schedule(model, call, config, latentDims));
    const layout = await many.layOut?.(model, call, latentDims, createRandom);
    for (const note of layout?.notes ?? []) running.notes.add(note);
    const plan = await planPrompts(many, { model, call, encoder }, layout);

    await checkpoint();
    phases.enter("denoiseMs");
    const start = await PREPARE[call.mode]({
      model,
      call,
      run,
      latentDims,
      pictures: call.prompts.length,
      generators: running.generators,
      createRandom,
      firstStep: (strength) => many.skippedSteps(model, call, strength) * run.order,
      onNoise,
      ...(layout?.origins ? { origins: layout.origins } : {}),
    });
    const batches = options.batches ?? ruledBatches(options.device, call.mode === "instruct" ? 3 : 2);
    const runRows = createRunRows(model, many, latentDims, control, batches);
    const tiling = chooseTiling(call, plan.at(0, 0), latentDims);
    const denoise = { model, family: many, call, latentDims, run, plan, start, runRows, tiling };
    const latents = await takeSteps(denoise, running);

    phases.enter("decodeMs");
    onEvent({ type: "decoding" });
    const images: Tensor[] = [];
    for (const entry of split(denoise, latents)) {
      await checkpoint();
      const image = await decodePicture(model, entry, tiling);
      if (tiling === "none") previewer.learn(entry, image);
      images.push(image);
    }
    return images;
  }

  /** From the start to clean latents, packed where the family packs. */
  async function takeSteps(
    denoise: Denoise,
    { call, generators, onEvent, checkpoint }: Running,
  ): Promise<Float32Array> {
    const { family: many, latentDims, run, start, tiling } = denoise;
    const pack = (latents: Float32Array) => many.pack?.(latents, latentDims) ?? latents;
    const unpack = (latents: Float32Array) => many.unpack?.(latents, latentDims) ?? latents;
    const meetEdges = (latents: Float32Array, kind: "noise" | "picture") =>
      tiling === "edges" ? matchEdges({ data: latents, dims: latentDims }, EDGE_CELLS, kind).data : latents;

    const progress = countSteps(call.numInferenceSteps, run);
    let latents = pack(meetEdges(start.latents, "noise"));
    trace.start?.(latents);
    let nextPreviewAt = performance.now() + previewEveryMs;
    for (let i = start.begin; i < run.timesteps.length; i++) {
      await checkpoint();
      const output = await guidedOutput(denoise, latents, i);
      latents = run.step(output, i, latents, { random: generators.sources, eta: call.eta ?? 0 });
      if (start.afterStep) latents = pack(start.afterStep(unpack(latents), i));
      if (tiling === "edges") latents = pack(meetEdges(unpack(latents), "picture"));
      trace.step?.(latents, i);
      onEvent({ type: "step", ...progress(i) });

      const isLast = i + 1 === run.timesteps.length;
      if (call.previews === true && !isLast && performance.now() >= nextPreviewAt) {
        const startedAt = performance.now();
        const picture = await previewer.draw(split(denoise, run.denoised ?? latents));
        if (picture) onEvent({ type: "preview", picture });
        const now = performance.now();
        nextPreviewAt = now + (previewEveryMs > 0 ? Math.max(previewEveryMs, PREVIEW_SHARE * (now - startedAt)) : 0);
      }
    }
    return latents;
  }
}

/**
 * Steps of those that were asked for, as the progress bar of diffusers' pipelines counts them: some schedulers call the denoiser twice for one,
 * or warm up. What starts from a picture starts within them: with two of four when a quarter is skipped.
 */
function countSteps(steps: number, { timesteps, order }: SchedulerRun): (i: number) => { step: number; steps: number } {
  const warmUp = timesteps.length - steps * order;
  return (i) => ({ step: Math.min(steps, Math.max(1, Math.ceil((i + 1 - Math.max(0, warmUp)) / order))), steps });
}

/** Latents of all pictures as [C, h, w] of each. */
function split({ family, call, latentDims }: Denoise, latents: Float32Array): Tensor[] {
  const size = elements(latentDims);
  const plain = family.unpack?.(latents, latentDims) ?? latents;
  return call.prompts.map((_, i) => ({ data: plain.subarray(i * size, (i + 1) * size), dims: latentDims }));
}

/** Input pictures in the size that is drawn, as VaeImageProcessor.preprocess resizes them. */
function fitInputs(call: Call): Call {
  const fit = (picture: RawPicture) => resizePicture(picture, call.width, call.height);
  return {
    ...call,
    ...(call.image ? { image: fit(call.image) } : {}),
    ...(call.mask ? { mask: fit(call.mask) } : {}),
    ...(call.others ? { others: call.others.map(fit) } : {}),
    ...(call.control ? { control: { ...call.control, image: fit(call.control.image) } } : {}),
  };
}
