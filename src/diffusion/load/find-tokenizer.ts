import { join } from "node:path";
import type { Tokenizer } from "../loaded-model.ts";
import { CLIP_END, CLIP_START } from "../text/tokenizer-clip.ts";
import { createTokenizer, type TokenizerSettings } from "../text/tokenizer.ts";
import { excerpt, faultsOf, ModelFault } from "./model-fault.ts";
import { type Config, readConfig } from "./read-config.ts";
import { hasTokenizer, readTokenizerJson, TOKENIZER_FILES } from "./tokenizer-files.ts";

/** transformers writes "no limit" as 1e30. */
const NO_LIMIT = 100_000;
const CLIP_LENGTH = 77;
const T5_LENGTH = 512;

/** A special token, which is a text or an object with `content`. */
function tokenText(value: unknown, name: string): string | undefined {
  if (value === undefined || value === null) return undefined;
  const content = typeof value === "object" && "content" in value ? value.content : value;
  if (typeof content === "string") return content;
  throw new ModelFault(`${name} is ${excerpt(value)}, a token was expected`);
}

function settingsOf(config: Config, map: Config, isClip: boolean, name: string, clipPad: string): TokenizerSettings {
  const token = (key: string, fallback?: string) =>
    tokenText(config[key] ?? map[key], `${name}/tokenizer_config.json: ${key}`) ?? fallback;
  const bos = token("bos_token", isClip ? CLIP_START : undefined);
  const eos = token("eos_token", isClip ? CLIP_END : undefined);
  const unk = token("unk_token", isClip ? CLIP_END : undefined);
  const pad = token("pad_token", isClip ? clipPad : undefined);
  const limit = config["model_max_length"] ?? NO_LIMIT;
  if (typeof limit !== "number" || !(limit >= 2))
    throw new ModelFault(
      `${name}/tokenizer_config.json: model_max_length is ${excerpt(limit)}, a number from 2 was expected`,
    );
  return {
    modelMaxLength: limit < NO_LIMIT ? Math.floor(limit) : isClip ? CLIP_LENGTH : T5_LENGTH,
    ...(pad === undefined ? {} : { padToken: pad }),
    ...(eos === undefined ? {} : { eosToken: eos }),
    ...(unk === undefined ? {} : { unkToken: unk }),
    specialTokens: [bos, eos, unk, pad].filter((value) => value !== undefined),
  };
}

async function loadTokenizer(folder: string, name: string, clipPad: string, forcePad = false): Promise<Tokenizer> {
  const config = (await readConfig(join(folder, "tokenizer_config.json"), `${name}/tokenizer_config.json`)) ?? {};
  const json = await readTokenizerJson(folder, name, config);
  const map = (await readConfig(join(folder, "special_tokens_map.json"), `${name}/special_tokens_map.json`)) ?? {};
  const isClip = json.model.end_of_word_suffix === "</w>";
  const settings = settingsOf({ ...config, ...(forcePad ? { pad_token: clipPad } : {}) }, map, isClip, name, clipPad);
  return faultsOf(`${name}/ is not a tokenizer that can be used`, () => {
    const tokenizer = createTokenizer(json, settings);
    // Faults inside the file show at the first text only.
    tokenizer.encodePadded("a red fox, 2 owls — naïve 狐 🦊");
    return tokenizer;
  });
}

/**
 * The tokenizer of text encoder `slot` (from 0): in tokenizer/, tokenizer_2/ or tokenizer_3/, beside the encoder, or in the model folder
 * itself. `clipPad` is the pad token of a CLIP tokenizer whose configuration names none. Throws a ModelFault.
 */
export async function findTokenizer(root: string, slot: number, clipPad = CLIP_END): Promise<Tokenizer> {
  const suffix = slot === 0 ? "" : `_${slot + 1}`;
  const names = [`tokenizer${suffix}`, `text_encoder${suffix}`, ...(slot === 0 ? ["."] : [])];
  for (const name of names) {
    if (hasTokenizer(join(root, name))) return loadTokenizer(join(root, name), name, clipPad);
  }
  // SDXL and SD3 folders with one tokenizer: both encoders have one vocabulary, the second pads with another token.
  if (slot === 1 && clipPad !== CLIP_END && hasTokenizer(join(root, "tokenizer")))
    return loadTokenizer(join(root, "tokenizer"), "tokenizer", clipPad, true);
  throw new ModelFault(`tokenizer${suffix}/ is missing; ${TOKENIZER_FILES} were expected in it`);
}
