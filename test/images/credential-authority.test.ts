import { createPublicKey, generateKeyPairSync, verify, X509Certificate } from "node:crypto";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openCredentialAuthority, readAnchors } from "../../src/images/credential-authority.ts";
import { makeCertificate } from "../../src/images/x509.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const YEAR = 365 * 86_400_000;
const certificates = (chain: readonly Uint8Array[]): X509Certificate[] => chain.map((der) => new X509Certificate(der));

describe("openCredentialAuthority", () => {
  it("makes an authority and a signer on first use, for the owner's eyes only, and keeps them", async () => {
    const folder = join(temporaryFolder(), "credentials");
    const clock = createFakeClock();

    const first = await openCredentialAuthority({ folder, clock });
    const second = await openCredentialAuthority({ folder, clock });

    expect(readdirSync(folder).sort()).toEqual(["anchors.pem", "authority.pem", "signer.pem"]);
    expect(readdirSync(folder).map((file) => statSync(join(folder, file)).mode & 0o777)).toEqual([0o600, 0o600, 0o600]);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(second.chain).toEqual(first.chain);
    expect(second.anchors).toBe(first.anchors);
    expect(await readAnchors(folder)).toBe(first.anchors);
  });

  it("signs as ES256 with the certificate that the authority issued", async () => {
    const { chain, anchors, sign } = await openCredentialAuthority({
      folder: temporaryFolder(),
      clock: createFakeClock(),
    });
    const [signer, issuer] = certificates(chain);
    const data = Buffer.from("a picture");

    const signature = sign(data);

    expect(signature).toHaveLength(64);
    expect(verify("sha256", data, { key: signer!.publicKey, dsaEncoding: "ieee-p1363" }, signature)).toBe(true);
    expect(signer!.checkIssued(issuer!) && signer!.verify(issuer!.publicKey)).toBe(true);
    expect([signer!.ca, issuer!.ca]).toEqual([false, true]);
    expect(anchors).toBe(String(issuer));
  });

  it("renews the signer every year under the same authority, so that its pictures count for nine years at least", async () => {
    const folder = temporaryFolder();
    const clock = createFakeClock();
    const first = await openCredentialAuthority({ folder, clock });

    await clock.advance(0.9 * YEAR);
    const same = await openCredentialAuthority({ folder, clock });
    await clock.advance(0.2 * YEAR);
    const renewed = await openCredentialAuthority({ folder, clock });

    expect(same.chain).toEqual(first.chain);
    expect(renewed.chain[0]).not.toEqual(first.chain[0]);
    expect(renewed.chain[1]).toEqual(first.chain[1]);
    expect(Date.parse(certificates(renewed.chain)[0]!.validTo) - clock.now()).toBeGreaterThan(9 * YEAR);
  });

  it("renews the authority before its signers would outlive it, and still knows the old one", async () => {
    const folder = temporaryFolder();
    const clock = createFakeClock();
    const first = await openCredentialAuthority({ folder, clock });

    await clock.advance(20 * YEAR);
    const second = await openCredentialAuthority({ folder, clock });

    const [signer, issuer] = certificates(second.chain);
    expect(second.chain[1]).not.toEqual(first.chain[1]);
    expect(Date.parse(issuer!.validTo)).toBeGreaterThan(Date.parse(signer!.validTo));
    expect(second.anchors).toBe(first.anchors + String(issuer));
  });

  it("gives two processes that start at once the same identity", async () => {
    const folder = temporaryFolder();
    const clock = createFakeClock();

    const opened = await Promise.all(Array.from({ length: 5 }, () => openCredentialAuthority({ folder, clock })));

    const again = await openCredentialAuthority({ folder, clock });
    expect(opened.map(({ chain }) => chain)).toEqual(Array.from({ length: 5 }, () => again.chain));
    expect(readdirSync(folder)).toHaveLength(3);
  });

  it("uses the signer that an operator put there, and does not renew it", async () => {
    const folder = temporaryFolder();
    const clock = createFakeClock();
    const caKey = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
    const key = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
    const common = { organisation: "A newspaper", notBefore: clock.now(), notAfter: clock.now() + YEAR };
    const ca = makeCertificate({ ...common, subject: "Its authority", key: caKey });
    const own = makeCertificate({ ...common, subject: "Its bot", key, issuer: { certificate: ca, key: caKey } });
    const pem = key.export({ type: "pkcs8", format: "pem" }) + String(own) + String(ca);
    writeFileSync(join(folder, "signer.pem"), pem);

    const { chain, anchors } = await openCredentialAuthority({ folder, clock });

    expect(certificates(chain).map(({ subject }) => subject)).toEqual([own.subject, ca.subject]);
    expect(anchors).toContain(String(ca));
    expect(readFileSync(join(folder, "signer.pem"), "utf8")).toBe(pem);
  });

  it.each([
    ["is no key", "hello"],
    ["is cut off", "-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByqGSM49"],
  ])("names the file when what is in it %s", async (_, text) => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "authority.pem"), text);

    const opening = openCredentialAuthority({ folder, clock: createFakeClock() });

    await expect(opening).rejects.toMatchObject({
      code: "file-unreadable",
      params: { file: join(folder, "authority.pem") },
    });
  });

  it("refuses a key that is not its certificate's", async () => {
    const [folder, other] = [temporaryFolder(), temporaryFolder()];
    const clock = createFakeClock();
    await openCredentialAuthority({ folder, clock });
    await openCredentialAuthority({ folder: other, clock });
    const [mine, theirs] = [folder, other].map((path) => readFileSync(join(path, "signer.pem"), "utf8"));
    const mixed = mine!.slice(0, mine!.indexOf("-----BEGIN CERT")) + theirs!.slice(theirs!.indexOf("-----BEGIN CERT"));
    writeFileSync(join(folder, "signer.pem"), mixed);

    const opening = openCredentialAuthority({ folder, clock });

    await expect(opening).rejects.toThrow("its key and certificate do not belong together");
  });

  it("says where it cannot write", async () => {
    const file = join(temporaryFolder(), "a-file");
    writeFileSync(file, "");

    const opening = openCredentialAuthority({ folder: join(file, "credentials"), clock: createFakeClock() });

    await expect(opening).rejects.toMatchObject({ name: "UserError" });
  });
});

describe("makeCertificate", () => {
  const key = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
  const days = { notBefore: Date.UTC(2026, 0, 1), notAfter: Date.UTC(2056, 5, 30, 12, 34, 56) };

  it("writes names, times of both centuries' halves and the key as other readers expect them", () => {
    const certificate = makeCertificate({ ...days, subject: "Größe 狐", organisation: "Easel", key });

    expect(certificate.subject).toBe("O=Easel\nCN=Größe 狐");
    expect(certificate.issuer).toBe(certificate.subject);
    expect(Date.parse(certificate.validFrom)).toBe(days.notBefore);
    expect(Date.parse(certificate.validTo)).toBe(days.notAfter);
    expect(certificate.publicKey.equals(createPublicKey(key))).toBe(true);
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(certificate.serialNumber).toMatch(/^[4-7][0-9A-F]{31}$/);
  });

  it("limits a signer to signing documents", () => {
    const issuer = { certificate: makeCertificate({ ...days, subject: "CA", organisation: "Easel", key }), key };

    const { keyUsage, ca } = makeCertificate({ ...days, subject: "S", organisation: "Easel", key, issuer });

    expect({ keyUsage, ca }).toEqual({ keyUsage: ["1.3.6.1.5.5.7.3.4"], ca: false });
  });
});
