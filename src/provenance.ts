import { createHash } from "node:crypto";
import type { Clock } from "./core/clock.ts";
import type { RawPicture } from "./core/generator.ts";
import type { Logger } from "./core/logger.ts";
import type { PictureRegistry, PictureReport, RegisteredPicture } from "./core/provenance.ts";
import { CREDENTIALS_BYTES } from "./images/content-credentials.ts";
import { openCredentialAuthority } from "./images/credential-authority.ts";
import type { CredentialAuthority } from "./images/credential-authority.ts";
import { bestEncoding, encodeWith } from "./images/encode.ts";
import { readDigitalSource, readFileTexts } from "./images/file-texts.ts";
import { convertPicture, fitToLimit } from "./images/fit-to-limit.ts";
import type { FitLimits, FittedPicture } from "./images/fit-to-limit.ts";
import { makeGrid } from "./images/grid.ts";
import { imageTypeOf } from "./images/image-type.ts";
import type { ImageType } from "./images/image-type.ts";
import { openInstallationKey } from "./images/installation-key.ts";
import { NO_LIMITS, readPicture } from "./images/read-picture.ts";
import type { ReadLimits } from "./images/read-picture.ts";
import { createVerifier } from "./images/verify-picture.ts";
import { createPictureTasks, type PictureTasks } from "./picture-tasks.ts";

/**
 * What makes every picture say what it is, and recognises it when it comes back. None of it may cost a picture: what fails is logged, and the
 * picture goes out with the labels that it has.
 */
export interface Provenance {
  /** The pixels with the invisible watermark. */
  mark(picture: RawPicture): Promise<RawPicture>;
  /** A labelled file, signed and remembered: from here on not a byte of it may change. */
  publish(bytes: Uint8Array, type: ImageType, about: RegisteredPicture): Promise<Uint8Array>;
  /** Like fitToLimit, convertPicture and makeGridFile for published files: a changed copy is published, too. */
  fit(bytes: Uint8Array, limits: FitLimits): Promise<FittedPicture>;
  convert(bytes: Uint8Array, type: ImageType): Promise<Uint8Array>;
  grid(files: readonly Uint8Array[], type: ImageType): Promise<Uint8Array>;
  /** Where a picture comes from, and why. Rejects with UserError picture-unreadable. */
  verify(bytes: Uint8Array, fileName: string, limits?: ReadLimits): Promise<PictureReport>;
}

export interface ProvenanceDeps {
  /** Keys and certificates of this installation; made on first use. */
  readonly folder: string;
  readonly registry: PictureRegistry;
  readonly clock: Clock;
  readonly log: Logger;
  /** Program and version. */
  readonly program: string;
  /** false leaves the pixels exactly as the model made them. */
  readonly watermark: boolean;
  /** Where the computing is done; by default in this thread. */
  readonly tasks?: PictureTasks;
}

/** Opens the installation's identity; without one (its folder cannot be written) pictures are labelled, but not signed. */
export async function openProvenance(deps: ProvenanceDeps): Promise<Provenance> {
  const { folder, registry, clock, log, program } = deps;

  async function orLog<T>(message: string, work: () => Promise<T>, fields = {}): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      log.error(message, { error, ...fields });
      return undefined;
    }
  }

  const authority = await orLog<CredentialAuthority>("pictures are not signed", () =>
    openCredentialAuthority({ folder, clock }),
  );
  const installationKey = await orLog("pictures do not carry this installation's watermark", () =>
    openInstallationKey(folder),
  );
  const tasks = deps.tasks ?? createPictureTasks(clock);

  async function mark(picture: RawPicture): Promise<RawPicture> {
    if (!deps.watermark) return picture;
    return (
      (await orLog("picture not marked", () => tasks.mark({ picture: pixelsOf(picture), installationKey }))) ?? picture
    );
  }

  async function sign(bytes: Uint8Array, type: ImageType, { job, model }: RegisteredPicture): Promise<Uint8Array> {
    if (!authority) return bytes;
    const signed = await orLog(
      "picture not signed",
      async () => {
        const isComposite = (await readDigitalSource(bytes)) === "compositeWithTrainedAlgorithmicMedia";
        const source = isComposite ? "compositeWithTrainedAlgorithmicMedia" : "trainedAlgorithmicMedia";
        return tasks.sign({ bytes, type, facts: { source, program, model, createdAt: clock.now() }, folder });
      },
      { job },
    );
    return signed ?? bytes;
  }

  async function publish(bytes: Uint8Array, type: ImageType, about: RegisteredPicture): Promise<Uint8Array> {
    const signed = await sign(bytes, type, about);
    await orLog(
      "picture not registered",
      async () => {
        const fingerprint = await tasks.fingerprint({ bytes: signed });
        await registry.add({ ...about, sha256: sha256(signed), ...(fingerprint === undefined ? {} : { fingerprint }) });
      },
      { job: about.job },
    );
    return signed;
  }

  /** A changed copy of a published file; what was never published keeps its labels and nothing more. */
  async function publishCopy(copy: Uint8Array, type: ImageType, original: Uint8Array): Promise<Uint8Array> {
    if (copy === original) return copy;
    const about = await orLog("copy not published", () => registry.bySha256(sha256(original)));
    return about ? publish(copy, type, about) : copy;
  }

  return {
    mark,
    publish,
    async fit(bytes, limits) {
      const isKept = bytes.length <= limits.maxBytes && limits.imageTypes.some((type) => type === imageTypeOf(bytes));
      if (isKept || limits.maxBytes <= CREDENTIALS_BYTES) return fitToLimit(bytes, limits);
      const fitted = await fitToLimit(bytes, { ...limits, maxBytes: limits.maxBytes - CREDENTIALS_BYTES });
      return { ...fitted, bytes: await publishCopy(fitted.bytes, fitted.mimeType, bytes) };
    },
    async convert(bytes, type) {
      return publishCopy(await convertPicture(bytes, type), type, bytes);
    },
    async grid(files, type) {
      const [first] = files;
      if (first === undefined) throw new RangeError("a grid needs at least one picture");
      const pictures = await Promise.all(files.map((bytes) => readPicture(bytes, "the picture", NO_LIMITS)));
      // Its pictures are marked: a second mark on top would show, and the grid is recognised by theirs.
      const bytes = await encodeWith(makeGrid(pictures), bestEncoding(type), await readFileTexts(first));
      const about = await orLog("grid not published", () => registry.bySha256(sha256(first)));
      if (!about) return bytes;
      const { job, model, madeAt } = about;
      return publish(bytes, type, { job, model, madeAt });
    },
    verify: createVerifier({
      registry,
      watermark: { detect: (picture) => tasks.detect({ picture, installationKey }) },
      anchors: authority?.anchors ?? "",
    }),
  };
}

/** Without what else a generated picture says, which no thread needs. */
function pixelsOf({ widthPx, heightPx, channels, data }: RawPicture): RawPicture {
  return { widthPx, heightPx, channels, data };
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
