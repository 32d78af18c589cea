import type { Clock } from "./core/clock.ts";
import type { RawPicture } from "./core/generator.ts";
import type { PictureFingerprint } from "./core/provenance.ts";
import { signPicture, type CredentialFacts } from "./images/content-credentials.ts";
import { openCredentialAuthority, type CredentialAuthority } from "./images/credential-authority.ts";
import type { ImageType } from "./images/image-type.ts";
import { fingerprintOf } from "./images/perceptual-hash.ts";
import { NO_LIMITS, readPicture } from "./images/read-picture.ts";
import { createWatermark, type Watermark, type WatermarkFinding } from "./images/watermark.ts";

/** Whose watermark it is; without a key it is any Easel's. */
interface Marker {
  readonly installationKey: Uint8Array | undefined;
}

/** What takes a picture tens of milliseconds of pure computing: data in, data out, so that it can run in another thread. */
export interface PictureTasks {
  readonly mark: (task: Marker & { readonly picture: RawPicture }) => Promise<RawPicture>;
  readonly detect: (task: Marker & { readonly picture: RawPicture }) => Promise<WatermarkFinding>;
  /** `folder`: where openCredentialAuthority has made the installation's identity. */
  readonly sign: (task: {
    readonly bytes: Uint8Array;
    readonly type: ImageType;
    readonly facts: CredentialFacts;
    readonly folder: string;
  }) => Promise<Uint8Array>;
  readonly fingerprint: (task: { readonly bytes: Uint8Array }) => Promise<PictureFingerprint | undefined>;
}

/** The tasks in this thread; keys and certificates are read once. */
export function createPictureTasks(clock: Clock): PictureTasks {
  const watermarks = new Map<string, Watermark>();
  const authorities = new Map<string, Promise<CredentialAuthority>>();

  function watermarkOf({ installationKey }: Marker): Watermark {
    const name = installationKey === undefined ? "" : Buffer.from(installationKey).toString("hex");
    const watermark = watermarks.get(name) ?? createWatermark(installationKey === undefined ? {} : { installationKey });
    watermarks.set(name, watermark);
    return watermark;
  }

  function authorityOf(folder: string): Promise<CredentialAuthority> {
    let authority = authorities.get(folder);
    if (!authority) {
      authority = openCredentialAuthority({ folder, clock });
      authorities.set(folder, authority);
      // A disk that fails once is asked again for the next picture.
      authority.catch(() => authorities.delete(folder));
    }
    return authority;
  }

  return {
    mark: (task) => watermarkOf(task).embed(task.picture),
    detect: (task) => watermarkOf(task).detect(task.picture),
    sign: async ({ bytes, type, facts, folder }) => signPicture(bytes, type, facts, await authorityOf(folder)),
    fingerprint: async ({ bytes }) => fingerprintOf(await readPicture(bytes, "the picture", NO_LIMITS)),
  };
}
