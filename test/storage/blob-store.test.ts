import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { openBlobStore } from "../../src/storage/blob-store.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { canMount, tinyDisk } from "../support/tiny-disk.ts";

const clock = createFakeClock();
const fox = new TextEncoder().encode("a picture of a fox");
const sha256 = createHash("sha256").update(fox).digest("hex");
const pathIn = (folder: string) => join(folder, sha256.slice(0, 2), sha256.slice(2, 4), sha256);

describe("the blob store", () => {
  it("gives back the bytes by their sha256", async () => {
    const store = await openBlobStore({ folder: temporaryFolder(), clock });

    const ref = await store.put(fox, "image/png");

    expect(ref).toEqual({ sha256, mimeType: "image/png" });
    expect(new Uint8Array(await store.get(ref))).toEqual(fox);
  });

  it("stores the same bytes once, in two levels of folders, readable by the owner alone", async () => {
    const folder = temporaryFolder();
    const store = await openBlobStore({ folder, clock });

    await store.put(fox, "image/png");
    const first = statSync(pathIn(folder));
    await Promise.all([store.put(fox, "image/png"), store.put(fox, "image/webp")]);

    expect(statSync(pathIn(folder)).ino).toBe(first.ino);
    expect(first.mode & 0o777).toBe(0o600);
    expect(readdirSync(join(folder, "tmp"))).toEqual([]);
  });

  it("takes the same new bytes twice at once", async () => {
    const store = await openBlobStore({ folder: temporaryFolder(), clock });

    const refs = await Promise.all([store.put(fox, "image/png"), store.put(fox, "image/png")]);

    expect(new Set(refs.map((ref) => ref.sha256))).toEqual(new Set([sha256]));
    expect(new Uint8Array(await store.get(refs[0]))).toEqual(fox);
  });

  it("survives being opened again", async () => {
    const folder = temporaryFolder();
    const ref = await (await openBlobStore({ folder, clock })).put(fox, "image/png");

    const again = await openBlobStore({ folder, clock });

    expect(new Uint8Array(await again.get(ref))).toEqual(fox);
  });

  it("refuses a file whose contents have changed, and heals it when the bytes come again", async () => {
    const folder = temporaryFolder();
    const store = await openBlobStore({ folder, clock });
    const ref = await store.put(fox, "image/png");
    writeFileSync(pathIn(folder), "a picture of a cat");

    await expect(store.get(ref)).rejects.toMatchObject({
      code: "file-unreadable",
      message: `${sha256} cannot be read: its contents have changed`,
    });
    await store.put(fox, "image/png");

    expect(new Uint8Array(await store.get(ref))).toEqual(fox);
  });

  it("says when a blob is not there", async () => {
    const store = await openBlobStore({ folder: temporaryFolder(), clock });
    const ref = await store.put(fox, "image/png");
    await store.delete(ref);
    await store.delete(ref);

    await expect(store.get(ref)).rejects.toMatchObject({ code: "file-unreadable" });
  });

  it.each(["../../etc/passwd", "", "AB".repeat(32)])("takes %j for no name of a blob", async (sha256) => {
    const store = await openBlobStore({ folder: temporaryFolder(), clock });
    const ref = { sha256, mimeType: "image/png" };

    await expect(store.get(ref)).rejects.toMatchObject({ code: "file-unreadable" });
    await expect(store.delete(ref)).rejects.toMatchObject({ code: "file-unreadable" });
  });

  it("removes old temporary files when it opens and leaves those that somebody writes now", async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "tmp"));
    const at = (name: string, ageMs: number) => {
      writeFileSync(join(folder, "tmp", name), "half");
      utimesSync(join(folder, "tmp", name), (clock.now() - ageMs) / 1000, (clock.now() - ageMs) / 1000);
    };
    at("old", 3_600_000);
    at("new", 1000);

    await openBlobStore({ folder, clock });

    expect(readdirSync(join(folder, "tmp"))).toEqual(["new"]);
  });

  it("names the folder that cannot be made", async () => {
    const file = join(temporaryFolder(), "file");
    writeFileSync(file, "");
    chmodSync(file, 0o600);

    const outcome = openBlobStore({ folder: join(file, "blobs"), clock });

    await expect(outcome).rejects.toMatchObject({ code: "file-unwritable", params: { reason: "ENOTDIR" } });
  });

  it("case 48: does not take a picture for saved whose bytes did not reach the disk, and saves it the next time", async () => {
    const folder = temporaryFolder();
    const store = await openBlobStore({ folder, clock });
    const file = await open(join(folder, "probe"), "w");
    const sync = vi
      .spyOn(Object.getPrototypeOf(file) as typeof file, "sync")
      .mockRejectedValueOnce(Object.assign(new Error("no space left on device"), { code: "ENOSPC" }));
    onTestFinished(() => sync.mockRestore());
    await file.close();

    const outcome = store.put(fox, "image/png");

    await expect(outcome).rejects.toMatchObject({ code: "storage-full" });
    expect(sync).toHaveBeenCalledOnce();
    expect(readdirSync(join(folder, "tmp"))).toEqual([]);
    expect(existsSync(pathIn(folder))).toBe(false);
    const ref = await store.put(fox, "image/png");
    expect(new Uint8Array(await store.get(ref))).toEqual(fox);
  });

  it.skipIf(!canMount())(
    "leaves nothing behind when the disk is full, and goes on when there is space again",
    async () => {
      const folder = tinyDisk("256k");
      const store = await openBlobStore({ folder, clock });
      const small = await store.put(fox, "image/png");
      const first = await store.put(new Uint8Array(100_000).fill(1), "image/png");

      const outcome = store.put(new Uint8Array(200_000).fill(2), "image/png");

      await expect(outcome).rejects.toMatchObject({ code: "storage-full" });
      expect(readdirSync(join(folder, "tmp"))).toEqual([]);
      expect(new Uint8Array(await store.get(small))).toEqual(fox);
      await store.delete(first);
      const second = await store.put(new Uint8Array(150_000).fill(2), "image/png");
      expect(existsSync(join(folder, second.sha256.slice(0, 2)))).toBe(true);
    },
  );
});
