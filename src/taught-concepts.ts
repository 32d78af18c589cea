import { UserError } from "./core/errors.ts";
import type { RawPicture } from "./core/generator.ts";
import type { PictureRef } from "./core/image-request.ts";
import { communityOf } from "./core/moderation.ts";
import type { Place } from "./core/platform.ts";
import type { BlobStore, KeyValueStore } from "./core/stores.ts";
import { MAX_TAUGHT, type TaughtConcepts, type TaughtRef } from "./core/taught.ts";
import { encodeWith } from "./images/encode.ts";
import { NO_LIMITS, readPicture } from "./images/read-picture.ts";
import { toThumbnail } from "./images/resize.ts";
import { cutOut, type CutFault } from "./numerics/cut-out.ts";
import { cropToVisible } from "./numerics/crop-to-visible.ts";

/** What is smaller shows no thing. */
const MIN_SIDE_PX = 24;
/** As large as a thing is drawn. */
const MAX_SIDE_PX = 256;

const FAULTS: Readonly<Record<CutFault, string>> = {
  "all-background": "nothing of it is left when its background is taken away",
  "busy-background":
    "its background is neither transparent nor plain; cut the thing out, or take a picture of it on one colour",
};

interface Stored {
  readonly open?: boolean;
  readonly concepts: readonly TaughtRef[];
}

export interface TaughtDeps {
  readonly settings: KeyValueStore;
  readonly blobs: Pick<BlobStore, "get" | "put">;
}

/** Concepts by community, in the key-value store; their pictures are kept as long as they are listed there (moderation/retention.ts). */
export function createTaughtConcepts({ settings, blobs }: TaughtDeps): TaughtConcepts {
  const inTurn = createTurns();
  const read = async (place: Place): Promise<Stored> =>
    (await settings.get<Stored>(taughtKey(place))) ?? { concepts: [] };

  /** Reads, changes and writes what a place knows, while nobody else does. */
  const change = <T>(place: Place, edit: (stored: Stored) => { next: Stored; answer: T }): Promise<T> =>
    inTurn(async () => {
      const { next, answer } = edit(await read(place));
      await settings.set(taughtKey(place), next);
      return answer;
    });

  return {
    list: async (place) => (await read(place)).concepts,
    isOpen: async (place) => (await read(place)).open === true,
    setOpen: (place, open) => change(place, (stored) => ({ next: { ...stored, open }, answer: undefined })),
    async teach(place, name, picture) {
      const file = await encodeWith(await thingIn(picture), { type: "image/png", effort: 3 });
      const ref = { ...(await blobs.put(file, "image/png")), ...(picture.uploaded ? { uploaded: true as const } : {}) };
      const learnt: TaughtRef = { name, picture: ref };
      return change(place, (stored) => {
        const others = stored.concepts.filter((concept) => !isSameName(concept.name, name));
        if (others.length >= MAX_TAUGHT) throw new UserError("teach-full", { limit: MAX_TAUGHT });
        return { next: { ...stored, concepts: [...others, learnt] }, answer: learnt };
      });
    },
    remove: (place, name) =>
      change(place, (stored) => {
        const concepts = stored.concepts.filter((concept) => !isSameName(concept.name, name));
        return { next: { ...stored, concepts }, answer: concepts.length < stored.concepts.length };
      }),
  };

  /** The pixels of the thing alone. Rejects with UserError teach-picture. */
  async function thingIn(picture: PictureRef): Promise<RawPicture> {
    if (picture.animated) throw fault("it is animated; take a still picture");
    const { widthPx, heightPx } = picture;
    if (Math.min(widthPx, heightPx) < MIN_SIDE_PX) {
      throw fault(`it has ${widthPx}x${heightPx} pixels; at least ${MIN_SIDE_PX}x${MIN_SIDE_PX} are needed`);
    }
    const cut = cutOut(await readPicture(await blobs.get(picture), "the picture", NO_LIMITS));
    if ("fault" in cut) throw fault(FAULTS[cut.fault]);
    return toThumbnail(cropToVisible(cut.picture), MAX_SIDE_PX);
  }
}

function fault(reason: string): UserError {
  return new UserError("teach-picture", { reason });
}

/** Exported for the command line, which reads what the running program keeps. */
export function taughtKey(place: Pick<Place, "platform" | "community" | "channel">): string {
  return `taught:${place.platform}:${communityOf(place)}`;
}

function isSameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

/** Runs one piece of work after the other. */
function createTurns(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const next = last.then(work, work);
    last = next;
    return next;
  };
}
