import type { TokenizerJson } from "./tokenizer.ts";

/** What spiece.model holds. */
export interface SentencePieces {
  /** Text and log probability, by id. */
  readonly pieces: readonly (readonly [string, number])[];
  readonly unknownId: number;
  /** SentencePiece's table of equal characters; absent where the text is taken as it is. */
  readonly charsMap: Buffer | undefined;
}

const END = "</s>";

/**
 * The tokenizer.json that transformers (models/t5/tokenization_t5.py) makes of spiece.model: words at white space, each begun by ▁, cut into
 * the likeliest pieces. `extraIds` sentinels follow the pieces. Throws an Error with the reason.
 */
export function t5TokenizerJson({ pieces, unknownId, charsMap }: SentencePieces, extraIds: number): TokenizerJson {
  const endId = pieces.findIndex(([text]) => text === END);
  if (endId < 0) throw new Error(`spiece.model lacks ${END}`);
  const sentinels = Array.from({ length: extraIds }, (_, i): [string, number] => [`<extra_id_${extraIds - 1 - i}>`, 0]);
  return {
    normalizer: charsMap ? { type: "Precompiled", precompiled_charsmap: charsMap.toString("base64") } : null,
    pre_tokenizer: {
      type: "Sequence",
      pretokenizers: [
        { type: "WhitespaceSplit" },
        { type: "Metaspace", replacement: "▁", prepend_scheme: "always", split: true },
      ],
    },
    post_processor: {
      type: "TemplateProcessing",
      single: [{ Sequence: { id: "A", type_id: 0 } }, { SpecialToken: { id: END, type_id: 0 } }],
      pair: [],
      special_tokens: { [END]: { id: END, ids: [endId], tokens: [END] } },
    },
    model: { type: "Unigram", unk_id: unknownId, vocab: [...pieces, ...sentinels], byte_fallback: false },
  } as TokenizerJson;
}
