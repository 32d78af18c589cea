import { existsSync } from "node:fs";
import { join } from "node:path";
import { clipTokenizerJson } from "../text/tokenizer-clip.ts";
import { t5TokenizerJson } from "../text/tokenizer-t5.ts";
import type { TokenizerJson } from "../text/tokenizer.ts";
import { faultsOf, ModelFault } from "./model-fault.ts";
import { type Config, numberIn, readConfig, readText } from "./read-config.ts";
import { readSentencePiece } from "./read-sentencepiece.ts";

/** For messages. */
export const TOKENIZER_FILES = "tokenizer.json, or vocab.json and merges.txt, or spiece.model";

/** transformers' default for T5: sentinels that no prompt uses, but whose ids are part of the vocabulary. */
const T5_EXTRA_IDS = 100;

/** Whether a folder has any file of a tokenizer. */
export function hasTokenizer(folder: string): boolean {
  return ["tokenizer.json", "vocab.json", "merges.txt", "spiece.model"].some((file) => existsSync(join(folder, file)));
}

/**
 * The content of tokenizer.json, or what transformers would make of the files of a slow tokenizer. `config` is tokenizer_config.json.
 * Throws a ModelFault.
 */
export async function readTokenizerJson(folder: string, name: string, config: Config): Promise<TokenizerJson> {
  const whole = await readConfig(join(folder, "tokenizer.json"), `${name}/tokenizer.json`);
  if (whole) {
    if (typeof whole["model"] !== "object" || whole["model"] === null)
      throw new ModelFault(`${name}/tokenizer.json has no model`);
    return whole as unknown as TokenizerJson;
  }
  const pieces = join(folder, "spiece.model");
  if (existsSync(pieces)) {
    const extraIds = numberIn(config, "extra_ids", `${name}/tokenizer_config.json`, [0, 10_000]) ?? T5_EXTRA_IDS;
    return faultsOf(`${name}/spiece.model`, () => t5TokenizerJson(readSentencePiece(pieces), extraIds));
  }
  const vocab = await readConfig(join(folder, "vocab.json"), `${name}/vocab.json`);
  const merges = await readText(join(folder, "merges.txt"), `${name}/merges.txt`);
  if (!vocab || merges === undefined) {
    const found = vocab ? "only vocab.json" : merges === undefined ? "none of them" : "only merges.txt";
    throw new ModelFault(`${name}/ needs ${TOKENIZER_FILES}; it has ${found}`);
  }
  return faultsOf(name, () => clipTokenizerJson({ vocab: vocab as Record<string, number>, merges }));
}
