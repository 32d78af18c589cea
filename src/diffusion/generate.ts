import { setImmediate } from "node:timers/promises";
import type { GenerateEvent, RawPicture } from "../core/generator.ts";
import type { RandomSource } from "../numerics/random-source.ts";
import { elements, type Tensor } from "../numerics/tensor.ts";
import { createTorchRandom } from "../numerics/torch-random.ts";
import type { Call, Made } from "./call.ts";
import { openControlNet } from "./control.ts";
import { guidedOutput } from "./denoise.ts";
import type { DiffusionFamily, LatentDims } from "./families/family.ts";
import type { OneStepFamily } from "./families/generator.ts";
import { families } from "./families/index.ts";
import type { LoadedModel } from "./loaded-model.ts";
import { PREPARE } from "./modes/prepare.ts";
import {
  chooseTiling,
  cropMargin,
  EDGE_CELLS,
  MARGIN_CELLS,
  matchEdges,
  wrapMargin,
  type Tiling,
} from "./modes/tile.ts";
import { createGenerators } from "./noise.ts";
import { resizePicture } from "./pictures.ts";
import { createPreviewer } from "./preview.ts";
import { createRunRows } from "./run-rows.ts";
import { schedulers as allSchedulers } from "./schedulers/index.ts";
import type { SchedulerFactory, SchedulerRun } from "./schedulers/scheduler.ts";
import { createEmbeddingCache } from "./text/embedding-cache.ts";
import { createPromptEncoder } from "./text/encode-prompt.ts";
import { planPrompts } from "./text/prompt-plan.ts";
import { decodeLatents, toPicture } from "./vae.ts";

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
  /**
   * Rows of the denoiser that run together: 1 saves memory where batches gain nothing (large latents on a CPU). Default: all rows of a call
   * for small latents, else those of one picture, as diffusers runs guidance. Pictures are the same either way, as far as the device's
   * kernels give a row the same numbers in every batch; onnxruntime's CPU kernels do (see test/diffusion/built-in.test.ts).
   */
  readonly rowsAtOnce?: number;
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

const CACHE_BYTES = 128 * 2 ** 20;
/** Latents of at most this many cells run all at once: they leave a device idle alone. */
const SMALL_CELLS = 1024;
const PREVIEW_EVERY_MS = 500;

