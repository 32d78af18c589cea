import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";
import { readCredentials } from "../src/images/content-credentials.ts";
import { openCredentialAuthority } from "../src/images/credential-authority.ts";
import { encodePicture } from "../src/images/encode.ts";
import { createPicturePool, type PicturePool } from "../src/picture-pool.ts";
import { createPictureTasks } from "../src/picture-tasks.ts";
import { photo, sticker } from "./images/scenes.ts";
import { realClock } from "./support/real-clock.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

const inPlace = createPictureTasks(realClock);
const installationKey = Uint8Array.from({ length: 32 }, (_, i) => i);

function openPool(): PicturePool {
  const entry = pathToFileURL(join(import.meta.dirname, "../dist/src/picture-worker.js"));
  const pool = createPicturePool({ entry, threads: 2 });
  onTestFinished(() => pool.close());
  return pool;
}

/** A thread has to load its libraries first. */
describe("the picture tasks in threads", { timeout: 120_000 }, () => {
  it("make the same bytes as in this thread", async () => {
    const pool = openPool();
    const pictures = [sticker(1), photo(2, 300, 200)];

    const [there, here] = await Promise.all(
      [pool, inPlace].map(async ({ mark, fingerprint }) => {
        const marked = await Promise.all(pictures.map((picture) => mark({ picture, installationKey })));
        const files = await Promise.all(
          marked.map((picture) => encodePicture(picture, { source: "trainedAlgorithmicMedia", creatorTool: "Easel" })),
        );
        return { marked, prints: await Promise.all(files.map((bytes) => fingerprint({ bytes }))) };
      }),
    );

    expect(there!.marked).toEqual(here!.marked);
    expect(there!.prints).toEqual(here!.prints);
  });

  it("sign as the installation, and know its mark", async () => {
    const folder = join(temporaryFolder(), "credentials");
    const { anchors } = await openCredentialAuthority({ folder, clock: realClock });
    const pool = openPool();
    const picture = await pool.mark({ picture: photo(3, 300, 200), installationKey });
    const bytes = await encodePicture(picture, { source: "trainedAlgorithmicMedia", creatorTool: "Easel" });

    const signed = await pool.sign({
      bytes,
      type: "image/png",
      facts: { source: "trainedAlgorithmicMedia", program: "Easel 0.1.0", model: "m", createdAt: realClock.now() },
      folder,
    });

    expect((await readCredentials(signed, anchors)).state).toBe("trusted");
    expect((await pool.detect({ picture, installationKey })).maker).toBe("this-easel");
  });

  it("reject with what went wrong", async () => {
    const pool = openPool();

    await expect(pool.fingerprint({ bytes: Buffer.from("no picture") })).rejects.toThrow("not a picture");
  });
});
