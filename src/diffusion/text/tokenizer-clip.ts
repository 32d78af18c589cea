import type { TokenizerJson } from "./tokenizer.ts";

/** The two files of a slow CLIP tokenizer. */
export interface ClipFiles {
  /** vocab.json: token to id. */
  readonly vocab: Readonly<Record<string, number>>;
  /** merges.txt: one pair a line after a `#version` line. */
  readonly merges: string;
}

export const CLIP_START = "<|startoftext|>";
export const CLIP_END = "<|endoftext|>";

/** Words, contractions, single digits and runs of other signs, after lower-casing (CLIPTokenizer of transformers). */
const SPLIT = String.raw`<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+`;

/**
 * The tokenizer.json that transformers (models/clip/tokenization_clip.py) makes of vocab.json and merges.txt: NFC, white space to one
 * space, lower case, byte-level pieces, byte pair encoding whose last piece of a word ends in `</w>`. Throws an Error with the reason.
 */
export function clipTokenizerJson({ vocab, merges }: ClipFiles): TokenizerJson {
  const start = vocab[CLIP_START];
  const end = vocab[CLIP_END];
  if (start === undefined || end === undefined) throw new Error(`vocab.json lacks ${CLIP_START} or ${CLIP_END}`);
  const lines = merges.split(/\r?\n/).filter((line) => line !== "" && !line.startsWith("#version"));
  const wrong = lines.findIndex((line) => !/^\S+ \S+$/.test(line));
  if (wrong >= 0) throw new Error(`merges.txt: entry ${wrong + 1} is not a pair of tokens`);

  return {
    normalizer: {
      type: "Sequence",
      normalizers: [
        { type: "NFC" },
        { type: "Replace", pattern: { Regex: String.raw`\s+` }, content: " " },
        { type: "Lowercase" },
      ],
    },
    pre_tokenizer: {
      type: "Sequence",
      pretokenizers: [
        { type: "Split", pattern: { Regex: SPLIT }, behavior: "Removed", invert: true },
        { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: true },
      ],
    },
    post_processor: {
      type: "RobertaProcessing",
      sep: [CLIP_END, end],
      cls: [CLIP_START, start],
      trim_offsets: false,
      add_prefix_space: false,
    },
    model: {
      type: "BPE",
      unk_token: CLIP_END,
      continuing_subword_prefix: "",
      end_of_word_suffix: "</w>",
      vocab,
      merges: lines,
    },
  } as TokenizerJson;
}
