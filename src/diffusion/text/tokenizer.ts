import { Tokenizer as HuggingFaceTokenizer } from "@huggingface/tokenizers";
import type { Tokenizer } from "../loaded-model.ts";
import { takePrecompiled } from "./precompiled-normalizer.ts";

/** An entry of added_tokens in tokenizer.json. */
export interface AddedToken {
  readonly id: number;
  readonly content: string;
  readonly special: boolean;
}

/** What tokenizer.json holds, as far as it is looked at here; the library reads the rest. */
export interface TokenizerJson {
  readonly model: {
    readonly type?: string;
    readonly vocab: Readonly<Record<string, number>> | readonly (readonly [string, number])[];
    readonly unk_token?: string;
    readonly end_of_word_suffix?: string;
  };
  readonly normalizer?: unknown;
  readonly pre_tokenizer?: unknown;
  readonly padding?: { readonly pad_token?: string; readonly strategy?: unknown } | null;
  readonly added_tokens?: readonly AddedToken[];
}

/** What tokenizer_config.json and special_tokens_map.json say, with the defaults of the tokenizer's class filled in. */
export interface TokenizerSettings {
  readonly modelMaxLength: number;
  readonly padToken?: string;
  readonly eosToken?: string;
  readonly unkToken?: string;
  /** Tokens that are matched in the text before anything else (bos, eos, pad, unk and additional ones). */
  readonly specialTokens: readonly string[];
}

/** Ids by token of a WordLevel or BPE vocabulary (an object) or a Unigram one (pairs of piece and score). */
function vocabularyOf({ model, added_tokens }: TokenizerJson): Map<string, number> {
  const entries = Array.isArray(model.vocab)
    ? model.vocab.map(([token], id): [string, number] => [token, id])
    : Object.entries(model.vocab as Readonly<Record<string, number>>);
  const ids = new Map(entries);
  for (const { content, id } of added_tokens ?? []) ids.set(content, id);
  const bad = [...ids].find(([, id]) => !Number.isInteger(id) || id < 0 || id > 0x7fffffff);
  if (bad) throw new Error(`the token ${JSON.stringify(bad[0])} has the id ${JSON.stringify(bad[1])}`);
  return ids;
}

function kindOf({ model }: TokenizerJson): Tokenizer["kind"] {
  if (model.type === "BPE" && model.end_of_word_suffix === "</w>") return "clip";
  return model.type === "Unigram" || model.type === "BPE" ? "t5" : "words";
}

/** How byte-level tokenizers split (GPT-2); the library rewrites this pattern to Unicode's white space where it is a Split. */
const BYTE_LEVEL_SPLIT = String.raw`'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`;

/** The pre-tokenizer with the splitting of ByteLevel as a step of its own: inside ByteLevel the library takes JavaScript's white space (U+FEFF). */
function unfoldByteLevel(step: unknown): unknown {
  if (typeof step !== "object" || step === null) return step;
  const { type, pretokenizers, use_regex, add_prefix_space } = step as Record<string, unknown>;
  if (Array.isArray(pretokenizers)) return { ...step, pretokenizers: pretokenizers.map(unfoldByteLevel) };
  if (type !== "ByteLevel" || use_regex === false || add_prefix_space === true) return step;
  const split = { type: "Split", pattern: { Regex: BYTE_LEVEL_SPLIT }, behavior: "Isolated", invert: false };
  return { type: "Sequence", pretokenizers: [split, { ...step, use_regex: false }] };
}

/** transformers makes every special token of the configuration an added token, even `!` where it is the pad token. */
function withSpecialTokens(json: TokenizerJson, settings: TokenizerSettings, ids: ReadonlyMap<string, number>) {
  const present = new Set((json.added_tokens ?? []).map(({ content }) => content));
  const missing = settings.specialTokens.filter((content) => ids.has(content) && !present.has(content));
  const flags = { single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
  const added = missing.map((content) => ({ id: ids.get(content)!, content, ...flags }));
  return {
    decoder: null,
    post_processor: null,
    normalizer: null,
    ...json,
    pre_tokenizer: unfoldByteLevel(json.pre_tokenizer ?? null),
    added_tokens: [...(json.added_tokens ?? []), ...added],
  };
}

/** The tokens that are put before and after every text: CLIP has both, T5 one at the end, Gemma one at the beginning. */
function frameOf(encode: (text: string, specials: boolean) => number[]): { before: number[]; after: number[] } {
  const word = encode("a", false);
  const framed = encode("a", true);
  const start = framed.findIndex((_, at) => word.every((id, i) => framed[at + i] === id));
  return { before: framed.slice(0, start), after: framed.slice(start + word.length) };
}

/**
 * A tokenizer from the content of tokenizer.json, with the ids that Hugging Face's tokenizer gives. Throws an Error with the reason when
 * the content is not a tokenizer that can be used.
 */
export function createTokenizer(json: TokenizerJson, settings: TokenizerSettings): Tokenizer {
  const ids = vocabularyOf(json);
  const unkToken = settings.unkToken ?? json.model.unk_token;
  const config = { eos_token: settings.eosToken, pad_token: settings.padToken, unk_token: unkToken };
  const { before: normalize, rest: normalizer } = takePrecompiled(json.normalizer);
  const library = new HuggingFaceTokenizer(withSpecialTokens({ ...json, normalizer }, settings, ids), config);
  // JavaScript lowers a Greek sigma at the end of a word to ς; Hugging Face's code looks at single characters and takes σ.
  const lowers = JSON.stringify(json.normalizer ?? null).includes('"Lowercase"');

  // Unicode's white space, where a tokenizer splits at it, has one character that JavaScript's has not.
  const splitsAtSpace = JSON.stringify(json.pre_tokenizer ?? null).includes('"WhitespaceSplit"');

  const encodeWith = (text: string, specials: boolean): number[] => {
    const plain = splitsAtSpace ? normalize(text).replaceAll("\u0085", " ") : normalize(text);
    const prepared = lowers ? plain.replaceAll("Σ", "σ") : plain;
    const encoded: (number | undefined)[] = library.encode(prepared, { add_special_tokens: specials }).ids;
    return encoded.filter((id) => id !== undefined);
  };

  const { before, after } = frameOf(encodeWith);
  const eosId = after.at(-1) ?? ids.get(settings.eosToken ?? "");
  if (eosId === undefined) throw new Error("it adds no token at the end of a text and names none");
  const bosId = before[0];
  const padToken = settings.padToken ?? json.padding?.pad_token ?? (ids.has("<pad>") ? "<pad>" : undefined);
  const padId = padToken === undefined ? eosId : ids.get(padToken);
  if (padId === undefined) throw new Error(`the pad token ${JSON.stringify(padToken)} is not in the vocabulary`);
  const { modelMaxLength } = settings;

  return {
    kind: kindOf(json),
    modelMaxLength,
    bosId,
    eosId,
    padId,
    encode: (text) => encodeWith(text, false),
    encodeWhole: (text) => [...before, ...encodeWith(text, false), ...after],
    encodePadded(text, length = modelMaxLength) {
      const words = encodeWith(text, false).slice(0, Math.max(0, length - before.length - after.length));
      const filled = [...before, ...words, ...after];
      return [...filled, ...Array.from({ length: length - filled.length }, () => padId)].slice(0, length);
    },
  };
}
