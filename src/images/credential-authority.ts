import { createPrivateKey, generateKeyPairSync, sign, X509Certificate } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { join } from "node:path";
import type { Clock } from "../core/clock.ts";
import { UserError } from "../core/errors.ts";
import { readOrMake, readText, replaceSecret } from "./secret-file.ts";
import { makeCertificate } from "./x509.ts";

/** Who signs the content credentials of this installation. */
export interface CredentialAuthority {
  /** DER, the signer first, then who vouches for it. */
  readonly chain: readonly Uint8Array[];
  /** PEM of every authority that this installation ever had: what readers have to trust. */
  readonly anchors: string;
  /** ES256: r and s, 64 bytes. */
  readonly sign: (data: Uint8Array) => Uint8Array;
}

const DAY_MS = 86_400_000;
const YEAR_MS = 365 * DAY_MS;
/**
 * Without a time stamp of somebody outside, credentials count only while their signer's certificate does. So it lives long and is changed
 * early: every picture's credentials count for nine years at least.
 */
const SIGNER = { livesMs: 10 * YEAR_MS, renewedMs: 9 * YEAR_MS };
const AUTHORITY = { livesMs: 30 * YEAR_MS, renewedMs: 11 * YEAR_MS };
/** For readers whose clock is behind. */
const BACKDATED_MS = DAY_MS;

const AUTHORITY_FILE = "authority.pem";
const SIGNER_FILE = "signer.pem";
const ANCHORS_FILE = "anchors.pem";

interface Identity {
  readonly key: KeyObject;
  /** Its own certificate first. */
  readonly certificates: readonly X509Certificate[];
}

/**
 * Opens the installation's certificate authority in `folder`, made on first use (files for the owner only), and renews what ends within years.
 * A signer.pem of somebody else's authority (key, certificate, its issuers) is used as it is and never renewed. Rejects with UserError
 * file-unreadable, file-unwritable.
 */
export async function openCredentialAuthority(deps: {
  readonly folder: string;
  readonly clock: Clock;
}): Promise<CredentialAuthority> {
  const { folder, clock } = deps;
  const path = (name: string): string => join(folder, name);
  const now = clock.now();

  async function current(name: string, renewedMs: number, make: () => string, isOurs: (found: Identity) => boolean) {
    const found = parseIdentity(await readOrMake(path(name), make), path(name));
    if (Date.parse(found.certificates[0]!.validTo) - now >= renewedMs || !isOurs(found)) return found;
    await replaceSecret(path(name), make());
    return parseIdentity((await readText(path(name)))!, path(name));
  }

  const authority = await current(
    AUTHORITY_FILE,
    AUTHORITY.renewedMs,
    () => makeAuthority(now),
    () => true,
  );
  const anchors = await addAnchor(path(ANCHORS_FILE), authority.certificates[0]!);
  const known = splitPem(anchors).map((pem) => new X509Certificate(pem));
  const signer = await current(
    SIGNER_FILE,
    SIGNER.renewedMs,
    () => makeSigner(authority, now),
    ({ certificates: [own] }) => known.some((anchor) => own!.checkIssued(anchor)),
  );
  return {
    chain: signer.certificates.map(({ raw }) => raw),
    anchors: await addAnchor(path(ANCHORS_FILE), signer.certificates.at(-1)!),
    sign: (data) => sign("sha256", data, { key: signer.key, dsaEncoding: "ieee-p1363" }),
  };
}

/** The anchors of an installation, without making any: empty where nothing was ever signed. */
export async function readAnchors(folder: string): Promise<string> {
  return (await readText(join(folder, ANCHORS_FILE))) ?? "";
}

function makeAuthority(now: number): string {
  const key = newKey();
  const certificate = makeCertificate({
    subject: "Easel certificate authority",
    organisation: "Easel",
    key,
    notBefore: now - BACKDATED_MS,
    notAfter: now + AUTHORITY.livesMs,
  });
  return toPem({ key, certificates: [certificate] });
}

function makeSigner(authority: Identity, now: number): string {
  const key = newKey();
  const issuer = { certificate: authority.certificates[0]!, key: authority.key };
  const certificate = makeCertificate({
    subject: "Easel picture signer",
    organisation: "Easel",
    key,
    notBefore: now - BACKDATED_MS,
    notAfter: now + SIGNER.livesMs,
    issuer,
  });
  return toPem({ key, certificates: [certificate, issuer.certificate] });
}

function newKey(): KeyObject {
  return generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
}

function toPem({ key, certificates }: Identity): string {
  return [key.export({ type: "pkcs8", format: "pem" }), ...certificates.map(String)].join("");
}

function parseIdentity(text: string, file: string): Identity {
  try {
    const key = createPrivateKey(text);
    const certificates = splitPem(text).map((pem) => new X509Certificate(pem));
    if (key.asymmetricKeyDetails?.namedCurve !== "prime256v1") throw new Error("its key is not on the curve P-256");
    if (certificates[0]?.checkPrivateKey(key) !== true)
      throw new Error("its key and certificate do not belong together");
    return { key, certificates };
  } catch (error) {
    throw new UserError("file-unreadable", { file, reason: (error as Error).message }, { cause: error });
  }
}

function splitPem(text: string): string[] {
  return text.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? [];
}

/** The anchors with this one among them. */
async function addAnchor(path: string, certificate: X509Certificate): Promise<string> {
  const text = await readOrMake(path, () => String(certificate));
  const known = splitPem(text).some((pem) => new X509Certificate(pem).fingerprint256 === certificate.fingerprint256);
  if (known) return text;
  const extended = text + String(certificate);
  await replaceSecret(path, extended);
  return extended;
}
