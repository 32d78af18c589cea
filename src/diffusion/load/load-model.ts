import { basename, join, resolve } from "node:path";
import { UserError } from "../../core/errors.ts";
import { type Logger, silentLogger } from "../../core/logger.ts";
import { checkOnnx } from "../../onnx/read-onnx.ts";
import type { OpenSession, Session, SessionOptions } from "../../onnx/session.ts";
import type { Denoiser, FamilyName, LoadedModel, TextEncoder, Tokenizer } from "../loaded-model.ts";
import { readAmuseTemplate } from "./amuse-template.ts";
import { checkDenoiser, checkTextEncoder, checkTextWidth, pictureInput, pictureOutput } from "./check-parts.ts";
import { detectFamily, PLAIN_PIPELINES, plainPipelineClass } from "./family.ts";
import { defaultScheduler, type SchedulerChoice } from "./family-defaults.ts";
import { type ComponentName, type ComponentPaths, findComponents, insteadOfGraph } from "./find-components.ts";
import { latentGeometry, type Geometry, type Part } from "./latent-geometry.ts";
import { findTokenizer } from "./load-tokenizer.ts";
import { ModelFault, reasonOf } from "./model-fault.ts";
import { type Config, readConfig, textIn } from "./read-config.ts";

export interface LoadModelOptions {
  readonly openSession: OpenSession;
  readonly sessionOptions: SessionOptions;
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
};

/** Opens graphs of one folder and remembers them, so that a failure half-way frees what is open. */
function createOpener(root: string, paths: ComponentPaths, { openSession, sessionOptions }: LoadModelOptions) {
  const opened: Session[] = [];

  async function open(component: ComponentName): Promise<Part | undefined> {
    const place = paths[component];
    if (!place) return undefined;
    const { path, name, folder } = place;
    const configName = `${name.slice(0, name.lastIndexOf("/") + 1)}config.json`;
    const config = (await readConfig(join(folder, "config.json"), configName)) ?? {};
    try {
      const summary = checkOnnx(path);
      const session = await openSession(path, sessionOptions);
      opened.push(session);
      return { session, config, summary, name };
    } catch (error) {
      const reason = reasonOf(error).replaceAll(join(root, "/"), "");
      throw new ModelFault(`${name} cannot be opened: ${reason}`, { cause: error });
    }
  }

  return {
    open,
    async need(component: ComponentName): Promise<Part> {
      const part = await open(component);
      if (!part) throw new ModelFault(await insteadOfGraph(root, component));
      return part;
    },
    async release(): Promise<void> {
      for (const session of opened.splice(0)) await session.release();
    },
  };
}

type Opener = ReturnType<typeof createOpener>;

function denoiserKind(paths: ComponentPaths, index: Config): Denoiser["kind"] {
  if (paths.generator && !paths.unet && !paths.transformer) return "generator";
  if (paths.transformer && (!paths.unet || "transformer" in index)) return "transformer";
  return "unet";
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

/** SD2 and the OpenCLIP encoders of SDXL and SD3 pad with `!`; for folders whose tokenizer does not say so itself. */
function padsWithExclamation(family: FamilyName, slot: number, denoiser: Session): boolean {
  if (family === "stable-diffusion") return denoiser.input("encoder_hidden_states")?.dims.at(-1) === 1024;
  return slot === 1 && (family === "stable-diffusion-xl" || family === "stable-diffusion-3");
}

async function loadTokenizers(
  root: string,
  family: FamilyName,
  denoiser: Session,
  encoders: readonly (Part | undefined)[],
): Promise<(Tokenizer | undefined)[]> {
  const slots = family === "generator" ? [undefined] : encoders;
  const tokenizers: (Tokenizer | undefined)[] = [];
  for (const [slot, encoder] of slots.entries()) {
    if (!encoder && family !== "generator") {
      tokenizers.push(undefined);
      continue;
    }
    const clipPadToken = padsWithExclamation(family, slot, denoiser) ? "!" : undefined;
    const tokenizer = await findTokenizer(root, slot, clipPadToken);
    const size = encoder?.config["vocab_size"];
    const largest = Math.max(tokenizer.bosId ?? 0, tokenizer.eosId, tokenizer.padId);
    if (typeof size === "number" && largest >= size)
      throw new ModelFault(
        `the tokenizer's id ${largest} is outside the ${size} tokens of ${encoder!.name}: they are parts of different models`,
      );
    tokenizers.push(tokenizer);
  }
  return tokenizers;
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

/** A generator makes the picture itself: no latents, no VAE. */
function generatorGeometry(part: Part): Geometry {
  const channels = pictureOutput(part.session, part.name).dims[1];
  if (typeof channels === "number" && channels !== 3 && channels !== 4)
    throw new ModelFault(`${part.name} makes pictures of ${channels} channels; 3 or 4 (with alpha) were expected`);
  const latent = part.session.inputs.find(({ dims, type }) => dims.length === 2 && type.startsWith("float"))?.dims[1];
  const latentChannels = typeof latent === "number" ? latent : 4;
  const plain = { vaeScaleFactor: 1, scalingFactor: 1, shiftFactor: 0 };
  return { ...plain, latentChannels, sampleChannels: latentChannels, imageChannels: channels === 4 ? 4 : 3 };
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

  const kind = denoiserKind(paths, index);
  const denoiser = await opener.need(kind);
  const family = kind === "generator" ? kind : detectFamily(denoiser.session, denoiser.name, className);
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
    denoiser: { session: denoiser.session, kind, config: denoiser.config },
    vaeDecoder: decoder && { session: decoder.session, config: decoder.config },
    vaeEncoder: encoder && { session: encoder.session, config: encoder.config },
    controlnet: controlnet?.session,
    safetyChecker: safetyChecker?.session,
    ...geometry,
    release: () => opener.release(),
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
    opener = createOpener(root, paths, options);
    return await load(root, { ...options, log }, opener, paths);
  } catch (error) {
    await opener?.release();
    if (!(error instanceof ModelFault)) throw error;
    throw new UserError("model-broken", { model: basename(root), reason: error.message }, { cause: error });
  }
}
