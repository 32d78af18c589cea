import sharp from "sharp";
import { describe, expect, it } from "vitest";
import type { BlobRef, PictureRef } from "../src/core/image-request.ts";
import type { Place } from "../src/core/platform.ts";
import { createTaughtConcepts } from "../src/taught-concepts.ts";
import { createFakeStore } from "./commands/fake-context.ts";

const place: Place = { platform: "discord", community: "guild", channel: "art", ageRestricted: false };

function setUp() {
  const files = new Map<string, Uint8Array>();
  const stored = new Map<string, unknown>();
  let written = 0;
  const blobs = {
    async put(bytes: Uint8Array, mimeType: string): Promise<BlobRef> {
      const sha256 = String(++written).padStart(64, "0");
      files.set(sha256, bytes);
      return { sha256, mimeType };
    },
    get: async ({ sha256 }: BlobRef) => files.get(sha256)!,
  };
  const taught = createTaughtConcepts({ settings: createFakeStore(stored), blobs });
  /** Takes a picture in as an upload is. */
  async function upload(svg: string, size = 64): Promise<PictureRef> {
    const image = `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}" viewBox="0 0 64 64">${svg}</svg>`;
    const ref = await blobs.put(await sharp(Buffer.from(image)).png().toBuffer(), "image/png");
    return { ...ref, uploaded: true, widthPx: size, heightPx: size };
  }
  return { taught, upload, files, stored };
}

const DISC = `<circle cx="24" cy="30" r="16" fill="#c33"/>`;
const WHITE = `<rect width="64" height="64" fill="white"/>`;

describe("what communities teach", () => {
  it("is kept cut out, square and no larger than it is drawn", async () => {
    const { taught, upload, files } = setUp();

    const { picture } = await taught.teach(place, "ourmascot", await upload(WHITE + DISC, 1024));

    const { data, info } = await sharp(files.get(picture.sha256)).raw().toBuffer({ resolveWithObject: true });
    expect([info.width, info.height, info.channels]).toEqual([256, 256, 4]);
    expect([data[3], data[4 * (128 * 256 + 128) + 3]]).toEqual([0, 255]);
    expect(await taught.list(place)).toEqual([{ name: "ourmascot", picture }]);
    expect(picture.uploaded).toBe(true);
  });

  it("belongs to one community", async () => {
    const { taught, upload } = setUp();

    await taught.teach(place, "ourmascot", await upload(DISC));

    expect(await taught.list({ ...place, channel: "other" })).toHaveLength(1);
    expect(await taught.list({ ...place, community: "another" })).toEqual([]);
    expect(await taught.list({ ...place, platform: "slack" })).toEqual([]);
  });

  it("is replaced by what is taught under the same name, and forgotten by it", async () => {
    const { taught, upload } = setUp();

    await taught.teach(place, "ourmascot", await upload(DISC));
    const second = await taught.teach(place, "OurMascot", await upload(DISC));
    const listed = await taught.list(place);

    expect(listed).toEqual([second]);
    expect(await taught.remove(place, "OURMASCOT")).toBe(true);
    expect(await taught.remove(place, "ourmascot")).toBe(false);
    expect(await taught.list(place)).toEqual([]);
  });

  it("loses nothing when many teach at once, and has a limit", async () => {
    const { taught, upload } = setUp();
    const picture = await upload(DISC);

    const outcomes = await Promise.allSettled(
      Array.from({ length: 52 }, (_, i) => taught.teach(place, `thing ${i}`, picture)),
    );

    const refused = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [String(outcome.reason)] : []));
    expect(await taught.list(place)).toHaveLength(50);
    expect(refused).toHaveLength(2);
    expect(refused[0]).toContain("50 things are taught here already");
  });

  it.each([
    [
      "animated",
      async (upload: (svg: string) => Promise<PictureRef>) => ({ ...(await upload(DISC)), animated: true as const }),
    ],
    ["20x20 pixels", (upload: (svg: string, size: number) => Promise<PictureRef>) => upload(DISC, 20)],
    ["nothing of it is left", (upload: (svg: string) => Promise<PictureRef>) => upload(WHITE)],
    ["nothing of it is left", (upload: (svg: string) => Promise<PictureRef>) => upload("")],
    [
      "neither transparent nor plain",
      (upload: (svg: string) => Promise<PictureRef>) =>
        upload(`<rect width="40" height="64" fill="red"/><rect x="30" width="34" height="64" fill="blue"/>`),
    ],
  ])("refuses a picture in a sentence: %s", async (sentence, make) => {
    const { taught, upload, stored } = setUp();

    await expect(taught.teach(place, "ourmascot", await make(upload))).rejects.toThrow(sentence);
    expect(stored.size).toBe(0);
  });

  it("remembers whether members may teach", async () => {
    const { taught, upload } = setUp();

    const before = await taught.isOpen(place);
    await taught.setOpen(place, true);
    await taught.teach(place, "ourmascot", await upload(DISC));

    expect([before, await taught.isOpen(place)]).toEqual([false, true]);
  });
});
