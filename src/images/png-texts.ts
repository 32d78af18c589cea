import { crc32, inflateSync } from "node:zlib";

const SIGNATURE_BYTES = 8;
/** Length, name and checksum around a chunk's data. */
const CHUNK_FRAME_BYTES = 12;
/** A compressed text that grows beyond this is not a text. */
const MAX_TEXT_BYTES = 1 << 20;

interface Chunk {
  readonly name: string;
  readonly data: Buffer;
  /** Offset of the byte after the chunk. */
  readonly end: number;
}

/** The chunks of a PNG file; stops at the first damaged one. */
function* chunksOf(png: Buffer): Generator<Chunk> {
  let offset = SIGNATURE_BYTES;
  while (offset + CHUNK_FRAME_BYTES <= png.length) {
    const length = png.readUInt32BE(offset);
    const end = offset + CHUNK_FRAME_BYTES + length;
    if (end > png.length) return;
    yield { name: png.toString("latin1", offset + 4, offset + 8), data: png.subarray(offset + 8, end - 4), end };
    offset = end;
  }
}

function chunk(name: string, data: Buffer): Buffer {
  const framed = Buffer.alloc(CHUNK_FRAME_BYTES + data.length);
  framed.writeUInt32BE(data.length, 0);
  framed.write(name, 4, "latin1");
  data.copy(framed, 8);
  framed.writeUInt32BE(crc32(framed.subarray(4, 8 + data.length)), 8 + data.length);
  return framed;
}

/** tEXt when the text is Latin-1, as A1111 writes it, and iTXt otherwise; NUL would end a text early and is dropped. */
function textChunk(keyword: string, text: string): Buffer {
  const clean = text.replaceAll("\0", "");
  const latin1 = /^[\n\x20-\x7e\xa0-\xff]*$/.test(clean);
  if (latin1) return chunk("tEXt", Buffer.from(`${keyword}\0${clean}`, "latin1"));
  return internationalChunk(keyword, clean);
}

/** An uncompressed iTXt chunk without language. */
function internationalChunk(keyword: string, text: string): Buffer {
  return chunk("iTXt", Buffer.concat([Buffer.from(`${keyword}\0\0\0\0\0`, "latin1"), Buffer.from(text, "utf8")]));
}

/** XMP has to be an uncompressed iTXt chunk (XMP specification part 3, 1.1.5); other texts may be tEXt. */
export const XMP_KEYWORD = "XML:com.adobe.xmp";

/** The PNG with text chunks put right behind its header, in the given order. `png` must be a whole PNG file. */
export function insertPngTexts(png: Buffer, texts: ReadonlyMap<string, string>): Buffer {
  const header = chunksOf(png).next().value as Chunk | undefined;
  if (header?.name !== "IHDR") throw new Error("not a PNG file: it has no IHDR chunk");
  const chunks = [...texts].map(([keyword, text]) =>
    keyword === XMP_KEYWORD ? internationalChunk(keyword, text) : textChunk(keyword, text),
  );
  return Buffer.concat([png.subarray(0, header.end), ...chunks, png.subarray(header.end)]);
}

/** All texts of a PNG file by keyword; the first of equal keywords wins, damaged texts are left out. */
export function readPngTexts(png: Buffer): Map<string, string> {
  const texts = new Map<string, string>();
  for (const { name, data } of chunksOf(png)) {
    if (name !== "tEXt" && name !== "zTXt" && name !== "iTXt") continue;
    const zero = data.indexOf(0);
    if (zero < 1) continue;
    const keyword = data.toString("latin1", 0, zero);
    const text = decodeText(name, data.subarray(zero + 1));
    if (text !== undefined && !texts.has(keyword)) texts.set(keyword, text);
  }
  return texts;
}

function decodeText(name: "tEXt" | "zTXt" | "iTXt", data: Buffer): string | undefined {
  if (name === "tEXt") return data.toString("latin1");
  if (name === "zTXt") return inflate(data.subarray(1))?.toString("latin1");
  const language = data.indexOf(0, 2);
  const translated = language < 0 ? -1 : data.indexOf(0, language + 1);
  if (translated < 0) return undefined;
  const text = data.subarray(translated + 1);
  return (data[0] === 1 ? inflate(text) : text)?.toString("utf8");
}

function inflate(data: Buffer): Buffer | undefined {
  try {
    return inflateSync(data, { maxOutputLength: MAX_TEXT_BYTES });
  } catch (error) {
    // Damaged or oversized: the same as no text. Anything else is a bug of ours.
    if (error instanceof Error && "code" in error) return undefined;
    throw error;
  }
}
