const APP1 = 0xffe1;
/** A JPEG segment's length field has 16 bits and counts itself. */
const MAX_SEGMENT_BYTES = 0xffff - 2;
const WEBP_HEADER_BYTES = 12;
const VP8X_DATA_BYTES = 10;
const VP8X_EXIF_FLAG = 0x08;

/** The JPEG with an Exif block (with preamble) as its first segment; unchanged when the block is longer than a segment can be. */
export function insertJpegExif(jpeg: Buffer, exif: Buffer): Buffer {
  if (exif.length > MAX_SEGMENT_BYTES) return jpeg;
  const marker = Buffer.alloc(4);
  marker.writeUInt16BE(APP1, 0);
  marker.writeUInt16BE(exif.length + 2, 2);
  return Buffer.concat([jpeg.subarray(0, 2), marker, exif, jpeg.subarray(2)]);
}

/**
 * The WebP with an Exif block (with preamble) behind its picture and before its XMP, as the container specification orders them. The file must
 * be in the extended format (VP8X), which every file with XMP is.
 */
export function insertWebpExif(webp: Buffer, exif: Buffer): Buffer {
  if (webp.toString("latin1", WEBP_HEADER_BYTES, WEBP_HEADER_BYTES + 4) !== "VP8X") {
    throw new Error("this WebP file is not in the extended format");
  }
  const header = Buffer.alloc(8);
  header.write("EXIF", 0, "latin1");
  header.writeUInt32LE(exif.length, 4);
  const padding = Buffer.alloc(exif.length % 2);

  const at = xmpOffset(webp);
  const result = Buffer.concat([webp.subarray(0, at), header, exif, padding, webp.subarray(at)]);
  result.writeUInt32LE(result.length - 8, 4);
  const flags = WEBP_HEADER_BYTES + 8;
  result.writeUInt8(result.readUInt8(flags) | VP8X_EXIF_FLAG, flags);
  return result;
}

function xmpOffset(webp: Buffer): number {
  let offset = WEBP_HEADER_BYTES + 8 + VP8X_DATA_BYTES;
  while (offset + 8 <= webp.length) {
    if (webp.toString("latin1", offset, offset + 4) === "XMP ") return offset;
    const length = webp.readUInt32LE(offset + 4);
    offset += 8 + length + (length % 2);
  }
  return webp.length;
}
