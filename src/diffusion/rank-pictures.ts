import { existsSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../core/errors.ts";
import type { RawPicture } from "../core/generator.ts";
import type { Tensor } from "../numerics/tensor.ts";
import type { OpenSession, Session, SessionOptions } from "../onnx/session.ts";
import { pickFeeds } from "./feeds.ts";
import { findTokenizer } from "./load/find-tokenizer.ts";
import { reasonOf } from "./load/model-fault.ts";
import { readConfig } from "./load/read-config.ts";
import { nameOf, type LoadedModel, type Tokenizer } from "./loaded-model.ts";
import { resizePicture, cutOut } from "./pictures.ts";
import { toTensor } from "./vae.ts";

/** Tells how well pictures fit a text. */
export interface Scorer {
  /** Higher fits better; CLIP's logit scale (about 10 to 40 for CLIP itself). */
  score(prompt: string, picture: RawPicture): Promise<number>;
  release(): Promise<void>;
}

export interface RankedPicture {
  /** Its place in the list that was given. */
  readonly index: number;
  readonly score: number;
}

const FOLDERS = ["scorer", "clip_scorer"];
/** CLIPImageProcessor's defaults. */
const SIDE_PX = 224;
const MEAN = [0.48145466, 0.4578275, 0.40821073];
const STD = [0.26862954, 0.26130258, 0.27577711];

/**
 * Opens the image-text scorer of a model folder: an export of CLIP (input_ids and pixel_values to logits or embeddings) with its tokenizer
 * in scorer/ or clip_scorer/; undefined where there is none. Rejects with UserError model-broken when it cannot be opened.
 *
 * Ranking finished candidates is all that a scorer is used for: CLIP-guided sampling follows the gradient of the score with respect to the
 * latents at every step, and an ONNX graph gives no gradients.
 */
export async function openScorer(
  model: Pick<LoadedModel, "path">,
  { openSession, sessionOptions }: { openSession: OpenSession; sessionOptions: SessionOptions },
): Promise<Scorer | undefined> {
  const name = FOLDERS.find((candidate) => existsSync(join(model.path, candidate, "model.onnx")));
  if (name === undefined) return undefined;
  const folder = join(model.path, name);
  try {
    const tokenizer = await findTokenizer(folder, 0);
    const config = (await readConfig(join(folder, "preprocessor_config.json"), "preprocessor_config.json")) ?? {};
    const session = await openSession(join(folder, "model.onnx"), sessionOptions);
    const shape = preprocessing(config, session);
    return {
      score: (prompt, picture) => scoreOf(session, tokenizer, prompt, preprocess(picture, shape)),
      release: () => session.release(),
    };
  } catch (cause) {
    const reason = `${name}/ is not a scorer that can be opened: ${reasonOf(cause)}`;
    throw new UserError("model-broken", { model: nameOf(model), reason }, { cause });
  }
}

/** The pictures' places from the best fit to the worst; equal scores keep their order. */
export async function rankPictures(
  scorer: Scorer,
  prompt: string,
  pictures: readonly RawPicture[],
): Promise<RankedPicture[]> {
  const ranked: RankedPicture[] = [];
  for (const [index, picture] of pictures.entries()) ranked.push({ index, score: await scorer.score(prompt, picture) });
  return ranked.sort((a, b) => b.score - a.score || a.index - b.index);
}

/**
 * How well each phrase fits a picture, by the scorer in a model's folder, which is opened for it alone: few ask. Between two phrases other
 * work of the process has its turn. Rejects with UserError model-cannot, model-broken.
 */
export async function scorePhrases(
  path: string,
  picture: RawPicture,
  phrases: readonly string[],
  deps: { openSession: OpenSession; sessionOptions: SessionOptions },
): Promise<number[]> {
  const scorer = await openScorer({ path }, deps);
  if (!scorer) throw new UserError("model-cannot", { model: nameOf({ path }), mode: "tell what a picture shows" });
  try {
    const scores: number[] = [];
    for (const phrase of phrases) {
      scores.push(await scorer.score(phrase, picture));
      await new Promise((resolve) => void setImmediate(resolve));
    }
    return scores;
  } finally {
    await scorer.release();
  }
}

interface Preprocessing {
  readonly sidePx: number;
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

function preprocessing(config: Readonly<Record<string, unknown>>, session: Session): Preprocessing {
  const axis = session.input("pixel_values")?.dims[3];
  const { crop_size: crop, image_mean: mean, image_std: std } = config;
  const width = typeof crop === "object" && crop !== null && "width" in crop ? crop.width : crop;
  return {
    sidePx: typeof axis === "number" ? axis : typeof width === "number" ? width : SIDE_PX,
    mean: Array.isArray(mean) ? mean.map(Number) : MEAN,
    std: Array.isArray(std) ? std.map(Number) : STD,
  };
}

/** CLIPImageProcessor: the shorter side resized (bicubic), the centre cut out, colours normalized. */
function preprocess(picture: RawPicture, { sidePx, mean, std }: Preprocessing): Tensor {
  const { widthPx, heightPx } = picture;
  const shorter = Math.min(widthPx, heightPx);
  const scaled = (side: number) => (side === shorter ? sidePx : Math.trunc((sidePx * side) / shorter));
  const resized = resizePicture(picture, scaled(widthPx), scaled(heightPx), "bicubic");
  const left = Math.floor((resized.widthPx - sidePx) / 2);
  const top = Math.floor((resized.heightPx - sidePx) / 2);
  const { data, dims } = toTensor(cutOut(resized, left, top, sidePx, sidePx), 3, "unsigned");
  const cells = sidePx * sidePx;
  return { data: data.map((value, i) => (value - mean[Math.floor(i / cells)]!) / std[Math.floor(i / cells)]!), dims };
}

async function scoreOf(session: Session, tokenizer: Tokenizer, prompt: string, pixels: Tensor): Promise<number> {
  const ids = tokenizer.encodePadded(prompt);
  // Text after the first end token is padding, which CLIP does not look at.
  const end = ids.indexOf(tokenizer.eosId);
  const mask = ids.map((_, i) => (end < 0 || i <= end ? 1 : 0));
  const outputs = await session.run(
    pickFeeds(session, {
      input_ids: { data: ids, dims: [1, ids.length] },
      attention_mask: { data: mask, dims: [1, ids.length] },
      pixel_values: { data: pixels.data, dims: [1, ...pixels.dims] },
    }),
  );
  const logits = outputs["logits_per_image"] ?? outputs["logits_per_text"] ?? outputs["logits"];
  if (logits) return logits.data[0]!;
  const [image, text] = [outputs["image_embeds"], outputs["text_embeds"]];
  if (!image || !text)
    throw new Error(`${session.path} has neither logits nor embeddings: ${Object.keys(outputs).join(", ")}`);
  return cosine(image.data, text.data);
}

function cosine(a: Float32Array, b: Float32Array): number {
  let [dot, squaresA, squaresB] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    dot += a[i]! * b[i]!;
    squaresA += a[i]! ** 2;
    squaresB += b[i]! ** 2;
  }
  return dot / Math.sqrt(squaresA * squaresB);
}
