import { createHash, createPublicKey, randomBytes, sign, X509Certificate } from "node:crypto";
import type { KeyObject } from "node:crypto";

/** Makes the two kinds of certificates that content credentials need. Node reads certificates but cannot make them. RFC 5280, DER. */
export interface CertificateRequest {
  readonly subject: string;
  readonly organisation: string;
  /** Of the certificate: P-256. */
  readonly key: KeyObject;
  readonly notBefore: number;
  readonly notAfter: number;
  /** Absent for a certificate authority, which signs itself. */
  readonly issuer?: { readonly certificate: X509Certificate; readonly key: KeyObject };
}

/** A certificate authority, or a signer of pictures under one. `key` and the issuer's key are private keys on P-256. */
export function makeCertificate(request: CertificateRequest): X509Certificate {
  const { issuer, key } = request;
  const subject = name(request.subject, request.organisation);
  const spki = createPublicKey(key).export({ type: "spki", format: "der" });
  const content = sequence(
    tlv(0xa0, integer(Buffer.from([2]))),
    integer(positive(randomBytes(16))),
    ECDSA_WITH_SHA256,
    issuer ? subjectOf(issuer.certificate) : subject,
    sequence(time(request.notBefore), time(request.notAfter)),
    subject,
    spki,
    tlv(0xa3, sequence(...(issuer ? signerExtensions(spki, issuer.certificate) : authorityExtensions(spki)))),
  );
  const signature = sign("sha256", content, issuer?.key ?? key);
  return new X509Certificate(sequence(content, ECDSA_WITH_SHA256, bitString(0, signature)));
}

function authorityExtensions(spki: Buffer): Buffer[] {
  return [
    extension("2.5.29.19", true, sequence(TRUE, integer(Buffer.from([0])))), // basicConstraints: a CA of signers only
    extension("2.5.29.15", true, bitString(1, Buffer.from([0b0000_0110]))), // keyUsage: keyCertSign, cRLSign
    extension("2.5.29.14", false, tlv(0x04, keyId(spki))),
  ];
}

function signerExtensions(spki: Buffer, issuer: X509Certificate): Buffer[] {
  const issuerKeyId = keyId(issuer.publicKey.export({ type: "spki", format: "der" }));
  return [
    extension("2.5.29.19", true, sequence()),
    extension("2.5.29.15", true, bitString(7, Buffer.from([0b1000_0000]))), // keyUsage: digitalSignature
    extension("2.5.29.37", true, sequence(oid("1.3.6.1.5.5.7.3.4"))), // emailProtection: what C2PA 2.x asks of signers
    extension("2.5.29.35", false, sequence(tlv(0x80, issuerKeyId))),
    extension("2.5.29.14", false, tlv(0x04, keyId(spki))),
  ];
}

function extension(id: string, critical: boolean, value: Buffer): Buffer {
  return sequence(oid(id), ...(critical ? [TRUE] : []), tlv(0x04, value));
}

/** RFC 5280 4.2.1.2, method 1: SHA-1 of the key's bits, which end the SubjectPublicKeyInfo of P-256 (65 bytes). */
function keyId(spki: Buffer): Buffer {
  return createHash("sha1").update(spki.subarray(-65)).digest();
}

function name(commonName: string, organisation: string): Buffer {
  const part = (id: string, value: string): Buffer =>
    tlv(0x31, sequence(oid(id), tlv(0x0c, Buffer.from(value, "utf8"))));
  return sequence(part("2.5.4.10", organisation), part("2.5.4.3", commonName));
}

/** The issuer's name as its own certificate writes it: names are compared byte by byte. */
function subjectOf({ raw }: X509Certificate): Buffer {
  const fields = children(children(raw)[0]!);
  // version, serial, algorithm, issuer, validity, subject
  return fields[5]!;
}

/** The elements inside a constructed DER element, each with its header. */
function children(element: Buffer): Buffer[] {
  const { start, end } = extent(element);
  const found: Buffer[] = [];
  for (let offset = start; offset < end;) {
    const size = extent(element.subarray(offset)).end;
    found.push(element.subarray(offset, offset + size));
    offset += size;
  }
  return found;
}

function extent(element: Buffer): { readonly start: number; readonly end: number } {
  const first = element[1]!;
  const lengthBytes = first < 0x80 ? 0 : first & 0x7f;
  const start = 2 + lengthBytes;
  return { start, end: start + (lengthBytes === 0 ? first : element.readUIntBE(2, lengthBytes)) };
}

function tlv(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const value = Buffer.concat(parts);
  if (value.length < 0x80) return Buffer.concat([Buffer.from([tag, value.length]), value]);
  const bytes = value.length < 0x100 ? 1 : 2;
  const length = Buffer.alloc(bytes);
  length.writeUIntBE(value.length, 0, bytes);
  return Buffer.concat([Buffer.from([tag, 0x80 | bytes]), length, value]);
}

const sequence = (...parts: readonly Uint8Array[]): Buffer => tlv(0x30, ...parts);
const integer = (bytes: Buffer): Buffer => tlv(0x02, bytes);
const bitString = (unusedBits: number, bytes: Buffer): Buffer => tlv(0x03, Buffer.from([unusedBits]), bytes);
const TRUE = tlv(0x01, Buffer.from([0xff]));

/** Neither negative nor with a needless zero byte in front. */
function positive(bytes: Buffer): Buffer {
  bytes[0] = (bytes[0]! & 0x7f) | 0x40;
  return bytes;
}

function oid(text: string): Buffer {
  const [first, second, ...rest] = text.split(".").map(Number);
  const bytes = [40 * first! + second!];
  for (const part of rest) {
    const digits = [part & 0x7f];
    for (let left = part >> 7; left > 0; left >>= 7) digits.unshift(0x80 | (left & 0x7f));
    bytes.push(...digits);
  }
  return tlv(0x06, Buffer.from(bytes));
}

const ECDSA_WITH_SHA256 = sequence(oid("1.2.840.10045.4.3.2"));

/** UTCTime until 2049, GeneralizedTime after. */
function time(ms: number): Buffer {
  const digits = new Date(ms).toISOString().replaceAll(/\D/g, "").slice(0, 14);
  return digits < "2050" ? tlv(0x17, Buffer.from(`${digits.slice(2)}Z`)) : tlv(0x18, Buffer.from(`${digits}Z`));
}
