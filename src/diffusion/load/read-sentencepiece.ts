import { closeSync, openSync } from "node:fs";
import { createProtobufReader, type ProtobufField, type ProtobufReader } from "../../onnx/protobuf-reader.ts";
import type { SentencePieces } from "../text/tokenizer-t5.ts";

// Field numbers of sentencepiece_model.proto (google/sentencepiece).
const MODEL = { piece: 1, trainer: 2, normalizer: 3 };
const PIECE = { text: 1, score: 2, type: 3 };
const TRAINER = { modelType: 3 };
const NORMALIZER = { charsMap: 2 };
const UNKNOWN = 2;
const UNIGRAM = 1;

function readPiece(
  reader: ProtobufReader,
  { start, end }: ProtobufField,
): { text: string; score: number; type: number } {
  const piece = { text: "", score: 0, type: 1 };
  for (const field of reader.fields(start, end)) {
    if (field.number === PIECE.text) piece.text = reader.text(field);
    if (field.number === PIECE.score && field.wireType === 5) piece.score = reader.bytes(field).readFloatLE(0);
    if (field.number === PIECE.type) piece.type = field.value;
  }
  return piece;
}

/** Reads spiece.model, T5's slow tokenizer. Throws an Error with the reason when it is not one, or not of unigrams. */
export function readSentencePiece(path: string): SentencePieces {
  const descriptor = openSync(path, "r");
  try {
    const reader = createProtobufReader(descriptor);
    const pieces: [string, number][] = [];
    let unknownId = 0;
    let charsMap: Buffer | undefined;
    for (const field of reader.fields()) {
      if (field.number === MODEL.piece) {
        const { text, score, type } = readPiece(reader, field);
        if (type === UNKNOWN) unknownId = pieces.length;
        pieces.push([text, score]);
      } else if (field.number === MODEL.trainer) {
        for (const { number, value } of reader.fields(field.start, field.end))
          if (number === TRAINER.modelType && value !== UNIGRAM) throw new Error("it is not a model of unigrams");
      } else if (field.number === MODEL.normalizer) {
        for (const part of reader.fields(field.start, field.end))
          if (part.number === NORMALIZER.charsMap && part.end > part.start) charsMap = reader.bytes(part);
      }
    }
    if (pieces.length === 0) throw new Error("it holds no pieces");
    return { pieces, unknownId, charsMap };
  } finally {
    closeSync(descriptor);
  }
}
