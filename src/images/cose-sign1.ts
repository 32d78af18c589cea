/** CBOR major types (RFC 8949). */
const UNSIGNED = 0;
const BYTES = 2;
const TEXT = 3;
const ARRAY = 4;
const MAP = 5;
const TAG = 6;
const NULL = Buffer.from([0xf6]);

/** COSE header labels and values (RFC 9052, 9360). */
const ALG = 1;
const ES256 = Buffer.from([0x26]); // -7
const X5CHAIN = 33;
const COSE_SIGN1 = 18;

/**
 * A COSE_Sign1 over detached bytes, exactly `size` bytes long, as C2PA wants it: algorithm and certificates (DER, signer first) protected, a
 * `pad` header that fills the room reserved in the picture. Throws a RangeError when `size` is too small.
 */
export function coseSign1(input: {
  readonly payload: Uint8Array;
  readonly chain: readonly Uint8Array[];
  readonly size: number;
  readonly sign: (data: Uint8Array) => Uint8Array;
}): Uint8Array {
  const header = Buffer.concat([
    head(MAP, 2),
    head(UNSIGNED, ALG),
    ES256,
    head(UNSIGNED, X5CHAIN),
    array(...input.chain.map(bytes)),
  ]);
  const signature = input.sign(array(text("Signature1"), bytes(header), bytes(Buffer.alloc(0)), bytes(input.payload)));
  const message = (padBytes: number): Buffer => {
    const unprotected = Buffer.concat([head(MAP, 1), text("pad"), bytes(Buffer.alloc(padBytes))]);
    return Buffer.concat([head(TAG, COSE_SIGN1), array(bytes(header), unprotected, NULL, bytes(signature))]);
  };
  const bare = message(0).length;
  if (bare > input.size) throw new RangeError(`${bare} bytes of signature do not fit into ${input.size}`);
  // The length of the padding has a length itself: one, two or three bytes.
  for (const headBytes of [0, 1, 2]) {
    const padBytes = input.size - bare - headBytes;
    if (padBytes < 0) break;
    const candidate = message(padBytes);
    if (candidate.length === input.size) return candidate;
  }
  throw new RangeError(`no padding makes ${bare} bytes of signature ${input.size} bytes long`);
}

function head(major: number, value: number): Buffer {
  if (value < 24) return Buffer.from([(major << 5) | value]);
  if (value < 0x100) return Buffer.from([(major << 5) | 24, value]);
  const wide = Buffer.from([(major << 5) | 25, 0, 0]);
  wide.writeUInt16BE(value, 1);
  return wide;
}

const bytes = (value: Uint8Array): Buffer => Buffer.concat([head(BYTES, value.length), value]);
const text = (value: string): Buffer => Buffer.concat([head(TEXT, Buffer.byteLength(value)), Buffer.from(value)]);
const array = (...items: readonly Uint8Array[]): Buffer => Buffer.concat([head(ARRAY, items.length), ...items]);
