import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { RawPicture } from "../core/generator.ts";
import { ALLOW, type ImageFilter, type Verdict } from "../core/verdict.ts";
import type { Feed, Session } from "../onnx/session.ts";
import { breaksConcept, readConcepts, type Concepts } from "./concepts.ts";
import { toClassifierInput, type InputSpec } from "./picture-input.ts";

export const SAFETY_CHECKER_RULE = "sexual/safety-checker";

/** transformers' CLIPImageProcessor. */
export const CLIP_INPUT: InputSpec = {
  layout: "NCHW",
  widthPx: 224,
  heightPx: 224,
  resize: "bicubic",
  fit: "center-crop",
  mean: [0.48145466, 0.4578275, 0.40821073],
  std: [0.26862954, 0.26130258, 0.27577711],
};
/** The graph passes the pictures through; nobody looks at them. */
const UNSEEN_PICTURES: Feed = { data: new Float32Array(8 * 8 * 3), dims: [1, 8, 8, 3] };
const FLAG = "has_nsfw_concepts";
const EMBEDS = "image_embeds";

/**
 * The CompVis safety checker of a model folder, one finished picture at a time (it fires on noise: never show it previews). Two exports are
 * known: the one of diffusers' convert_stable_diffusion_checkpoint_to_onnx.py, which answers has_nsfw_concepts itself (forward_onnx of
 * safety_checker.py), and the vision model alone with image_embeds beside a concepts.json, which is judged as PyTorch does, with scores
 * rounded to three decimals. Rejects with an Error when the session is neither.
 */
export async function createSafetyChecker(session: Session): Promise<ImageFilter> {
  const has = (name: string) => session.outputs.some((port) => port.name === name);
  if (session.inputs.length === 0) throw new Error(`${session.path} has no inputs`);
  if (has(FLAG)) return { id: "safety-checker", review: (picture) => reviewByGraph(session, picture) };
  const tables = join(dirname(session.path), "concepts.json");
  if (has(EMBEDS) && existsSync(tables)) {
    const concepts = readConcepts(tables, await readFile(tables, "utf8"));
    return { id: "safety-checker", review: (picture) => reviewByEmbeds(session, concepts, picture) };
  }
  throw new Error(`${session.path} answers neither ${FLAG} nor ${EMBEDS} with a concepts.json beside it`);
}

async function reviewByGraph(session: Session, picture: RawPicture): Promise<Verdict> {
  const [clip, images] = graphInputs(session);
  const feeds = { [clip]: toClassifierInput(picture, CLIP_INPUT), [images]: UNSEEN_PICTURES };
  const { [FLAG]: flag } = await session.run(feeds, [FLAG]);
  if (flag?.data.length !== 1) throw new Error(`${session.path} flags ${flag?.data.length} pictures instead of one`);
  return toVerdict(flag.data[0] !== 0);
}

/** clip_input is NCHW and images NHWC; a graph with the channels elsewhere is another model. */
function graphInputs(session: Session): [string, string] {
  const clip = session.input("clip_input");
  const images = session.input("images");
  if (!clip || !images) throw new Error(`${session.path} needs the inputs clip_input and images`);
  if (isOther(clip.dims[1]) || isOther(images.dims[3])) {
    throw new Error(`${session.path}: clip_input must be [batch, 3, 224, 224] and images [batch, height, width, 3]`);
  }
  return [clip.name, images.name];
}

function isOther(channels: number | string | undefined): boolean {
  return typeof channels === "number" && channels !== 3;
}

async function reviewByEmbeds(session: Session, concepts: Concepts, picture: RawPicture): Promise<Verdict> {
  const [input] = session.inputs;
  const results = await session.run({ [input!.name]: toClassifierInput(picture, CLIP_INPUT) }, [EMBEDS]);
  return toVerdict(breaksConcept(results[EMBEDS]!.data, concepts));
}

function toVerdict(isFlagged: boolean): Verdict {
  return isFlagged ? { level: "refuse", rule: SAFETY_CHECKER_RULE } : ALLOW;
}
