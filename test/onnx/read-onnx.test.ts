import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { checkOnnx, readOnnx } from "../../src/onnx/read-onnx.ts";
import { goldenDir } from "../support/golden.ts";
import { seededRandom } from "../support/seeded-random.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const graph = (name: string, component: string): string =>
  goldenDir("pipelines", name, "model", component, "model.onnx");

function fileWith(bytes: Buffer | string): string {
  const path = join(temporaryFolder(), "model.onnx");
  writeFileSync(path, bytes);
  return path;
}

describe("readOnnx", () => {
  it("finds weights with their shapes, and the operators", () => {
    const { initializers, operators, externalFiles } = readOnnx(graph("sd1-taesd", "vae_decoder"));

    expect(initializers.get("vae.decoder.layers.0.weight")).toMatchObject({
      dims: [8, 4, 3, 3],
      dataType: 1,
      file: undefined,
      bytes: 1152,
    });
    expect(operators).toContain("Tanh");
    expect(operators).not.toContain("InstanceNormalization");
    expect(externalFiles.size).toBe(0);
  });

  it("tells which files hold the weights, and how long they must be", () => {
    const { externalFiles } = readOnnx(graph("sd1-euler-a-batch", "unet"));

    expect([...externalFiles.keys()]).toEqual(["weights.pb"]);
    expect(externalFiles.get("weights.pb")).toBe(
      readFileSync(goldenDir("pipelines", "sd1-euler-a-batch", "model", "unet", "weights.pb")).length,
    );
  });

  it("either reads any damaged file or throws an Error with a reason, and never hangs", () => {
    const whole = readFileSync(graph("sd1-taesd", "vae_decoder"));
    const random = seededRandom(7);
    const reasons = new Set<string>();

    for (let round = 0; round < 300; round++) {
      const bytes = Buffer.from(round % 2 === 0 ? whole : whole.subarray(0, random(whole.length)));
      for (let i = 0; i < 3; i++) bytes[random(Math.min(2000, bytes.length))] = random(256);
      try {
        readOnnx(fileWith(bytes));
      } catch (error) {
        reasons.add((error as Error).message.replaceAll(/\d+/g, "N"));
      }
    }

    expect([...reasons].filter((reason) => !reason.startsWith("it "))).toEqual([]);
    expect(reasons.size).toBeGreaterThan(2);
  });
});

describe("checkOnnx", () => {
  it.each([
    ["nothing", "", "it is empty"],
    ["a web page", "  <html>", "it is not an ONNX model: it holds text"],
    ["JSON", '{"error":"not found"}', "it is not an ONNX model: it holds text"],
    [
      "a Git LFS pointer",
      "version https://git-lfs.github.com/spec/v1\n",
      "it is a Git LFS pointer instead of the model; fetch it with git lfs pull",
    ],
    [
      "a number without an end",
      Buffer.alloc(40, 0xff),
      "it is not protobuf: a number of more than ten bytes at byte 0",
    ],
    ["a message without a graph", Buffer.from([8, 8]), "it is not an ONNX model: it holds no graph"],
  ])("refuses %s", (_, bytes, reason) => {
    expect(() => checkOnnx(fileWith(bytes))).toThrow(reason);
  });

  it("passes a whole model", () => {
    expect(checkOnnx(graph("sd1-external-data", "unet")).externalFiles.size).toBe(1);
  });
});
