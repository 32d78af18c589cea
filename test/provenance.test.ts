import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { silentLogger } from "../src/core/logger.ts";
import type { Logger } from "../src/core/logger.ts";
import { readCredentials } from "../src/images/content-credentials.ts";
import { readAnchors } from "../src/images/credential-authority.ts";
import { encodePicture } from "../src/images/encode.ts";
import { readDigitalSource, readParameters } from "../src/images/file-texts.ts";
import { readPicture } from "../src/images/read-picture.ts";
import { createResultEncoder } from "../src/encode-result.ts";
import { openProvenance } from "../src/provenance.ts";
import { openBlobStore } from "../src/storage/blob-store.ts";
import { openDatabase } from "../src/storage/database.ts";
import { createPictureRegistry } from "../src/storage/picture-registry.ts";
import { sampleJob, sampleRequest } from "./core/sample-jobs.ts";
import { changedFile, psnr } from "./images/copies.ts";
import { noisy } from "./images/pictures.ts";
import { photo, sticker } from "./images/scenes.ts";
import { realClock } from "./support/real-clock.ts";
import { createRecordingLog } from "./support/recording-log.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

const ABOUT = { job: "k3f9x2ab", index: 0, model: "easel-v0", madeAt: Date.UTC(2026, 4, 1) };
const LABELS = {
  source: "trainedAlgorithmicMedia",
  creatorTool: "Easel 0.1.0",
  parameters: "a fox\nSteps: 4, Seed: 1",
} as const;

async function setUp(options: { folder?: string; log?: Logger; watermark?: boolean } = {}) {
  const folder = options.folder ?? join(temporaryFolder(), "credentials");
  const registry = createPictureRegistry({ database: openDatabase({ path: ":memory:", log: silentLogger }) });
  const provenance = await openProvenance({
    folder,
    registry,
    clock: realClock,
    log: options.log ?? silentLogger,
    program: "Easel 0.1.0",
    watermark: options.watermark ?? true,
  });
  const publish = async (picture = sticker(1)): Promise<Uint8Array> =>
    provenance.publish(await encodePicture(await provenance.mark(picture), LABELS), "image/png", ABOUT);
  return { folder, registry, provenance, publish };
}

const verdictOf = async ({ verify }: Pick<Awaited<ReturnType<typeof openProvenance>>, "verify">, bytes: Uint8Array) =>
  (await verify(bytes, "it")).reasons.map(({ evidence, points }) => `${evidence}: ${points}`);

describe("a published picture", () => {
  it("is marked, labelled, signed and registered", async () => {
    const { provenance, publish } = await setUp();

    const file = await publish();

    expect(await verdictOf(provenance, file)).toEqual([
      "registry: made-here",
      "credentials: made-here",
      "watermark: made-here",
      "label: other-ai",
      "recipe: other-ai",
    ]);
  });

  it("stays so as WebP, as JPEG, in a grid and below a size limit", async () => {
    const { provenance, publish } = await setUp();
    const file = await publish(photo(2, 400, 300));
    const limits = { maxBytes: 60_000, imageTypes: ["image/png", "image/webp", "image/jpeg"] } as const;

    const copies = await Promise.all([
      provenance.convert(file, "image/webp"),
      provenance.convert(file, "image/jpeg"),
      provenance.grid([file, file], "image/png"),
      provenance.fit(file, limits).then(({ bytes }) => bytes),
    ]);

    expect(copies[3].length).toBeLessThanOrEqual(limits.maxBytes);
    for (const copy of copies) {
      expect((await verdictOf(provenance, copy)).slice(0, 3)).toEqual([
        "registry: made-here",
        "credentials: made-here",
        "watermark: made-here",
      ]);
      expect(await readParameters(copy)).toBe(LABELS.parameters);
      expect(await readDigitalSource(copy)).toBe("trainedAlgorithmicMedia");
    }
  });

  it("keeps every byte where it fits as it is", async () => {
    const { provenance, publish } = await setUp();
    const file = await publish();

    const fitted = await provenance.fit(file, { maxBytes: file.length, imageTypes: ["image/png"] });
    const converted = await provenance.convert(file, "image/png");

    expect(fitted.bytes).toBe(file);
    expect(converted).toBe(file);
  });

  it("fits into tiny limits without credentials, which would take all of it", async () => {
    const { provenance, publish } = await setUp();
    const file = await publish(noisy(128, 128));

    const { bytes } = await provenance.fit(file, { maxBytes: 8000, imageTypes: ["image/jpeg"] });

    expect(bytes.length).toBeLessThanOrEqual(8000);
    expect(await readDigitalSource(bytes)).toBe("trainedAlgorithmicMedia");
  });

  it("is recognised by the same installation after a restart, and not by another", async () => {
    const first = await setUp();
    const copy = await changedFile(await first.provenance.mark(sticker(7)), "JPEG 80");

    const [again, other] = [await setUp({ folder: first.folder }), await setUp()];

    expect(await verdictOf(again.provenance, copy)).toEqual(["watermark: made-here"]);
    expect(await verdictOf(other.provenance, copy)).toEqual(["watermark: other-ai"]);
  });
});

