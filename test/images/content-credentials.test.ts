import { JPEG, PNG } from "@trustnxt/c2pa-ts/asset";
import { SuperBox } from "@trustnxt/c2pa-ts/jumbf";
import { ManifestStore } from "@trustnxt/c2pa-ts/manifest";
import { describe, expect, it } from "vitest";
import { readCredentials, signPicture } from "../../src/images/content-credentials.ts";
import { openCredentialAuthority } from "../../src/images/credential-authority.ts";
import type { CredentialAuthority } from "../../src/images/credential-authority.ts";
import { bestEncoding, encodeWith, labelTexts } from "../../src/images/encode.ts";
import { readFileTexts } from "../../src/images/file-texts.ts";
import type { ImageType } from "../../src/images/image-type.ts";
import { readPicture } from "../../src/images/read-picture.ts";
import { realClock } from "../support/real-clock.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { noisy } from "./pictures.ts";
import { sticker } from "./scenes.ts";

const TYPES: readonly ImageType[] = ["image/png", "image/jpeg", "image/webp"];
const LABELS = {
  source: "trainedAlgorithmicMedia",
  creatorTool: "Easel 0.1.0",
  parameters: "a fox\nSteps: 4, Seed: 1",
} as const;
const FACTS = {
  source: "trainedAlgorithmicMedia",
  program: "Easel 0.1.0",
  model: "easel-v0",
  createdAt: Date.UTC(2026, 4, 1),
} as const;

const openAuthority = (): Promise<CredentialAuthority> =>
  openCredentialAuthority({ folder: temporaryFolder(), clock: realClock });

async function signed(
  type: ImageType,
  authority: CredentialAuthority,
  facts: Parameters<typeof signPicture>[2] = FACTS,
) {
  const plain = await encodeWith(sticker(1), bestEncoding(type), labelTexts(LABELS));
  return { plain, file: await signPicture(plain, type, facts, authority) };
}

/** What the other implementation of C2PA, which shares no code with ours, says; it cannot read WebP. */
async function validateElsewhere(file: Uint8Array): Promise<{ isValid: boolean; failures: string[] }> {
  const asset = PNG.canRead(file) ? new PNG(file) : new JPEG(file);
  const store = ManifestStore.read(SuperBox.fromBuffer(Uint8Array.from(asset.getManifestJUMBF()!)));
  const { isValid, statusEntries } = await store.validate(asset);
  return { isValid, failures: statusEntries.filter(({ success }) => !success).map(({ code }) => code) };
}

/** A copy with bits of one byte changed. */
function tampered(file: Uint8Array, offset: number, bits = 1): Uint8Array {
  const copy = Uint8Array.from(file);
  copy[offset]! ^= bits;
  return copy;
}

describe.each(TYPES)("content credentials of %s", (type) => {
  it("say who drew it with what, and are trusted by who knows the authority", async () => {
    const authority = await openAuthority();

    const { file } = await signed(type, authority);

    expect(await readCredentials(file, authority.anchors)).toEqual({
      state: "trusted",
      signer: "Easel",
      generator: "Easel 0.1.0",
      source: "trainedAlgorithmicMedia",
      faults: [],
    });
  });

  it("are valid, but not trusted, for everybody else", async () => {
    const [authority, stranger] = [await openAuthority(), await openAuthority()];
    const { file } = await signed(type, authority);

    const states = await Promise.all([readCredentials(file, stranger.anchors), readCredentials(file, "")]);

    expect(states).toMatchObject([
      { state: "valid", faults: ["signingCredential.untrusted"] },
      { state: "valid", faults: ["signingCredential.untrusted"] },
    ]);
  });

  it("leave pixels and texts as they were, and cost little", async () => {
    const { plain, file } = await signed(type, await openAuthority());

    const [before, after] = await Promise.all([plain, file].map((bytes) => readPicture(bytes, "it")));

    expect(Buffer.from(after!.data).equals(Buffer.from(before!.data))).toBe(true);
    expect(await readFileTexts(file)).toEqual(await readFileTexts(plain));
    expect(file.length - plain.length).toBeLessThan(4096);
  });

  it("show that a byte of the picture was changed", async () => {
    const authority = await openAuthority();
    const { plain, file } = await signed(type, authority);
    // The picture's last pixels: PNG and JPEG files end with them, WebP puts the credentials behind.
    const end = type === "image/webp" ? plain.length : file.length;

    const finding = await readCredentials(tampered(file, end - 40), authority.anchors);

    expect(finding).toMatchObject({
      state: "invalid",
      faults: expect.arrayContaining(["assertion.dataHash.mismatch"]) as string[],
    });
  });

  it("show that they were taken from another picture", async () => {
    const authority = await openAuthority();
    const { plain, file } = await signed(type, authority);
    const other = await encodeWith(sticker(2), bestEncoding(type), labelTexts(LABELS));

    const finding = await readCredentials(transplant(plain, file, other), authority.anchors);

    expect(finding.state).toBe("invalid");
  });

  it("are gone after another program wrote the file", async () => {
    const authority = await openAuthority();
    const { file } = await signed(type, authority);

    const copy = await encodeWith(await readPicture(file, "it"), bestEncoding(type));

    expect(await readCredentials(copy, authority.anchors)).toEqual({ state: "none", faults: [] });
  });

  it("say so when a person's picture went in", async () => {
    const authority = await openAuthority();

    const { file } = await signed(type, authority, { ...FACTS, source: "compositeWithTrainedAlgorithmicMedia" });

    expect(await readCredentials(file, authority.anchors)).toMatchObject({
      state: "trusted",
      source: "compositeWithTrainedAlgorithmicMedia",
    });
  });
});

