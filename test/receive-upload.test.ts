import { writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { UserError } from "../src/core/errors.ts";
import { CrashError, type RawPicture } from "../src/core/generator.ts";
import { silentLogger } from "../src/core/logger.ts";
import type { Platform } from "../src/core/platform.ts";
import { ALLOW, type Verdict } from "../src/core/verdict.ts";
import { encodeWith } from "../src/images/encode.ts";
import { NO_LIMITS, readPicture } from "../src/images/read-picture.ts";
import { createReceiver, MAX_UPLOAD_SIDE_PX, type ReceiveDeps } from "../src/receive-upload.ts";
import { createSafety } from "../src/safety/safety.ts";
import { plain } from "./images/pictures.ts";
import { asker, openModeration } from "./support/open-moderation.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

const ADDRESS = "https://files.example/fox.jpg";
const ann = asker("ann");
const red = await encodeWith(plain(40, 30, 200, 10, 10), { type: "image/png" });
const safety = createSafety({ folder: "models/safety-rules", log: silentLogger });

/** A receiver whose filters say `verdict` and whose servers answer with `file`. */
async function setUp(options: { verdict?: Verdict; file?: Uint8Array; review?: ReceiveDeps["review"] } = {}) {
  const { verdict = ALLOW, file = red } = options;
  const world = await openModeration();
  const reviewed: RawPicture[] = [];
  const asked: { url: string; headers: unknown }[] = [];
  const uploads: Platform["uploads"] = {
    from: "hosts",
    hosts: ["files.example"],
    headers: (url) => ({ authorization: `Bearer for ${new URL(url).host}` }),
  };
  const receiver = createReceiver({
    platforms: new Map([
      ["fake", { uploads }],
      ["terminal", { uploads: { from: "disk" } }],
      ["plain", {}],
    ]),
    review:
      options.review ??
      (async (picture) => {
        reviewed.push(picture);
        return verdict;
      }),
    safety,
    moderation: world.room,
    blobs: world.blobs,
    clock: world.clock,
    log: silentLogger,
    fetch: async (input, init) => {
      asked.push({ url: input instanceof URL ? input.href : "", headers: init?.headers });
      return new Response(file);
    },
  });
  const audit = () => world.room.audit.list({ limit: 10 });
  return { ...world, receiver, reviewed, asked, audit };
}

describe("receiving an upload", () => {
  it("stores the pixels after the filters have seen them", async () => {
    const { receiver, blobs, reviewed, asked } = await setUp();

    const ref = await receiver.picture(ADDRESS, ann);

    const stored = await readPicture(await blobs.get(ref), "it", NO_LIMITS);
    expect(ref).toMatchObject({ uploaded: true, mimeType: "image/png", widthPx: 40, heightPx: 30 });
    expect([...stored.data.subarray(0, 3)]).toEqual([200, 10, 10]);
    expect(reviewed).toHaveLength(1);
    expect(asked).toEqual([{ url: ADDRESS, headers: { authorization: "Bearer for files.example" } }]);
  });

  it("drops metadata, turns the picture upright and makes it no larger than needed", async () => {
    const background = { r: 1, g: 2, b: 3 };
    const photo = await sharp({ create: { width: 3000, height: 1500, channels: 3, background } })
      .withExif({ IFD0: { Copyright: "Ann" } })
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer();
    const { receiver, blobs } = await setUp({ file: photo });

    const ref = await receiver.picture(ADDRESS, ann);

    const { exif, pages, width, height } = await sharp(await blobs.get(ref)).metadata();
    expect({ exif, pages, width, height }).toEqual({
      exif: undefined,
      pages: undefined,
      width: MAX_UPLOAD_SIDE_PX / 2,
      height: MAX_UPLOAD_SIDE_PX,
    });
  });

  it.each([
    ["nudity/classifier", "refuse"],
    ["hate/classifier", "hold"],
    ["filter/classifier-failed", "refuse"],
  ] as const)("refuses %s, keeps nothing of it, and notes it", async (rule, level) => {
    const { receiver, blobs, audit } = await setUp({ verdict: { level, rule } });

    await expect(receiver.picture(ADDRESS, ann)).rejects.toThrow(`I cannot use that picture (${rule}).`);

    expect(await blobs.list()).toEqual([]);
    expect(audit()).toMatchObject([{ event: "upload-refused", person: "fake:ann", community: "club", rule }]);
  });

  it("is as strict in age-restricted channels as anywhere", async () => {
    const { receiver } = await setUp({ verdict: { level: "spoiler", rule: "nudity/classifier" } });
    const place = { ...ann.place, ageRestricted: true };

    await expect(receiver.picture(ADDRESS, { ...ann, place })).rejects.toMatchObject({ code: "upload-refused" });
  });

  it("lets pass what is only hidden behind a spoiler: what is made from it is looked at again", async () => {
    const { receiver } = await setUp({ verdict: { level: "spoiler", rule: "suggestive/classifier" } });

    await expect(receiver.picture(ADDRESS, ann)).resolves.toMatchObject({ uploaded: true });
  });

  it("counts strikes for refused uploads, and then refuses before it fetches", async () => {
    const { receiver, asked } = await setUp({ verdict: { level: "refuse", rule: "nudity/classifier" } });
    for (let i = 0; i < 3; i++) await receiver.picture(ADDRESS, ann).catch(() => {});

    await expect(receiver.picture(ADDRESS, ann)).rejects.toMatchObject({ code: "banned" });

    expect(asked).toHaveLength(3);
  });

  it.each([
    ["the device stops", () => Promise.reject(new CrashError("exit 134")), "stopped working"],
    ["there is a fault", () => Promise.reject(new Error("bug")), "could not be checked"],
  ] as const)("refuses when %s", async (_, review, sentence) => {
    const { receiver, blobs } = await setUp({ review });

    await expect(receiver.picture(ADDRESS, ann)).rejects.toThrow(sentence);

    expect(await blobs.list()).toEqual([]);
  });

  it("refuses when nobody has checked it in time", async () => {
    let started: () => void;
    const isStarted = new Promise<void>((resolve) => (started = resolve));
    const { receiver, clock } = await setUp({
      review: (_, signal) => {
        started();
        return new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(new Error("late"))));
      },
    });
    const refused = expect(receiver.picture(ADDRESS, ann)).rejects.toThrow("is busy; try again later");
    await isStarted;

    await clock.advance(120_000);

    await refused;
  });

  it.each([
    ["fake", "https://evil.example/fox.png", "Pictures can only come from files.example"],
    ["fake", "/etc/passwd", "Pictures can only come from files.example"],
    ["plain", ADDRESS, "Pictures can only come from cdn.discordapp.com"],
    ["unknown", "/etc/passwd", "Pictures can only come from cdn.discordapp.com"],
    ["terminal", "/nowhere/fox.png", "cannot be read"],
    ["terminal", "/", "it is not a file"],
  ])("on %s does not take %s", async (platform, url, sentence) => {
    const { receiver, asked } = await setUp();

    const refused = receiver.picture(url, { ...ann, place: { ...ann.place, platform } });

    await expect(refused).rejects.toThrow(sentence);
    expect(asked).toEqual([]);
  });

  it("reads a file of this machine where the platform is one", async () => {
    const { receiver, asked } = await setUp();
    const path = join(temporaryFolder(), "fox.png");
    writeFileSync(path, red);

    const ref = await receiver.picture(path, { ...ann, place: { ...ann.place, platform: "terminal" } });

    expect(ref).toMatchObject({ widthPx: 40, heightPx: 30 });
    expect(asked).toEqual([]);
  });

  it("does not take what is no picture", async () => {
    const { receiver, reviewed } = await setUp({ file: new TextEncoder().encode("<svg/>") });

    await expect(receiver.picture(ADDRESS, ann)).rejects.toThrow(UserError);

    expect(reviewed).toEqual([]);
  });

  it("lets nobody fill the line", async () => {
    const ends: (() => void)[] = [];
    const { receiver } = await setUp({
      review: () => new Promise((resolve) => ends.push(() => resolve(ALLOW))),
    });
    const own = [1, 2, 3].map(() => receiver.picture(ADDRESS, ann));

    await expect(receiver.picture(ADDRESS, ann)).rejects.toMatchObject({ code: "too-fast" });
    const other = receiver.bytes(ADDRESS, asker("bob"));

    await expect.poll(() => ends.length).toBe(2);
    ends.forEach((end) => end());
    await expect(other).resolves.toHaveLength(red.length);
    await expect.poll(() => ends.length).toBe(3);
    ends[2]!();
    await Promise.all(own);
    await expect(receiver.bytes(ADDRESS, ann)).resolves.toHaveLength(red.length);
  });

  it("works on two at once, the others wait", async () => {
    const ends: (() => void)[] = [];
    const { receiver } = await setUp({
      review: () => new Promise((resolve) => ends.push(() => resolve(ALLOW))),
    });
    const all = [1, 2, 3].map(() => receiver.picture(ADDRESS, ann));
    await expect.poll(() => ends.length).toBe(2);

    ends[0]!();

    await expect.poll(() => ends.length).toBe(3);
    ends.forEach((end) => end());
    await expect(Promise.all(all)).resolves.toHaveLength(3);
  });
});