describe("what goes wrong", () => {
  it("costs no picture: a folder that cannot be written leaves labels, public mark and registry", async () => {
    const log = createRecordingLog();
    const file = join(temporaryFolder(), "a-file");
    writeFileSync(file, "");

    const { provenance, publish } = await setUp({ folder: join(file, "credentials"), log });
    const published = await publish();

    expect(log.lines.map(({ level, message }) => `${String(level)}: ${String(message)}`)).toEqual([
      "error: pictures are not signed",
      "error: pictures do not carry this installation's watermark",
    ]);
    expect(await verdictOf(provenance, published)).toEqual([
      "registry: made-here",
      "watermark: other-ai",
      "label: other-ai",
      "recipe: other-ai",
    ]);
  });

  it("costs no picture: what cannot be signed or registered is logged with its job", async () => {
    const log = createRecordingLog();
    const { provenance } = await setUp({ log });
    const broken = new Uint8Array([1, 2, 3]);

    const published = await provenance.publish(broken, "image/png", ABOUT);

    expect(published).toBe(broken);
    expect(log.lines).toMatchObject([
      { level: "error", message: "picture not signed", job: ABOUT.job },
      { level: "error", message: "picture not registered", job: ABOUT.job },
    ]);
  });

  it("costs no picture: one that cannot be marked stays as it is", async () => {
    const log = createRecordingLog();
    const { provenance } = await setUp({ log });
    const impossible = { widthPx: 8, heightPx: 8, channels: 3, data: new Uint8Array(5) } as const;

    const marked = await provenance.mark(impossible);

    expect(marked).toBe(impossible);
    expect(log.lines).toMatchObject([{ level: "error", message: "picture not marked" }]);
  });
});

describe("without the watermark", () => {
  it("every pixel is as the model made it, and the rest of the labels is there", async () => {
    const { provenance, publish } = await setUp({ watermark: false });
    const picture = photo(3);

    const file = await publish(picture);

    expect(psnr(await readPicture(file, "it"), picture)).toBe(Infinity);
    expect((await verdictOf(provenance, file)).slice(0, 2)).toEqual(["registry: made-here", "credentials: made-here"]);
  });
});

describe("the result of a job", () => {
  it("has the hash of the model's pixels, not of the marked ones, and a file that verifies", async () => {
    const { folder, provenance } = await setUp();
    const blobs = await openBlobStore({ folder: temporaryFolder(), clock: realClock });
    const encode = createResultEncoder({ blobs, program: "Easel 0.1.0", provenance, clock: realClock });
    const picture = sticker(4);
    const job = sampleJob({
      request: sampleRequest({ inputs: { image: { sha256: "0".repeat(64), mimeType: "image/png" } } }, 1),
    });
    const timings = { textMs: 1, denoiseMs: 1, decodeMs: 1, filterMs: 1, totalMs: 4 };

    const result = await encode(
      { pictures: [{ ...picture, seed: 7, verdict: { level: "allow" } }], timings, notes: [] },
      job,
    );

    const file = await blobs.get(result.pictures[0]!.blob);
    expect(result.pictures[0]!.pixelsSha256).toBe(createHash("sha256").update(picture.data).digest("hex"));
    expect(psnr(await readPicture(file, "it"), picture)).toBeLessThan(60);
    expect(await readCredentials(file, await readAnchors(folder))).toMatchObject({
      state: "trusted",
      source: "compositeWithTrainedAlgorithmicMedia",
    });
    const report = await provenance.verify(file, "it");
    expect(report.reasons[0]!.text).toMatch(
      /^I made exactly this file: picture 1 of job k3f9x2ab, drawn by stickers on \d{4}-/,
    );
  });
});
