import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { silentLogger } from "../../src/core/logger.ts";
import type { PictureReport } from "../../src/core/provenance.ts";
import { encodePicture } from "../../src/images/encode.ts";
import { openProvenance } from "../../src/provenance.ts";
import { openDatabase } from "../../src/storage/database.ts";
import { createPictureRegistry } from "../../src/storage/picture-registry.ts";
import { changedFile } from "../images/copies.ts";
import { photo, sticker } from "../images/scenes.ts";
import { realClock } from "../support/real-clock.ts";
import { runEasel } from "../support/run-easel.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const ABOUT = { job: "k3f9x2ab", index: 0, model: "easel-v0", madeAt: Date.UTC(2026, 4, 1) };

/** A folder with data/ in which a picture was made, and three files: as posted, as a JPEG of it, and one of somebody else's. */
async function setUp(): Promise<string> {
  const cwd = temporaryFolder();
  const database = openDatabase({ path: join(cwd, "data", "easel.db"), log: silentLogger });
  const provenance = await openProvenance({
    folder: join(cwd, "data", "credentials"),
    registry: createPictureRegistry({ database }),
    clock: realClock,
    log: silentLogger,
    program: "Easel 0.1.0",
    watermark: true,
  });
  const marked = await provenance.mark(sticker(1));
  const labelled = await encodePicture(marked, { source: "trainedAlgorithmicMedia", creatorTool: "Easel 0.1.0" });
  writeFileSync(join(cwd, "posted.png"), await provenance.publish(labelled, "image/png", ABOUT));
  writeFileSync(join(cwd, "copy.jpg"), await changedFile(marked, "JPEG 80"));
  writeFileSync(join(cwd, "other.png"), await changedFile(photo(1)));
  database.close();
  return cwd;
}

describe("easel verify", () => {
  it("says where a picture comes from, and why", async () => {
    const cwd = await setUp();

    const results = await Promise.all(
      ["posted.png", "copy.jpg", "other.png"].map((file) => runEasel(["verify", file], { cwd })),
    );

    expect(results.map(({ code, err }) => [code, err])).toEqual([
      [0, ""],
      [0, ""],
      [0, ""],
    ]);
    expect(results[0]!.out).toMatch(
      /^Made here, by a machine\.\n- I made exactly this file: picture 1 of job k3f9x2ab, drawn by easel-v0 on 2026-05-01\.\n- Its content credentials are signed by this Easel, and nothing was changed since\.\n- It carries this Easel's invisible watermark/,
    );
    expect(results[1]!.out).toMatch(/^Made here, by a machine\.\n- It carries this Easel's/);
    expect(results[2]!.out).toMatch(/^Unknown\.\n- Nothing in it says who made it\./);
  });

  it("prints JSON for other programs", async () => {
    const cwd = await setUp();

    const { out } = await runEasel(["verify", "posted.png", "--json"], { cwd });

    const report = JSON.parse(out) as PictureReport & { file: string };
    expect(report).toMatchObject({ file: "posted.png", verdict: "made-here" });
    expect(report.reasons[0]).toMatchObject({ evidence: "registry", points: "made-here" });
  });

  it("works, and makes nothing, where no Easel ever ran", async () => {
    const [cwd, elsewhere] = [await setUp(), temporaryFolder()];

    const { code, out } = await runEasel(["verify", join(cwd, "posted.png")], { cwd: elsewhere });

    expect(code).toBe(0);
    expect(out).toMatch(
      /^Made by a machine, not here\.\n- Its content credentials, signed by “Easel”, whom I do not know/,
    );
    expect(out).toContain("invisible watermark of another Easel");
    expect(readdirSync(elsewhere)).toEqual([]);
  });

  it("names a file that is missing or no picture", async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, "notes.txt"), "hello");

    const [missing, text] = await Promise.all(
      ["gone.png", "notes.txt"].map((file) => runEasel(["verify", file], { cwd })),
    );

    expect([missing!.code, text!.code]).toEqual([1, 1]);
    expect(missing!.err).toBe("easel: gone.png cannot be read: ENOENT\n");
    expect(text!.err).toBe(
      "easel: notes.txt is not a picture that I can read (it is not a PNG, JPEG, WebP, GIF or AVIF file).\n",
    );
    expect(existsSync(join(cwd, "data"))).toBe(false);
  });
});
