import { basename, join, resolve } from "node:path";
import { UserError } from "../../core/errors.ts";
import { type Logger, silentLogger } from "../../core/logger.ts";
import type { Denoiser, FamilyName, LoadedModel, TextEncoder } from "../loaded-model.ts";
import { type DecodePicture, openMemory } from "../memory/open-memory.ts";
import { readAmuseTemplate } from "./amuse-template.ts";
import { checkDenoiser, checkTextEncoder, checkTextWidth, pictureInput, pictureOutput } from "./check-parts.ts";
import { detectFamily, PLAIN_PIPELINES, plainPipelineClass } from "./family.ts";
import { defaultScheduler, type SchedulerChoice } from "./family-defaults.ts";
import { type ComponentName, type ComponentPaths, findComponents } from "./find-components.ts";
import { checkTinyDecoder, generatorGeometry, latentGeometry, type Part } from "./latent-geometry.ts";
import { loadTokenizers } from "./load-tokenizers.ts";
import { ModelFault } from "./model-fault.ts";
import { createOpener, type Opener, type OpenerDeps } from "./open-components.ts";
import { type Config, readConfig, textIn } from "./read-config.ts";

export interface LoadModelOptions extends OpenerDeps {
  /** Needed for models with a picture memory. */
  readonly decodePicture?: DecodePicture;
  readonly log?: Logger;
}

const ENCODERS = ["text_encoder", "text_encoder_2", "text_encoder_3"] as const;

/** Text encoders that a family cannot do without; others are used when they are there. */
const NEEDED: Readonly<Record<FamilyName, readonly ComponentName[]>> = {
  "stable-diffusion": ["text_encoder"],
  "stable-diffusion-xl": ["text_encoder_2"],
  "stable-diffusion-3": ["text_encoder", "text_encoder_2"],
  flux: ["text_encoder", "text_encoder_2"],
  pixart: ["text_encoder"],
  sana: ["text_encoder"],
  generator: [],
  "picture-memory": ["text_encoder"],
};

/** Which graph denoises. A folder with both has left-overs of another export; model_index.json tells. */
function denoiserComponent(paths: ComponentPaths, index: Config): Denoiser["kind"] {
  if (paths.generator && !paths.unet && !paths.transformer) return "generator";
  if (paths.transformer && (!paths.unet || "transformer" in index)) return "transformer";
  return "unet";
}

/** By family and not by folder: OnnxStack keeps transformers in unet/. */
function kindOf(family: FamilyName): Denoiser["kind"] {
  if (family === "generator") return "generator";
  return ["stable-diffusion", "stable-diffusion-xl", "picture-memory"].includes(family) ? "unet" : "transformer";
}

async function openEncoders(opener: Opener, family: FamilyName): Promise<(Part | undefined)[]> {
  const parts: (Part | undefined)[] = [];
  for (const component of ENCODERS) {
    const part = NEEDED[family].includes(component) ? await opener.need(component) : await opener.open(component);
    if (part) checkTextEncoder(part.session, part.name);
    parts.push(part);
  }
  while (parts.length > 0 && !parts.at(-1)) parts.pop();
  return parts;
}

async function schedulerOf(root: string, index: Config, otherwise: () => SchedulerChoice): Promise<SchedulerChoice> {
  const name = "scheduler/scheduler_config.json";
  const config = await readConfig(join(root, "scheduler", "scheduler_config.json"), name);
  if (!config) return otherwise();
  const [, fromIndex] = [index["scheduler"]].flat();
  const className = textIn(config, "_class_name", name) ?? (typeof fromIndex === "string" ? fromIndex : undefined);
  if (className === undefined) throw new ModelFault(`${name} has no _class_name`);
  return { name: className, config };
}

