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

  it("answers hostile lines, one each, and goes on", async () => {
    const lines = [
      "not JSON",
      "",
      "[]",
      "null",
      '{"text": null}',
      JSON.stringify({ text: "a fox ".repeat(200_000) }),
      `{"text": "${"[".repeat(100_000)}`,
      '{"text": "a fox", "part": "face"}',
      JSON.stringify({ text: "\u0000\ud800 a fox" }),
      '\t{"text": "a fox"}\r',
      '{"text": ""}',
    ];

    const { code, out } = await runEasel(["safety", "test", "--stdin"], {
      cwd: temporaryFolder(),
      input: lines.join("\n"),
    });

    const answers = out.split("\n").filter((line) => line !== "");
    expect(code).toBe(0);
    expect(answers.map((line) => (JSON.parse(line) as { rule: string | null }).rule)).toEqual([
      "filter/unreadable-line",
      "filter/unreadable-line",
      "filter/unreadable-line",
      "filter/unreadable-line",
      "filter/text-too-long",
      "filter/unreadable-line",
      "filter/unreadable-line",
      null,
      null,
      null,
    ]);
    expect(Math.max(...answers.map((line) => line.length))).toBeLessThan(400);
  });

  it("says nothing when nothing comes", async () => {
    expect(await runEasel(["safety", "test", "--stdin"], { cwd: temporaryFolder() })).toMatchObject({
      code: 0,
      out: "",
    });
  });

  it("names what is wrong with a rules file", async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, "rules.json"), '{"lists": [7]}');

    const { code, err } = await runEasel(["safety", "test", "a fox", "--rules", "rules.json"], { cwd });

    expect(code).toBe(1);
    expect(err).toMatch(/rules\.json/);
  });
});
