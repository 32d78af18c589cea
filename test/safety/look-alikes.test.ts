import { describe, expect, it } from "vitest";
import { readLookAlikes } from "../../src/safety/look-alikes.ts";
import { RULES_FOLDER } from "./rules-for-tests.ts";

const { readings, turned, turnedOnly } = readLookAlikes(`${RULES_FOLDER}/look-alikes.json`);

describe("the look-alikes", () => {
  it("cover the scripts of the Unicode confusables", () => {
    const scripts = [
      "Cyrillic",
      "Greek",
      "Armenian",
      "Cherokee",
      "Lisu",
      "Coptic",
      "Canadian_Aboriginal",
      "Deseret",
      "Georgian",
      "Runic",
    ];

    const covered = scripts.filter((script) => {
      const pattern = new RegExp(`\\p{Script=${script}}`, "u");
      return [...readings.keys()].filter((character) => pattern.test(character)).length >= 5;
    });

    expect(covered).toEqual(scripts);
  });

  it("read every character as one to three Latin letters", () => {
    const strange = [...readings].filter(([, letters]) => !letters.every((reading) => /^[a-z]{1,3}$/.test(reading)));

    expect(strange).toEqual([]);
  });

  it("turn twenty-six letters, in pairs where ASCII has both", () => {
    expect(new Set(turned.values()).size).toBe(26);
    expect(Array.from("bdnpqu").map((letter) => turned.get(turned.get(letter)!))).toEqual(Array.from("bdnpqu"));
  });

  it("are not suspicious of upright letters", () => {
    expect(turnedOnly.test("a red fox, Übermut, рыжая лиса")).toBe(false);
    expect(turnedOnly.test("xoɟ")).toBe(true);
  });
});
