import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import sharp from "sharp";
import { afterAll, describe, expect, it } from "vitest";
import { silentLogger } from "../../src/core/logger.ts";
import type { RawPicture } from "../../src/core/generator.ts";
import type { PictureReport } from "../../src/core/provenance.ts";
import { signPicture } from "../../src/images/content-credentials.ts";
import { openCredentialAuthority } from "../../src/images/credential-authority.ts";
import { encodePicture } from "../../src/images/encode.ts";
import { fingerprintOf } from "../../src/images/perceptual-hash.ts";
import { createVerifier } from "../../src/images/verify-picture.ts";
import { createWatermark } from "../../src/images/watermark.ts";
import { openDatabase } from "../../src/storage/database.ts";
import { createPictureRegistry } from "../../src/storage/picture-registry.ts";
import { realClock } from "../support/real-clock.ts";
import { changedFile, CHANGES } from "./copies.ts";
import { plain } from "./pictures.ts";
import { anyScene, photo, sticker } from "./scenes.ts";

const root = mkdtempSync(join(tmpdir(), "easel-test-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const LABELS = {
  source: "trainedAlgorithmicMedia",
  creatorTool: "Easel <0.1.0>",
  parameters: "a fox\nSteps: 4, Sampler: Euler, Seed: 1, Size: 128x128",
} as const;
const FACTS = { source: LABELS.source, program: "Easel 0.1.0", model: "easel-v0", createdAt: Date.UTC(2026, 4, 1) };
/** A hundred pictures on a busy machine. */
const SLOW_MS = 120_000;
const ABOUT = { job: "k3f9x2ab", index: 1, model: "easel-v0", madeAt: Date.UTC(2026, 4, 1) };

/** An installation's verifier and its parts. */
async function setUp(keyByte = 1) {
  const authority = await openCredentialAuthority({ folder: mkdtempSync(join(root, "keys-")), clock: realClock });
  const watermark = createWatermark({ installationKey: new Uint8Array(32).fill(keyByte) });
  const registry = createPictureRegistry({ database: openDatabase({ path: ":memory:", log: silentLogger }) });
  const verify = createVerifier({ anchors: authority.anchors, watermark, registry });
  return { authority, watermark, registry, verify: (bytes: Uint8Array) => verify(bytes, "it.png") };
}

const bare = (picture: Parameters<typeof changedFile>[0]): Promise<Uint8Array> => changedFile(picture);
const summary = ({ verdict, reasons }: PictureReport) => [
  verdict,
  ...reasons.map(({ evidence, points }) => `${evidence}: ${points}`),
];

describe("the report about a picture", () => {
  it("recognises the very file", async () => {
    const { registry, verify } = await setUp();
    const file = await bare(photo(1));
    const sha256 = await crypto.subtle.digest("SHA-256", Uint8Array.from(file));
    await registry.add({ ...ABOUT, sha256: Buffer.from(sha256).toString("hex") });

    const report = await verify(file);

    expect(report).toEqual({
      verdict: "made-here",
      reasons: [
        {
          evidence: "registry",
          points: "made-here",
          text: "I made exactly this file: picture 2 of job k3f9x2ab, drawn by easel-v0 on 2026-05-01.",
        },
      ],
    });
  });

  it("believes its own credentials, and tells others' from them", async () => {
    const [mine, theirs] = [await setUp(), await setUp(2)];
    const file = await signPicture(await bare(photo(1)), "image/png", FACTS, mine.authority);

    const reports = [await mine.verify(file), await theirs.verify(file)];

    expect(reports.map(summary)).toEqual([
      ["made-here", "credentials: made-here"],
      ["other-ai", "credentials: other-ai"],
    ]);
    expect(reports[1]!.reasons[0]!.text).toBe(
      "Its content credentials, signed by “Easel”, whom I do not know, say that a machine made it (trainedAlgorithmicMedia).",
    );
  });

  it("does not believe credentials that do not fit", async () => {
    const { authority, verify } = await setUp();
    const file = Buffer.from(await signPicture(await bare(photo(1)), "image/png", FACTS, authority));
    const changed = addText(file, "Comment", "hello");

    const report = await verify(changed);

    expect(summary(report)).toEqual(["unknown", "credentials: unknown"]);
    expect(report.reasons[0]!.text).toContain("it was changed after signing");
  });

  it("reads the watermark, its own and another Easel's", async () => {
    const [mine, theirs] = [await setUp(), await setUp(2)];
    const file = await bare(await mine.watermark.embed(sticker(3)));

    const reports = [await mine.verify(file), await theirs.verify(file)];

    expect(reports.map(summary)).toEqual([
      ["made-here", "watermark: made-here"],
      ["other-ai", "watermark: other-ai"],
    ]);
  });

  it("believes labels that say “machine”, but not whose", async () => {
    const { verify } = await setUp();
    const file = await encodePicture(sticker(3), LABELS);

    const report = await verify(file);

    expect(summary(report)).toEqual(["other-ai", "label: other-ai", "recipe: other-ai"]);
    expect(report.reasons[0]!.text).toBe(
      "It is labelled as made by a machine (trainedAlgorithmicMedia, made with “Easel <0.1.0>”).",
    );
  });

  it("says unknown, and that this proves nothing, where there is nothing", async () => {
    const { verify } = await setUp();

    const report = await verify(await bare(photo(1)));

    expect(summary(report)).toEqual(["unknown", "none: unknown"]);
    expect(report.reasons[0]!.text).toContain("That proves nothing");
  });

  it("names nothing that could break out of a line", async () => {
    const { verify } = await setUp();
    const file = await encodePicture(sticker(3), { ...LABELS, creatorTool: `a\n**b**\n${"c".repeat(500)}` });

    const report = await verify(file);

    expect(report.reasons.every(({ text }) => !text.includes("\n") && text.length < 300)).toBe(true);
  });

  it.each([
    ["nothing", new Uint8Array(0)],
    ["a text", Buffer.from("hello")],
    ["half a picture", Buffer.from("89504e470d0a1a0a0000000d49484452", "hex")],
  ])("is refused for %s", async (_, bytes) => {
    const { verify } = await setUp();

    await expect(verify(bytes)).rejects.toMatchObject({ code: "picture-unreadable", params: { file: "it.png" } });
  });
});

describe("what was made here", () => {
  it.each(Object.keys(CHANGES))("is recognised after %s, although nothing in the file says so", async (change) => {
    const { watermark, verify } = await setUp();
    for (const scene of [sticker(5, 256), photo(6), sticker(7, 512)]) {
      const copy = await changedFile(await watermark.embed(scene), change);

      expect((await verify(copy)).verdict).toBe("made-here");
    }
  });

  describe("and posted here, in 128, 256 or 512 pixels,", async () => {
    const { watermark, registry, verify } = await setUp();
    const posted: RawPicture[] = [];
    for (const sidePx of [128, 256, 512]) {
      const scenes = [
        sticker(sidePx + 3, sidePx),
        sticker(sidePx + 4, sidePx, { transparent: true }),
        photo(sidePx, sidePx, sidePx),
      ];
      for (const scene of scenes) {
        const picture = await watermark.embed(scene);
        const sha256 = String(posted.length).padStart(64, "0");
        await registry.add({ ...ABOUT, sha256, fingerprint: (await fingerprintOf(picture))! });
        posted.push(picture);
      }
    }

    it.each(["JPEG 80", "WebP 80", "half the size", "half the size, JPEG 80", "a screenshot at double size"])(
      "is recognised after %s",
      async (change) => {
        const verdicts = [];
        for (const picture of posted) verdicts.push((await verify(await changedFile(picture, change))).verdict);

        expect(verdicts).toEqual(posted.map(() => "made-here"));
      },
    );
  });

  it("is recognised by its looks where the watermark is too weak", async () => {
    const { registry, verify } = await setUp();
    const picture = sticker(8);
    await registry.add({ ...ABOUT, sha256: "0".repeat(64), fingerprint: (await fingerprintOf(picture))! });
    const copy = await sharp(await bare(picture))
      .resize(48)
      .jpeg({ quality: 50 })
      .toBuffer();

    const report = await verify(copy);

    expect(summary(report)).toEqual(["made-here", "looks: made-here"]);
    expect(report.reasons[0]!.text).toContain("picture 2 of job k3f9x2ab");
  });

  describe("is never claimed for a thousand others, although hundreds are registered:", async () => {
    const { registry, verify } = await setUp();
    for (let seed = 0; seed < 300; seed++) {
      const fingerprint = await fingerprintOf(sticker(20_000 + seed, 32));
      if (fingerprint) await registry.add({ ...ABOUT, sha256: seed.toString(16).padStart(64, "0"), fingerprint });
    }

    it.each([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])(
      "hundred number %i",
      async (hundred) => {
        const claimed: string[] = [];
        for (let seed = hundred * 100; seed < (hundred + 1) * 100; seed++) {
          const { widthPx: width, heightPx: height, channels, data } = anyScene(seed);
          // Without compression: it is the pixels that matter here.
          const file = await sharp(data, { raw: { width, height, channels } }).png({ compressionLevel: 0 }).toBuffer();
          const { verdict } = await verify(file);
          if (verdict !== "unknown") claimed.push(`${seed}: ${verdict}`);
        }

        expect(claimed).toEqual([]);
      },
      SLOW_MS,
    );
  });

  it("does not include every empty sheet", async () => {
    const { registry, verify } = await setUp();
    const sheet = plain(64, 64, 250, 250, 250);
    const fingerprint = await fingerprintOf(sheet);
    await registry.add({ ...ABOUT, sha256: "0".repeat(64), ...(fingerprint === undefined ? {} : { fingerprint }) });

    expect((await verify(await bare(plain(64, 64, 251, 251, 251)))).verdict).toBe("unknown");
  });
});

/** A PNG with one more text before its end. */
function addText(png: Buffer, keyword: string, text: string): Uint8Array {
  const data = Buffer.from(`tEXt${keyword}\0${text}`, "latin1");
  const frame = Buffer.alloc(8 + data.length);
  frame.writeUInt32BE(data.length - 4, 0);
  data.copy(frame, 4);
  frame.writeUInt32BE(crc32(data), 4 + data.length);
  const end = png.length - 12;
  return Buffer.concat([png.subarray(0, end), frame, png.subarray(end)]);
}