/** `other` with the part that signing added to `plain`, at the same place from the start (PNG, JPEG) or the end (WebP). */
function transplant(plain: Uint8Array, file: Uint8Array, other: Uint8Array): Uint8Array {
  let start = 0;
  while (start < plain.length && plain[start] === file[start]) start++;
  if (Buffer.from(file.subarray(0, 4)).toString("latin1") === "RIFF") {
    const joined = Buffer.concat([other, file.subarray(plain.length)]);
    joined.writeUInt32LE(joined.length - 8, 4);
    return joined;
  }
  const added = file.length - plain.length;
  return Buffer.concat([other.subarray(0, start), file.subarray(start, start + added), other.subarray(start)]);
}

describe.each(["image/png", "image/jpeg"] as const)(
  "for a reader that shares no code, content credentials of %s",
  (type) => {
    it("are valid", async () => {
      const { file } = await signed(type, await openAuthority());

      expect(await validateElsewhere(file)).toEqual({ isValid: true, failures: [] });
    });

    it("show that a byte of the picture was changed", async () => {
      const { file } = await signed(type, await openAuthority());

      const result = await validateElsewhere(tampered(file, file.length - 40));

      expect(result).toEqual({ isValid: false, failures: ["assertion.dataHash.mismatch"] });
    });

    it("show that one pixel was changed", async () => {
      const authority = await openAuthority();
      const picture = noisy(64, 64);
      const [before, after] = await Promise.all(
        [picture, { ...picture, data: tampered(picture.data, 5000, 128) }].map((pixels) =>
          encodeWith(pixels, bestEncoding(type)),
        ),
      );
      const file = await signPicture(before!, type, FACTS, authority);

      const result = await validateElsewhere(transplant(before!, file, after!));

      expect(result.isValid).toBe(false);
    });
  },
);

describe("signPicture", () => {
  it("rejects what is no whole picture", async () => {
    const authority = await openAuthority();
    const { plain } = await signed("image/png", authority);

    await expect(signPicture(plain.subarray(0, 60), "image/png", FACTS, authority)).rejects.toThrow();
    await expect(signPicture(new Uint8Array(0), "image/jpeg", FACTS, authority)).rejects.toThrow();
  });

  it("still works after it failed", async () => {
    const authority = await openAuthority();
    await signPicture(new Uint8Array(10), "image/png", FACTS, authority).catch((error: unknown) => error);

    const { file } = await signed("image/png", authority);

    expect(await readCredentials(file, authority.anchors)).toMatchObject({ state: "trusted" });
  });

  it("passes on why a key cannot sign", async () => {
    const authority = {
      ...(await openAuthority()),
      sign: () => {
        throw new Error("the key is locked");
      },
    };

    await expect(signed("image/png", authority)).rejects.toThrow("the key is locked");
  });
});

describe("readCredentials", () => {
  it.each([
    ["nothing", new Uint8Array(0)],
    ["a text", Buffer.from("hello")],
    ["the first bytes of a PNG", Buffer.from("89504e470d0a1a0a", "hex")],
  ])("finds none in %s", async (_, bytes) => {
    expect((await readCredentials(bytes, "")).state).toMatch(/none|invalid/);
  });

  it("calls damaged ones invalid", async () => {
    const authority = await openAuthority();
    const { file } = await signed("image/png", authority);
    const start = Buffer.from(file).indexOf("c2pa.claim");

    const finding = await readCredentials(tampered(file, start + 300), authority.anchors);

    expect(finding.state).toBe("invalid");
  });
});
