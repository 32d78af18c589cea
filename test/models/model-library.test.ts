import { cpSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { silentLogger, type Logger } from "../../src/core/logger.ts";
import { createModelLibrary, modelIds, readManifest } from "../../src/models/model-library.ts";
import { verifyFiles } from "../../src/models/verify-files.ts";

const bundled = fileURLToPath(new URL("../../models", import.meta.url));

function copyOfBuiltIn(): { folder: string; path: string } {
  const folder = mkdtempSync(join(tmpdir(), "easel-models-"));
  const path = join(folder, "mine");
  cpSync(join(bundled, "easel-v0"), path, { recursive: true });
  return { folder, path };
}

describe("the models that ship", () => {
  it.each(modelIds(bundled))("%s is intact, has a licence and a model card", async (id) => {
    const path = join(bundled, id);
    const manifest = readManifest(path, id);

    const faults = await verifyFiles(path, manifest, { hashes: true });

    expect(faults).toEqual([]);
    expect(manifest.licence).not.toBe("");
    expect(readFileSync(join(path, "README.md"), "utf8")).toMatch(/model card/i);
  });

  it("know the built-in model's words and styles", () => {
    const library = createModelLibrary({ folders: [bundled], defaultId: "easel-v0", log: silentLogger });

    const { vocabulary, sizes } = library.get("easel-v0");

    expect(Object.keys(vocabulary?.concepts ?? {})).toHaveLength(104);
    expect(Object.keys(vocabulary?.styles ?? {})).toHaveLength(5);
    expect(sizes.only).toEqual([{ widthPx: 128, heightPx: 128 }]);
  });
});

describe("the model library", () => {
  it("passes over files and over installations under way", () => {
    const { folder, path } = copyOfBuiltIn();
    writeFileSync(join(folder, "notes.txt"), "x");
    cpSync(path, join(folder, ".other.partial"), { recursive: true });

    expect(modelIds(folder)).toEqual(["mine"]);
  });

  it("names the nearest model for an unknown one", () => {
    const library = createModelLibrary({ folders: [bundled], defaultId: "easel-v0", log: silentLogger });

    expect(() => library.get("easel-vO")).toThrow(
      /^There is no model named “easel-vO”\. Did you mean easel-v0.*\? Installed: easel-v0, easel-v1\.$/,
    );
  });

  it("leaves a broken model out, says which field, and keeps the others", () => {
    const { folder, path } = copyOfBuiltIn();
    const manifest = JSON.parse(readFileSync(join(path, "model.json"), "utf8")) as {
      defaults: Record<string, unknown>;
    };
    manifest.defaults["steps"] = "many";
    writeFileSync(join(path, "model.json"), JSON.stringify(manifest));
    const reasons: unknown[] = [];
    const log: Logger = { ...silentLogger, error: (_, fields) => void reasons.push(fields?.["reason"]) };

    const library = createModelLibrary({ folders: [bundled, folder], defaultId: "easel-v0", log });

    expect(library.list().map((model) => model.id)).toEqual(["easel-v0", "easel-v1"]);
    expect(String(reasons[0])).toMatch(/model\.json: defaults\.steps/);
  });

  it("knows what a model needs set", () => {
    const { folder, path } = copyOfBuiltIn();
    const file = join(path, "model.json");
    const manifest = JSON.parse(readFileSync(file, "utf8")) as { defaults: object };
    const tuning = { clipSkip: 1, guidanceRescale: 0.7, imageGuidanceScale: 1.2 };
    writeFileSync(file, JSON.stringify({ ...manifest, defaults: { ...manifest.defaults, ...tuning } }));

    const library = createModelLibrary({ folders: [folder], defaultId: "mine", log: silentLogger });

    expect(library.get("mine").defaults).toMatchObject(tuning);
  });

  it.each([
    ["missing", (path: string) => rmSync(path), "is missing"],
    ["truncated", (path: string) => truncateSync(path, 1000), "has 1000 bytes, expected 8077693"],
    [
      "altered",
      (path: string) => {
        const bytes = readFileSync(path);
        bytes[5000]! ^= 1;
        writeFileSync(path, bytes);
      },
      "was altered (its sha256 differs)",
    ],
  ])("finds a %s file", async (_, damage, fault) => {
    const { path } = copyOfBuiltIn();
    damage(join(path, "unet/model.onnx"));

    const faults = await verifyFiles(path, readManifest(path, "mine"), { hashes: true });

    expect(faults).toEqual([{ path: "unet/model.onnx", fault }]);
  });
});
