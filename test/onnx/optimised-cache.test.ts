import { cp, mkdir, mkdtemp, readdir, readFile, rm, truncate, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Logger } from "../../src/core/logger.ts";
import { openSession } from "../../src/onnx/open-session.ts";
import type { Feed, Session } from "../../src/onnx/session.ts";
import { goldenDir } from "../support/golden.ts";

const BUILT_IN = fileURLToPath(new URL("../../models/easel-v0", import.meta.url));

/** Made-up numbers for every input. */
function someFeeds(session: Session): Record<string, Feed> {
  return Object.fromEntries(
    session.inputs.map(({ name, dims }) => {
      const sizes = dims.map((dim) => (typeof dim === "number" ? dim : 1));
      const count = sizes.reduce((product, size) => product * size, 1);
      return [name, { data: Float32Array.from({ length: count }, (_, i) => (i * 37) % 20), dims: sizes }];
    }),
  );
}

describe("the cache of optimised graphs", () => {
  let folder: string;
  let cacheDir: string;
  let lines: string[];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "easel-cache-"));
    cacheDir = join(folder, "graphs");
    lines = [];
  });

  afterEach(() => rm(folder, { recursive: true }));

  const log: Logger = {
    debug: () => {},
    info: (message) => lines.push(message),
    warn: (message) => lines.push(message),
    error: (message) => lines.push(message),
    child: () => log,
  };

  async function copyOf(component: string): Promise<string> {
    const path = join(folder, "model", component, "model.onnx");
    await mkdir(dirname(path), { recursive: true });
    await cp(join(BUILT_IN, component, "model.onnx"), path);
    return path;
  }

  /** Opens, runs and closes; the first output. */
  async function result(path: string, cached = true): Promise<Float32Array> {
    const session = await openSession(path, { device: "cpu", threads: 1, log, ...(cached ? { cacheDir } : {}) });
    const outputs = await session.run(someFeeds(session));
    await session.release();
    return outputs[session.outputs[0]!.name]!.data;
  }

  const entries = () => readdir(cacheDir);

  // The text encoder's small weights of odd sizes would shift the others: onnxruntime crashes on such a file.
  it.each(["text_encoder", "unet", "vae_decoder", "vae_encoder"])(
    "opens the %s with the same numbers",
    async (component) => {
      const path = await copyOf(component);

      const [plain, first, second] = [await result(path, false), await result(path), await result(path)];

      expect(first).toEqual(plain);
      expect(second).toEqual(plain);
      expect(await entries()).toHaveLength(1);
      expect(lines).toEqual([]);
      const [entry] = await entries();
      expect(JSON.parse(await readFile(join(cacheDir, entry!, "entry.json"), "utf8"))).toMatchObject({ usable: true });
    },
  );

  it("does not cache graphs so small that it would not pay", async () => {
    await mkdir(cacheDir);

    await openSession(goldenDir("pipelines", "sd1-pndm", "model", "unet", "model.onnx"), {
      device: "cpu",
      threads: 1,
      cacheDir,
    });

    expect(await entries()).toEqual([]);
  });

  it.each(["weights.bin", "model.onnx", "entry.json"])(
    "opens the plain model and writes a new entry when %s is cut off",
    async (file) => {
      const path = await copyOf("vae_decoder");
      const plain = await result(path);
      const [entry] = await entries();
      await truncate(join(cacheDir, entry!, file), 10);

      const repaired = await result(path);

      expect(repaired).toEqual(plain);
      expect(lines).toEqual(["An optimised graph cannot be used and is made again"]);
      expect(await result(path)).toEqual(plain);
      expect(lines).toHaveLength(1);
    },
  );

  it("keeps no entry of a version of the file that is gone", async () => {
    const path = await copyOf("vae_decoder");
    await result(path);
    const [old] = await entries();
    await utimes(path, new Date(1000), new Date(1000));

    await result(path);

    expect(await entries()).toHaveLength(1);
    expect(await entries()).not.toContain(old);
  });

  it("removes what a process that died left half-written", async () => {
    const path = await copyOf("vae_decoder");
    // Above what any system hands out as a process id.
    await mkdir(join(cacheDir, "0123-4567.999999999.tmp"), { recursive: true });

    await result(path);

    expect((await entries()).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });

  it("opens the plain model when the folder cannot be written", async () => {
    const path = await copyOf("vae_decoder");
    await writeFile(cacheDir, "a file where the folder should be");

    const outputs = await result(path);

    expect(outputs).toEqual(await result(path, false));
    expect(lines).toContain("An optimised graph cannot be kept");
  });

  it("tells the fault of a model that is broken itself", async () => {
    const path = await copyOf("vae_decoder");
    await truncate(path, 1_500_000);

    await expect(result(path)).rejects.toThrow(/ends early/);
  });
});
