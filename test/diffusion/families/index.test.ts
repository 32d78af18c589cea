import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { families } from "../../../src/diffusion/families/index.ts";
import { FAMILIES } from "../../../src/diffusion/loaded-model.ts";
import { shippedFolder } from "../shipped-model.ts";

describe("the table of families", () => {
  it("has one row for each file of the folder, under its name", () => {
    const files = readdirSync(shippedFolder("src/diffusion/families"))
      .map((file) => file.replace(/\.ts$/, ""))
      .filter((file) => file !== "family" && file !== "index");

    expect(Object.keys(families).sort()).toEqual(files.sort());
    expect(Object.entries(families).map(([name, { name: own }]) => [name, own])).toEqual(
      Object.keys(families).map((name) => [name, name]),
    );
  });

  it("knows every family that a folder can be", () => {
    expect(Object.keys(families).sort()).toEqual([...FAMILIES].sort());
  });
});