async function load(
  root: string,
  options: LoadModelOptions,
  opener: Opener,
  paths: ComponentPaths,
): Promise<LoadedModel> {
  const index = (await readConfig(join(root, "model_index.json"), "model_index.json")) ?? {};
  const template = readAmuseTemplate(
    (await readConfig(join(root, "amuse_template.json"), "amuse_template.json")) ?? {},
  );
  const className = textIn(index, "_class_name", "model_index.json") ?? template.pipelineClass;

  const component = denoiserComponent(paths, index);
  const denoiser = await opener.need(component);
  const family = component === "generator" ? component : detectFamily(denoiser.session, denoiser.name, className);
  const pipelineClass = className === undefined ? PLAIN_PIPELINES[family] : plainPipelineClass(className);
  checkDenoiser(denoiser.session, denoiser.name, family);

  const encoders = family === "generator" ? [] : await openEncoders(opener, family);
  checkTextWidth(
    family,
    denoiser,
    encoders.filter((part) => part !== undefined),
  );
  const tokenizers = await loadTokenizers(root, family, denoiser.session, encoders);
  const textEncoders = encoders.map((part, slot): TextEncoder | undefined =>
    part ? { session: part.session, tokenizer: tokenizers[slot]!, config: part.config } : undefined,
  );

  const decoder = family === "generator" ? undefined : await opener.need("vae_decoder");
  const encoder = await opener.open("vae_encoder");
  if (encoder) {
    pictureInput(encoder.session, encoder.name);
    pictureOutput(encoder.session, encoder.name);
  }
  const geometry = decoder
    ? latentGeometry(family, denoiser, decoder, { pipelineClass, index })
    : generatorGeometry(denoiser);
  const tiny = await opener.open("taesd_decoder");
  if (tiny) checkTinyDecoder(tiny, geometry);
  const controlnet = await opener.open("controlnet");
  const safetyChecker = await opener.open("safety_checker");
  const scheduler = await schedulerOf(root, index, () => {
    const place = `${basename(root)}/${denoiser.name}`;
    const choice = template.scheduler ?? defaultScheduler(family, denoiser.session, place);
    options.log?.info("The model folder has no scheduler; the family's is used", {
      model: root,
      scheduler: choice.name,
    });
    return choice;
  });

  return {
    path: root,
    family,
    pipelineClass,
    index,
    scheduler,
    textEncoders,
    tokenizers,
    denoiser: { session: denoiser.session, kind: kindOf(family), config: denoiser.config },
    vaeDecoder: decoder && { session: decoder.session, config: decoder.config },
    vaeEncoder: encoder && { session: encoder.session, config: encoder.config },
    tinyDecoder: tiny && { session: tiny.session, config: tiny.config },
    controlnet: controlnet?.session,
    safetyChecker: safetyChecker?.session,
    ...geometry,
    ...(family === "picture-memory" ? await openMemoryParts(root, opener, options, decoder) : {}),
    release: () => opener.release(),
  };
}

/** What models with a picture memory have beside the parts of others. Pictures are premultiplied unless the decoder says otherwise. */
async function openMemoryParts(
  root: string,
  opener: Opener,
  { decodePicture }: LoadModelOptions,
  decoder: Part | undefined,
): Promise<Pick<LoadedModel, "memory" | "distilled" | "premultiplied">> {
  if (!decodePicture) throw new ModelFault("its memory/ holds pictures, and nothing here decodes pictures");
  const distilled = await opener.open("unet_distilled");
  return {
    memory: await openMemory(root, decodePicture),
    distilled: distilled && { session: distilled.session, kind: "unet", config: distilled.config },
    premultiplied: decoder?.config["alpha"] !== "straight",
  };
}

/**
 * Opens a model folder in any of the layouts of optimum, the diffusers scripts, Olive, onnxruntime's demo engines, OnnxStack and the web
 * demos, with the family's defaults where files are missing. Throws UserError model-broken whose reason names the file and what was
 * expected; nothing stays open then.
 */
export async function loadModel(folder: string, options: LoadModelOptions): Promise<LoadedModel> {
  const root = resolve(folder);
  const log = options.log ?? silentLogger;
  let opener: Opener | undefined;
  try {
    const paths = await findComponents(root, options.sessionOptions.device === "cpu");
    const sessionOptions = { log, ...options.sessionOptions };
    opener = createOpener(root, paths, { ...options, sessionOptions });
    return await load(root, { ...options, log }, opener, paths);
  } catch (error) {
    await opener?.release();
    if (!(error instanceof ModelFault)) throw error;
    throw new UserError("model-broken", { model: basename(root), reason: error.message }, { cause: error });
  }
}
