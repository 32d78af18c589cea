import { cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { converse } from "../support/converse.ts";
import { copyProgram } from "../support/copy-program.ts";
import { runEasel } from "../support/run-easel.ts";

const STOPPED = /Nothing is drawn at the moment: the safety filters do not pass their own test/;
const DRAWN = /AI-generated · easel-v1 · seed \d+/;

interface Finding {
  readonly check: string;
  readonly state: string;
  readonly detail: string;
}

async function doctor(entry: string, cwd: string): Promise<readonly Finding[]> {
  const { out } = await runEasel(["doctor", "--json"], { cwd, entry });
  return JSON.parse(out) as Finding[];
}

// Whole programs start and draw here, on machines that may be busy.
vi.setConfig({ testTimeout: 300_000 });

describe("a filter that fails its test stops the drawing, not the program", () => {
  it.each([
    [
      "the classifier's file is damaged",
      "models/safety-nsfwjs/model.onnx",
      "image filters",
      (bytes: Buffer) => Buffer.from(bytes).fill(7, 1000, 1010),
    ],
    [
      "the classifier is no graph any more",
      "models/safety-nsfwjs/classifier.json",
      "image filters",
      () => Buffer.from("{}"),
    ],
    ["the rules cannot be read", "models/safety-rules/rules.json", "prompt rules", () => Buffer.from('{"lists": [7]}')],
    [
      "the rules let through what they must not",
      "models/safety-rules/rules.json",
      "prompt rules",
      (bytes: Buffer) => {
        const rules = JSON.parse(bytes.toString()) as Record<string, unknown>;
        return Buffer.from(JSON.stringify({ ...rules, combinations: [] }));
      },
    ],
  ])("when %s, until it is repaired", async (_, path, check, damage) => {
    const { folder, entry } = copyProgram();
    const cwd = join(folder, "run");
    const sound = readFileSync(join(folder, path));
    writeFileSync(join(folder, path), damage(sound));
    const findings = await doctor(entry, cwd);
    const easel = converse(entry, { cwd, env: { LOG_LEVEL: "warn" } });
    await easel.hear(/the safety filters fail their test, nothing is drawn/);

    easel.say("a red fox --seed 3");
    await easel.hear(STOPPED);
    easel.say("/models");
    await easel.hear(/easel-v1/);
    writeFileSync(join(folder, path), sound);
    await easel.hear(/pass their test again, drawing goes on/);
    easel.say("a red fox --seed 3");
    await easel.hear(DRAWN);

    expect(findings.filter(({ state }) => state === "fail").map((finding) => finding.check)).toEqual([check]);
  });
});

describe("a picture from outside", () => {
  it("that a classifier does not let pass is refused by its rule, and nothing of it is kept", async () => {
    const { folder, entry } = copyProgram();
    const cwd = join(folder, "run");
    const path = join(folder, "models/safety-nsfwjs/classifier.json");
    const manifest = JSON.parse(readFileSync(path, "utf8")) as { labels: string[]; policies: object[] };
    // As harmless pictures go: what the shipped policies flag has no place in a test.
    const flagged = { rule: "gore/test", labels: manifest.labels, threshold: 0.5, level: "refuse" };
    writeFileSync(path, JSON.stringify({ ...manifest, policies: [...manifest.policies, flagged] }));
    cpSync(new URL("../../models/easel-v0/fox.png", import.meta.url), join(cwd, "fox.png"));
    const easel = converse(entry, { cwd, env: { LOG_LEVEL: "warn" } });
    await easel.hear(/Type what you want to see/);

    easel.say("/edit a red fox --image fox.png");
    await easel.leave();

    expect(easel.all()).toContain("I cannot use that picture (gore/test)");
    expect(easel.all()).not.toMatch(DRAWN);
    const kept = readdirSync(join(cwd, "data/blobs"), { recursive: true, withFileTypes: true });
    expect(kept.filter((entry) => entry.isFile())).toEqual([]);
  });
});

describe("an operator's rules", () => {
  it("come into force when the file is written, and a bad file leaves those before", async () => {
    const { folder, entry } = copyProgram();
    const cwd = join(folder, "run");
    const rules = join(cwd, "rules.json");
    writeFileSync(rules, JSON.stringify({ lists: [{ rule: "gore/own", words: ["zebracorn"] }] }));
    const easel = converse(entry, { cwd, env: { LOG_LEVEL: "info", SAFETY_RULES: "rules.json" } });
    await easel.hear(/image filter|safety rules loaded/);
    easel.say("/admin channel");
    await easel.hear(/will be posted in this channel/);

    easel.say("a zebracorn");
    await easel.hear(/I cannot draw that \(gore\/own\)/);
    writeFileSync(rules, JSON.stringify({ lists: [{ rule: "gore/own", words: ["flumox"] }] }));
    await easel.hear(/safety rules loaded/);
    easel.say("a flumox");
    await easel.hear(/I cannot draw that \(gore\/own\)/);
    writeFileSync(rules, '{\n"lists": [,]\n}');
    await easel.hear(/safety rules not loaded/);
    await easel.hear(/rules file was changed and cannot be used; the rules before stay in force\..*line 2/);
    easel.say("a flumox");
    await easel.hear(/I cannot draw that \(gore\/own\)/);
  });

  it("are read again at SIGHUP, without waiting for a look at the file", async () => {
    const { folder, entry } = copyProgram();
    const cwd = join(folder, "run");
    const easel = converse(entry, { cwd, env: { LOG_LEVEL: "info" } });
    await easel.hear(/safety rules loaded/);
    await easel.hear(/Type what you want to see/);
    easel.say("/models");
    await easel.hear(/easel-v1/);

    process.kill(easel.pid, "SIGHUP");

    expect(await easel.hear(/safety rules loaded/)).toBeDefined();
    expect(await easel.leave()).toBe(0);
  });
});
