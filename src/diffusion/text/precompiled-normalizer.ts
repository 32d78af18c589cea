/** Replaces characters as a SentencePiece model's own table says, which T5's tokenizers begin with. */
export type Normalize = (text: string) => string;

/** Sequences of characters that are looked up as one; longer ones are looked up character by character. */
const MAX_GRAPHEME_BYTES = 6;

// How a unit of darts-clone's double array packs its fields (s-yata/darts-clone, include/darts.h).
const hasLeaf = (unit: number): boolean => ((unit >>> 8) & 1) === 1;
const valueOf = (unit: number): number => unit & 0x7fff_ffff;
const labelOf = (unit: number): number => (unit & 0x8000_00ff) >>> 0;
const offsetOf = (unit: number): number => (unit >>> 10) << ((unit & 0x200) >>> 6);

/**
 * The normalizer of `precompiled_charsmap`: four bytes with the length of a double-array trie, the trie, and the replacements, each ended by
 * a zero byte. A grapheme of less than six bytes is replaced whole where the trie knows a beginning of it, else each of its characters
 * (huggingface/spm_precompiled). Throws an Error when the bytes are no such table.
 */
export function createPrecompiledNormalizer(charsMap: Uint8Array): Normalize {
  const view = new DataView(charsMap.buffer, charsMap.byteOffset, charsMap.byteLength);
  const trieBytes = charsMap.length >= 4 ? view.getUint32(0, true) : 0;
  if (trieBytes === 0 || trieBytes % 4 !== 0 || trieBytes + 4 > charsMap.length)
    throw new Error("precompiled_charsmap is not a table of characters");
  const units = Uint32Array.from({ length: trieBytes / 4 }, (_, i) => view.getUint32(4 + 4 * i, true));
  const replacements = charsMap.subarray(4 + trieBytes);
  const encoder = new TextEncoder();
  const decoder = new TextDecoder();
  const segmenter = new Intl.Segmenter("und", { granularity: "grapheme" });

  /** What the shortest beginning of `bytes` that the trie knows becomes. */
  function lookUp(bytes: Uint8Array): string | undefined {
    let node = offsetOf(units[0]!);
    for (const byte of bytes) {
      node ^= byte;
      const unit = units[node];
      if (unit === undefined || labelOf(unit) !== byte) return undefined;
      node ^= offsetOf(unit);
      if (hasLeaf(unit)) {
        const start = valueOf(units[node] ?? 0);
        return decoder.decode(replacements.subarray(start, replacements.indexOf(0, start)));
      }
    }
    return undefined;
  }

  function replace(grapheme: string): string {
    const bytes = encoder.encode(grapheme);
    const whole = bytes.length < MAX_GRAPHEME_BYTES ? lookUp(bytes) : undefined;
    return whole ?? Array.from(grapheme, (character) => lookUp(encoder.encode(character)) ?? character).join("");
  }

  return (text) => Array.from(segmenter.segment(text), ({ segment }) => replace(segment)).join("");
}

/**
 * The Precompiled step at the beginning of a tokenizer.json's normalizer, and what follows it: the library only approximates the step by
 * NFKC. Without one the normalizer is as it was. Throws an Error when the table cannot be read.
 */
export function takePrecompiled(normalizer: unknown): { before: Normalize; rest: unknown } {
  const { type, normalizers, precompiled_charsmap: charsMap } = (normalizer ?? {}) as Record<string, unknown>;
  if (type === "Sequence" && Array.isArray(normalizers)) {
    const { before, rest } = takePrecompiled(normalizers[0]);
    return { before, rest: { type, normalizers: rest === null ? normalizers.slice(1) : normalizers } };
  }
  if (type !== "Precompiled") return { before: (text) => text, rest: normalizer ?? null };
  if (charsMap === null || charsMap === "") return { before: (text) => text, rest: null };
  if (typeof charsMap !== "string") throw new Error("precompiled_charsmap is not text");
  return { before: createPrecompiledNormalizer(Buffer.from(charsMap, "base64")), rest: null };
}
