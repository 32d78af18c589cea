/** TIFF tags (Exif 2.32, sections 4.6.3 and 4.6.5). */
const EXIF_IFD = 0x8769;
const USER_COMMENT = 0x9286;
const LONG = 4;
const UNDEFINED = 7;

const PREAMBLE = "Exif\0\0";
const UNICODE = "UNICODE\0";
const ASCII = "ASCII\0\0\0";
const CODE_BYTES = 8;
const ENTRY_BYTES = 12;

/**
 * An Exif block (with its `Exif\0\0` preamble) that holds nothing but a UserComment: where A1111 and its readers keep the parameters of JPEG
 * and WebP files, in UTF-16 as piexif writes it. sharp would write it as ASCII and lose every other letter.
 */
export function exifWithComment(text: string): Buffer {
  const comment = Buffer.concat([Buffer.from(UNICODE, "latin1"), Buffer.from(text, "utf16le").swap16()]);
  // Big-endian TIFF header, IFD0 with one pointer, Exif IFD with one value, the value.
  const firstIfd = 8;
  const secondIfd = firstIfd + 2 + ENTRY_BYTES + 4;
  const value = secondIfd + 2 + ENTRY_BYTES + 4;
  const tiff = Buffer.alloc(value + comment.length);
  tiff.write("MM\0*", 0, "latin1");
  tiff.writeUInt32BE(firstIfd, 4);
  writeDirectory(tiff, firstIfd, { tag: EXIF_IFD, type: LONG, count: 1, value: secondIfd });
  writeDirectory(tiff, secondIfd, { tag: USER_COMMENT, type: UNDEFINED, count: comment.length, value });
  comment.copy(tiff, value);
  return Buffer.concat([Buffer.from(PREAMBLE, "latin1"), tiff]);
}

function writeDirectory(
  tiff: Buffer,
  offset: number,
  entry: { tag: number; type: number; count: number; value: number },
): void {
  tiff.writeUInt16BE(1, offset);
  tiff.writeUInt16BE(entry.tag, offset + 2);
  tiff.writeUInt16BE(entry.type, offset + 4);
  tiff.writeUInt32BE(entry.count, offset + 6);
  tiff.writeUInt32BE(entry.value, offset + 10);
}

/** The UserComment of an Exif block, with or without preamble; undefined when there is none or the block is damaged. */
export function readExifComment(exif: Buffer): string | undefined {
  const tiff = exif.toString("latin1", 0, PREAMBLE.length) === PREAMBLE ? exif.subarray(PREAMBLE.length) : exif;
  if (tiff.length < 8) return undefined;
  const little = tiff.toString("latin1", 0, 2) === "II";
  const u16 = (offset: number): number => (little ? tiff.readUInt16LE(offset) : tiff.readUInt16BE(offset));
  const u32 = (offset: number): number => (little ? tiff.readUInt32LE(offset) : tiff.readUInt32BE(offset));
  const find = (directory: number, tag: number): { count: number; value: number } | undefined => {
    if (directory + 2 > tiff.length) return undefined;
    for (let index = 0; index < u16(directory); index++) {
      const entry = directory + 2 + index * ENTRY_BYTES;
      if (entry + ENTRY_BYTES > tiff.length) return undefined;
      if (u16(entry) === tag) return { count: u32(entry + 4), value: u32(entry + 8) };
    }
    return undefined;
  };

  const pointer = find(u32(4), EXIF_IFD);
  const comment = pointer && find(pointer.value, USER_COMMENT);
  if (!comment || comment.count < CODE_BYTES || comment.value + comment.count > tiff.length) return undefined;
  return decodeComment(tiff.subarray(comment.value, comment.value + comment.count), little);
}

function decodeComment(comment: Buffer, little: boolean): string | undefined {
  const code = comment.toString("latin1", 0, CODE_BYTES);
  const text = comment.subarray(CODE_BYTES);
  if (code === ASCII || code === "\0".repeat(CODE_BYTES)) return text.toString("utf8").replace(/\0+$/, "");
  if (code !== UNICODE || text.length % 2 !== 0) return undefined;
  // piexif always writes big-endian, others follow the TIFF header: Latin text shows which by where its zero bytes are.
  const zerosFirst = text.filter((byte, index) => byte === 0 && index % 2 === 0).length;
  const zerosSecond = text.filter((byte, index) => byte === 0 && index % 2 === 1).length;
  const bigEndian = zerosFirst === zerosSecond ? !little : zerosFirst > zerosSecond;
  return (bigEndian ? Buffer.from(text).swap16() : text).toString("utf16le").replace(/\0+$/, "");
}
