import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const folder = fileURLToPath(new URL(".", import.meta.url));
const journeys = readdirSync(folder).filter((file) => file.startsWith("discord-") && file.endsWith(".test.ts"));

/** Cases of the conformance list that tests of the whole program name: "case 17: gets a new session …". */
const tested = new Set(
  journeys.flatMap((file) =>
    [...readFileSync(join(folder, file), "utf8").matchAll(/["`]case (\d+): /g)].map((match) => Number(match[1])),
  ),
);

const ofDiscord = Array.from({ length: 29 }, (_, i) => i + 1);
const ofProcess = [46, 47, 48, 49, 50, 51];

describe("the conformance list", () => {
  it.each([...ofDiscord, ...ofProcess])("has a test of the whole program for case %i", (number) => {
    expect(tested).toContain(number);
  });

  it("has no test for a case that does not exist", () => {
    expect([...tested].filter((number) => !ofDiscord.includes(number) && !ofProcess.includes(number))).toEqual([]);
  });
});