/** The engine of one loaded model. */
export function createEngine(options: EngineOptions): Engine {
  const { model, createRandom = createTorchRandom, trace = {} } = options;
  const schedulers: Readonly<Record<string, SchedulerFactory>> = options.schedulers ?? allSchedulers;
  const family = families[model.family];
  const cache = createEmbeddingCache(options.cacheBytes ?? CACHE_BYTES);
  const previewer = createPreviewer(model, createRandom);

  return {
    async generate(given, onEvent = () => {}, signal) {
      const call = fitInputs(given);
      const clock = createPhases();
      const encoder = createPromptEncoder(model, cache, call.promptSyntax);
      if (family.steps === "one") return drawOnce(family, call, encoder, clock, signal);

      const latentDims = family.latentDims(model, call);
      const images = await drawSteps(family, call, latentDims, encoder, clock, onEvent, signal);
      return { pictures: images.map(toPicture), timings: clock.stop(), notes: [] };
    },
  };

  async function drawOnce(
    one: OneStepFamily,
    call: Call,
    encoder: ReturnType<typeof createPromptEncoder>,
    clock: Phases,
    signal?: AbortSignal,
  ): Promise<Made> {
    throwIfAborted(signal);
    const generators = createGenerators(call.generator, call.prompts.length, createRandom);
    clock.enter("denoiseMs");
    const images = await one.draw({ model, call, encoder, generators, onNoise: (noise) => trace.noise?.(noise) });
    return { pictures: images.map(toPicture), timings: clock.stop(), notes: [] };
  }

  async function drawSteps(
    many: DiffusionFamily,
    call: Call,
    latentDims: LatentDims,
    encoder: ReturnType<typeof createPromptEncoder>,
    clock: Phases,
    onEvent: (event: GenerateEvent) => void,
    signal?: AbortSignal,
  ): Promise<Tensor[]> {
    const check = async () => {
      // Lets messages in, of which one may be the cancellation: runs of the graph block the thread.
      await setImmediate();
      throwIfAborted(signal);
    };
    const pictures = call.prompts.length;
    const generators = createGenerators(call.generator, pictures, createRandom);
    const control = openControlNet(model, call);

    clock.enter("textMs");
    await check();
    const plan = await planPrompts(many, { model, call, encoder });
    await check();

    clock.enter("denoiseMs");
    const run = startSchedule(many, call, latentDims);
    const start = await PREPARE[call.mode]({
      model,
      call,
      run,
      latentDims,
      pictures,
      generators,
      createRandom,
      firstStep: (strength) => many.skippedSteps(model, call, strength) * run.order,
      onNoise: (noise) => trace.noise?.(noise),
    });
    const steps = run.timesteps.length - start.begin;
    const rowsOfPicture = call.mode === "instruct" ? 3 : 2;
    const isSmall = latentDims[1] * latentDims[2] <= SMALL_CELLS;
    const atOnce = options.rowsAtOnce ?? (isSmall ? Number.POSITIVE_INFINITY : rowsOfPicture);
    const runRows = createRunRows(model, many, latentDims, control, atOnce);
    const tiling = chooseTiling(call, plan.at(0, 0), latentDims);
    const denoise = { model, family: many, call, latentDims, run, plan, start, runRows, tiling };

    const pack = (latents: Float32Array) => many.pack?.(latents, latentDims) ?? latents;
    const unpack = (latents: Float32Array) => many.unpack?.(latents, latentDims) ?? latents;
    const split = (latents: Float32Array) => {
      const size = elements(latentDims);
      const plain = unpack(latents);
      return call.prompts.map((_, i) => ({ data: plain.subarray(i * size, (i + 1) * size), dims: latentDims }));
    };

    const meetEdges = (latents: Float32Array, kind: "noise" | "picture") =>
      tiling === "edges" ? matchEdges({ data: latents, dims: latentDims }, EDGE_CELLS, kind).data : latents;

    let latents = pack(meetEdges(start.latents, "noise"));
    trace.start?.(latents);
    let previewedAt = performance.now();
    for (let i = start.begin; i < run.timesteps.length; i++) {
      await check();
      const output = await guidedOutput(denoise, latents, i);
      latents = run.step(output, i, latents, { random: generators.sources, eta: call.eta ?? 0 });
      if (start.afterStep) latents = pack(start.afterStep(unpack(latents), i));
      if (tiling === "edges") latents = pack(meetEdges(unpack(latents), "picture"));
      trace.step?.(latents, i);
      onEvent({ type: "step", step: i - start.begin + 1, steps });

      const isLast = i + 1 === run.timesteps.length;
      if (call.previews === true && !isLast && performance.now() - previewedAt >= PREVIEW_EVERY_MS) {
        const picture = await previewer.draw(split(run.denoised ?? latents));
        if (picture) onEvent({ type: "preview", picture });
        previewedAt = performance.now();
      }
    }

    clock.enter("decodeMs");
    onEvent({ type: "decoding" });
    const images: Tensor[] = [];
    for (const entry of split(latents)) {
      await check();
      const image = await decode(entry, tiling);
      if (tiling === "none") previewer.learn(entry, image);
      images.push(image);
    }
    return images;
  }

  /** Tiling pictures are decoded with a margin that wraps around, or their edges are brought together. */
  async function decode(latents: Tensor, tiling: Tiling): Promise<Tensor> {
    const axes = model.vaeDecoder?.session.inputs[0]?.dims.slice(2) ?? [];
    if (tiling === "none") return decodeLatents(model, latents);
    if (axes.some((axis) => typeof axis === "number"))
      return matchEdges(await decodeLatents(model, latents), model.vaeScaleFactor, "picture");
    const image = await decodeLatents(model, wrapMargin(latents, MARGIN_CELLS));
    return cropMargin(image, MARGIN_CELLS * model.vaeScaleFactor);
  }

  function startSchedule(many: DiffusionFamily, call: Call, latentDims: LatentDims): SchedulerRun {
    const name = call.scheduler?.name ?? model.scheduler.name;
    const factory = schedulers[name];
    if (!factory) throw new Error(`scheduler ${name} is not one of ${Object.keys(schedulers).join(", ")}`);
    const config = { ...model.scheduler.config, ...call.scheduler?.config };
    return factory(config).setTimesteps(many.schedule(model, call, config, latentDims));
  }
}

/** Input pictures in the size that is drawn, as VaeImageProcessor.preprocess resizes them. */
function fitInputs(call: Call): Call {
  const fit = (picture: RawPicture) => resizePicture(picture, call.width, call.height);
  return {
    ...call,
    ...(call.image ? { image: fit(call.image) } : {}),
    ...(call.mask ? { mask: fit(call.mask) } : {}),
    ...(call.second ? { second: fit(call.second) } : {}),
    ...(call.control ? { control: { ...call.control, image: fit(call.control.image) } } : {}),
  };
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new DOMException("The drawing was cancelled", "AbortError");
}

interface Phases {
  enter(phase: "textMs" | "denoiseMs" | "decodeMs"): void;
  stop(): Made["timings"];
}

/** Measures how long each phase of a call takes. */
function createPhases(): Phases {
  const startedAt = performance.now();
  const spent = { textMs: 0, denoiseMs: 0, decodeMs: 0 };
  let phase: keyof typeof spent = "textMs";
  let since = startedAt;
  const leave = () => {
    const now = performance.now();
    spent[phase] += now - since;
    since = now;
    return now;
  };
  return {
    enter(next) {
      leave();
      phase = next;
    },
    stop: () => ({ totalMs: leave() - startedAt, ...spent }),
  };
}
