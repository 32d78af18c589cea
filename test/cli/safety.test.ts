import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runEasel } from "../support/run-easel.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

describe("easel safety test", () => {
  it("says allow for a harmless prompt", async () => {
    const { code, out } = await runEasel(["safety", "test", "a", "red", "fox"], { cwd: temporaryFolder() });

    expect([code, out]).toEqual([0, "allow\n"]);
  });

  it("answers lines of JSON with lines of JSON", async () => {
    const input = '{"text": "a cocktail in Scunthorpe"}\n{"text": 7}\n';

    const { code, out } = await runEasel(["safety", "test", "--stdin"], { cwd: temporaryFolder(), input });

    const lines = out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(code).toBe(0);
    expect(lines).toMatchObject([
      { verdict: "allow", rule: null },
      { verdict: "refuse", rule: "filter/unreadable-line" },
    ]);
  });

  it("names what is wrong with a rules file", async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, "rules.json"), '{"lists": [7]}');

    const { code, err } = await runEasel(["safety", "test", "a fox", "--rules", "rules.json"], { cwd });

    expect(code).toBe(1);
    expect(err).toMatch(/rules\.json/);
  });
});
