import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { numberIn, parsePythonJson, readConfig, textIn } from "../../../src/diffusion/load/read-config.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

describe("parsePythonJson", () => {
  it.each([
    ['{"a": -Infinity, "b": [Infinity, 1]}', { a: -Infinity, b: [Infinity, 1] }],
    ['{"a": NaN, "b": "NaN"}', { a: NaN, b: "NaN" }],
    ['{"a": "x: -Infinity, \\"NaN\\""}', { a: 'x: -Infinity, "NaN"' }],
    ["\uFEFF[1e400]", [Infinity]],
  ])("reads %s", (text, value) => {
    expect(parsePythonJson(text)).toEqual(value);
  });

  it.each(["", "{", "{a: 1}", "[Infinity Infinity]", "-NaN"])("refuses %j", (text) => {
    expect(() => parsePythonJson(text)).toThrow(SyntaxError);
  });
});

describe("readConfig", () => {
  it("is undefined where there is no file, and reads one with a byte order mark", async () => {
    const path = join(temporaryFolder(), "config.json");

    const before = await readConfig(path, "config.json");
    writeFileSync(path, '\uFEFF{"a":1}');

    expect(before).toBeUndefined();
    expect(await readConfig(path, "config.json")).toEqual({ a: 1 });
  });

  it("tells a Git LFS pointer from a broken file", async () => {
    const path = join(temporaryFolder(), "config.json");
    writeFileSync(path, "version https://git-lfs.github.com/spec/v1\n");

    await expect(readConfig(path, "unet/config.json")).rejects.toThrow("unet/config.json is a Git LFS pointer");
  });
});

describe("values of a configuration", () => {
  it("are undefined where missing or null", () => {
    expect(numberIn({ a: null }, "a", "f", [0, 1])).toBeUndefined();
    expect(textIn({}, "a", "f")).toBeUndefined();
  });

  it.each([["0.5"], [NaN], [2], [-1], [true], [[1]]])(
    "that are %j where a number from 0 to 1 belongs are refused",
    (a) => {
      expect(() => numberIn({ a }, "a", "config.json", [0, 1])).toThrow(
        /^config\.json: a is .*, a number from 0 to 1 was expected$/,
      );
    },
  );
});
