import type { Clock } from "./core/clock.ts";
import { UserError } from "./core/errors.ts";
import { CrashError, type RawPicture } from "./core/generator.ts";
import type { PictureRef } from "./core/image-request.ts";
import type { Logger } from "./core/logger.ts";
import { personKey, type Asker } from "./core/moderation.ts";
import type { Platform } from "./core/platform.ts";
import type { BlobStore } from "./core/stores.ts";
import type { Verdict } from "./core/verdict.ts";
import { encodeWith } from "./images/encode.ts";
import { fetchUpload, UPLOAD_HOSTS } from "./images/fetch-upload.ts";
import { isAnimated } from "./images/is-animated.ts";
import { readPicture, readUploadFile } from "./images/read-picture.ts";
import { toThumbnail } from "./images/resize.ts";
import type { ModerationRoom } from "./moderation/create-moderation.ts";
import type { Safety } from "./safety/safety.ts";

/** No model here draws larger, and enlarging ends at twice this. */
export const MAX_UPLOAD_SIDE_PX = 2048;
/** A device may be in the middle of a long step, or load a model. */
const REVIEW_TIMEOUT_MS = 120_000;
/** Decoded pictures are large; more than this many are not in memory at once. */
const MAX_AT_ONCE = 2;
/** Nobody fills the line for everybody else. */
const MAX_PER_PERSON = 3;
const TRY_AGAIN_MS = 10_000;

export interface ReceiveDeps {
  /** The connected platforms by name; may change at any time. */
  readonly platforms: ReadonlyMap<string, Pick<Platform, "uploads">>;
  readonly review: (picture: RawPicture, signal: AbortSignal) => Promise<Verdict>;
  readonly safety: Pick<Safety, "place">;
  readonly moderation: Pick<ModerationRoom, "gate" | "refuseUpload">;
  readonly blobs: Pick<BlobStore, "put">;
  readonly clock: Clock;
  readonly log: Logger;
  readonly fetch?: typeof globalThis.fetch;
}

/** The way of a picture from outside into the program. */
export interface Receiver {
  /** The file as it was attached. Rejects with UserError upload-host, upload-failed, too-fast, banned, queue-paused. */
  bytes(url: string, by: Asker): Promise<Uint8Array>;
  /** See Context.upload. What the filters do not let pass as harmless is not stored, and nobody gets to see it, moderators included. */
  picture(url: string, by: Asker): Promise<PictureRef>;
}

export function createReceiver(deps: ReceiveDeps): Receiver {
  const { moderation, clock, log } = deps;
  const oneOfFew = createTurns(MAX_AT_ONCE);
  const underWay = new Map<string, number>();

  /** Rejects with UserError too-fast when somebody has too many uploads under way. */
  async function asOneOf<T>({ person }: Asker, work: () => Promise<T>): Promise<T> {
    const key = personKey(person);
    const own = underWay.get(key) ?? 0;
    if (own >= MAX_PER_PERSON) {
      throw new UserError("too-fast", { seconds: TRY_AGAIN_MS / 1000 }, { retryAfterMs: TRY_AGAIN_MS });
    }
    underWay.set(key, own + 1);
    try {
      return await oneOfFew(work);
    } finally {
      const left = underWay.get(key)! - 1;
      if (left === 0) underWay.delete(key);
      else underWay.set(key, left);
    }
  }

  async function bytes(url: string, by: Asker): Promise<Uint8Array> {
    await moderation.gate(by);
    const uploads = deps.platforms.get(by.place.platform)?.uploads;
    if (uploads?.from === "disk") return readUploadFile(url);
    return fetchUpload(url, {
      hosts: uploads?.hosts ?? UPLOAD_HOSTS,
      headers: (URL.canParse(url) ? uploads?.headers?.(url) : undefined) ?? {},
      clock,
      ...(deps.fetch ? { fetch: deps.fetch } : {}),
    });
  }

  /** Whatever goes wrong here ends in a refusal: what cannot be checked is not used. */
  async function review(picture: RawPicture, { place }: Asker): Promise<Verdict> {
    const timeout = new AbortController();
    const cancel = clock.after(REVIEW_TIMEOUT_MS, () => timeout.abort());
    try {
      const verdict = await deps.review(picture, timeout.signal);
      const { platform, ageRestricted } = place;
      return deps.safety.place(verdict, { platform, ageRestricted, uploaded: true });
    } catch (error) {
      log.error("upload could not be reviewed", { error });
      const reason = timeout.signal.aborted
        ? "the device that checks pictures is busy; try again later"
        : error instanceof CrashError
          ? "the device that checks pictures stopped working; try again"
          : "it could not be checked";
      throw new UserError("upload-failed", { reason }, { cause: error });
    } finally {
      cancel();
    }
  }

  return {
    bytes: (url, by) => asOneOf(by, () => bytes(url, by)),
    picture: (url, by) =>
      asOneOf(by, async () => {
        const upload = await bytes(url, by);
        const decoded = await readPicture(upload, "the picture");
        const picture = await toThumbnail(decoded, MAX_UPLOAD_SIDE_PX);
        const verdict = await review(picture, by);
        // A suspicious upload does not wait for a moderator either: it would have to be kept and shown for that.
        if (verdict.level === "refuse" || verdict.level === "hold") {
          moderation.refuseUpload(by, verdict.rule);
          throw new UserError("upload-refused", { rule: verdict.rule });
        }
        const file = await encodeWith(picture, { type: "image/png", effort: 3 });
        const { widthPx, heightPx } = picture;
        const ref = { ...(await deps.blobs.put(file, "image/png")), uploaded: true as const, widthPx, heightPx };
        return (await isAnimated(upload)) ? { ...ref, animated: true } : ref;
      }),
  };
}

/** Lets at most `limit` pieces of work run at once; the others wait for their turn, in order. */
function createTurns(limit: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (work) => {
    if (running >= limit) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await work();
    } finally {
      // A turn is handed over, so that nobody slips in between.
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
}
