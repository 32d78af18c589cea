import { relative, resolve, sep } from "node:path";
import { fixedSize } from "../diffusion/families/family.ts";
import { loadModel } from "../diffusion/load/load-model.ts";
import type { LoadedModel } from "../diffusion/loaded-model.ts";
import { openScorer } from "../diffusion/rank-pictures.ts";
import type { ModelFacts } from "../models/model-facts.ts";
import { openSession } from "../onnx/open-session.ts";
import type { Session } from "../onnx/session.ts";
import { decodePicture } from "./child-decode.ts";
import { serveTask } from "./child-task.ts";

/** Entry of a process of its own: really loads a model folder and says what it is. */
await serveTask(async (request) => {
  const { folder } = request as { folder: string };
  const deps = { openSession, sessionOptions: { device: "cpu", threads: 1 }, decodePicture };
  const model = await loadModel(folder, deps);
  const scorer = await openScorer(model, deps);
  const facts = factsOf(model, scorer !== undefined);
  await scorer?.release();
  await model.release();
  return facts;
});

function factsOf(model: LoadedModel, hasScorer: boolean): ModelFacts {
  const { session, config } = model.denoiser;
  const textWidth = session.input("encoder_hidden_states")?.dims.at(-1);
  const cells = cellsOf(config["sample_size"]);
  const fixed = fixedSize(model);
  const { prediction_type: predictionType } = model.scheduler.config;
  return {
    family: model.family,
    pipelineClass: model.pipelineClass,
    scheduler: {
      name: model.scheduler.name,
      predictionType: typeof predictionType === "string" ? predictionType : "epsilon",
    },
    latentChannels: model.latentChannels,
    sampleChannels: model.sampleChannels,
    imageChannels: model.imageChannels,
    vaeScaleFactor: model.vaeScaleFactor,
    ...(typeof textWidth === "number" ? { textWidth } : {}),
    ...(cells ? { sampleCells: cells } : {}),
    ...(fixed ? { fixedSize: [fixed.width, fixed.height] } : {}),
    hasVaeEncoder: model.vaeEncoder !== undefined,
    hasScorer,
    hasControlnet: model.controlnet !== undefined || session.input("controlnet_conds") !== undefined,
    hasTimestepCond: session.input("timestep_cond") !== undefined,
    hasGuidanceInput: session.input("guidance") !== undefined,
    elementType: session.inputs.find(({ type }) => type.startsWith("float"))?.type ?? "float32",
    components: componentFiles(model),
  };
}

/** [height, width] in cells: a number for squares, or diffusers' pair. */
function cellsOf(sampleSize: unknown): [number, number] | undefined {
  if (typeof sampleSize === "number") return [sampleSize, sampleSize];
  if (Array.isArray(sampleSize) && sampleSize.length === 2 && sampleSize.every((side) => typeof side === "number"))
    return [sampleSize[0]!, sampleSize[1]!];
  return undefined;
}

function componentFiles(model: LoadedModel): Record<string, string> {
  const sessions: Record<string, Session | undefined> = {
    ...Object.fromEntries(
      model.textEncoders.map((encoder, i) => [`text_encoder${i === 0 ? "" : `_${i + 1}`}`, encoder?.session]),
    ),
    [model.denoiser.kind]: model.denoiser.session,
    vae_decoder: model.vaeDecoder?.session,
    vae_encoder: model.vaeEncoder?.session,
    taesd_decoder: model.tinyDecoder?.session,
    controlnet: model.controlnet,
    safety_checker: model.safetyChecker,
  };
  return Object.fromEntries(
    Object.entries(sessions).flatMap(([name, session]) =>
      session ? [[name, relative(resolve(model.path), session.path).split(sep).join("/")]] : [],
    ),
  );
}
