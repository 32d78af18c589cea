import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ImageRequest } from "../../src/core/image-request.ts";
import { silentLogger } from "../../src/core/logger.ts";
import { createSafety } from "../../src/safety/safety.ts";
import { AGE_RESTRICTED, GENERAL, RULES_FOLDER, SENTINEL_RULES } from "./rules-for-tests.ts";

const REQUEST: ImageRequest = {
  mode: "text-to-image",
  prompt: "a castle",
  negativePrompt: "",
  model: "easel-v0",
  widthPx: 64,
  heightPx: 64,
  steps: 4,
  guidanceScale: 3,
  scheduler: { name: "EulerDiscreteScheduler", config: {} },
  pictures: [{ seed: 1, prompt: "a castle, ink" }],
  tile: false,
  private: false,
  notes: [],
};

function write(path: string, content: unknown): void {
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
}

describe("the safety room", () => {
  let folder = "";
  let own = "";
  const shipped = () => join(folder, "rules.json");
  const create = (ownRulesPath?: string) =>
    createSafety({ folder, log: silentLogger, ...(ownRulesPath === undefined ? {} : { ownRulesPath }) });
  const verdictOf = (safety: ReturnType<typeof create>, text: string) =>
    safety.review({ text, part: "prompt", ageRestricted: false });

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "easel-safety-"));
    own = join(folder, "own.json");
    cpSync(join(RULES_FOLDER, "look-alikes.json"), join(folder, "look-alikes.json"));
    write(shipped(), SENTINEL_RULES);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("refuses by the shipped rules", () => {
    const safety = create();

    expect(safety.selfTest()).toEqual({ ok: true });
    expect(verdictOf(safety, "a tulo castle")).toEqual({ level: "refuse", rule: "nudity/sentinel" });
    expect(verdictOf(safety, "a castle")).toEqual({ level: "allow" });
  });

  it("tests itself with the rules that really ship", () => {
    expect(createSafety({ folder: RULES_FOLDER, log: silentLogger }).selfTest()).toEqual({ ok: true });
  });

  describe("a request", () => {
    it.each<[string, Partial<ImageRequest>]>([
      ["prompt", { prompt: "tulo" }],
      ["prompt after expansion", { pictures: [{ seed: 1, prompt: "a castle, {tulo}" }] }],
      ["style", { pictures: [{ seed: 1, prompt: "a castle", style: "tulo" }] }],
      ["weighted negative prompt", { negativePrompt: "(tulo:-1)" }],
      ["a later picture", { pictures: [...REQUEST.pictures, { seed: 2, prompt: "t.u.l.o" }] }],
    ])("is refused for its %s", (_, change) => {
      expect(create().reviewRequest({ ...REQUEST, ...change }, GENERAL).level).toBe("refuse");
    });

    it("is refused for a file name or alt text", () => {
      const verdict = create().reviewRequest(REQUEST, GENERAL, [{ text: "tulo.png", part: "file-name" }]);

      expect(verdict).toEqual({ level: "refuse", rule: "nudity/sentinel" });
    });

    it("is allowed when nothing is wrong", () => {
      expect(create().reviewRequest(REQUEST, GENERAL)).toEqual({ level: "allow" });
    });

    it("is decided again where a button is pressed", () => {
      write(own, { levels: { ageRestricted: { nudity: "spoiler" } } });
      const safety = create(own);
      const request = { ...REQUEST, prompt: "tulo" };

      expect(safety.reviewRequest(request, AGE_RESTRICTED).level).toBe("spoiler");
      expect(safety.reviewRequest(request, GENERAL).level).toBe("refuse");
    });

    it("is strict with an upload, whatever the channel", () => {
      write(own, { levels: { ageRestricted: { nudity: "allow" } } });
      const safety = create(own);

      expect(safety.reviewRequest(REQUEST, { ...AGE_RESTRICTED, uploaded: true })).toEqual({ level: "allow" });
      expect(safety.reviewRequest({ ...REQUEST, prompt: "tulo" }, { ...AGE_RESTRICTED, uploaded: true })).toEqual({
        level: "refuse",
        rule: "sexual-real-people/upload",
      });
    });
  });

  describe("an operator's file", () => {
    it("adds words, levels and harmless phrases without a restart", () => {
      const safety = create();
      write(own, {
        lists: [{ rule: "gore/own", words: ["flumox"] }],
        levels: { ageRestricted: { gore: "spoiler" } },
        allow: ["flumox tea"],
      });

      const result = safety.reloadRules(own);

      expect(result).toEqual({ ok: true });
      expect(verdictOf(safety, "a flumox castle")).toEqual({ level: "refuse", rule: "gore/own" });
      expect(verdictOf(safety, "a cup of flumox tea")).toEqual({ level: "allow" });
      expect(verdictOf(safety, "a tulo castle").level).toBe("refuse");
    });

    it("is taken back by a reload without it", () => {
      write(own, { lists: [{ rule: "gore/own", words: ["flumox"] }] });
      const safety = create(own);

      safety.reloadRules();

      expect(verdictOf(safety, "a flumox castle")).toEqual({ level: "allow" });
    });

    it.each([
      ["is not JSON", '{\n "lists": [,]\n}', { field: "", line: 2 }],
      ["has an unknown category", { lists: [{ rule: "taste/x", words: ["x"] }] }, { field: "lists[0].rule" }],
      ["switches off a listed word", { allow: ["tulo"] }, { field: "allow[0]" }],
      ["is too mild", { levels: { general: { sexual: "allow" } } }, { field: "levels" }],
      ["sets an absolute category", { levels: { ageRestricted: { "sexual-minors": "allow" } } }, { field: "levels" }],
    ])("that %s changes nothing and says where", (_, content, where) => {
      write(own, { lists: [{ rule: "gore/own", words: ["flumox"] }] });
      const safety = create(own);
      write(own, content);

      const result = safety.reloadRules(own);

      expect(result).toMatchObject({ ok: false, ...where });
      expect(verdictOf(safety, "a flumox castle")).toEqual({ level: "refuse", rule: "gore/own" });
    });

    it("that is missing changes nothing", () => {
      const safety = create();

      expect(safety.reloadRules(join(folder, "nowhere.json"))).toMatchObject({ ok: false });
      expect(verdictOf(safety, "a castle")).toEqual({ level: "allow" });
    });

    it("that makes harmless texts fail the self-test changes nothing", () => {
      const safety = create();
      write(own, { lists: [{ rule: "gore/own", words: ["fox"] }] });

      expect(safety.reloadRules(own)).toMatchObject({
        ok: false,
        fault: expect.stringContaining("a harmless text is refused") as string,
      });
      expect(verdictOf(safety, "a fox")).toEqual({ level: "allow" });
    });

    it("that is bad at the start leaves the shipped rules in force", () => {
      write(own, "{");

      const safety = create(own);

      expect(verdictOf(safety, "a tulo castle").level).toBe("refuse");
      expect(verdictOf(safety, "a castle")).toEqual({ level: "allow" });
    });
  });

  describe("fails closed", () => {
    it.each([
      ["the rules are missing", () => rmSync(shipped())],
      ["the rules are broken", () => write(shipped(), "{")],
      ["the look-alikes are missing", () => rmSync(join(folder, "look-alikes.json"))],
      ["the absolute combination is gone", () => write(shipped(), { ...SENTINEL_RULES, combinations: [] })],
      ["a list cannot find its own word", () => write(shipped(), { ...SENTINEL_RULES, allow: ["splorch"] })],
      [
        "everything is refused",
        () =>
          write(shipped(), { ...SENTINEL_RULES, lists: [...SENTINEL_RULES.lists, { rule: "gore/x", words: ["fox"] }] }),
      ],
    ])("when %s", (_, damage) => {
      damage();

      const safety = create();

      const refusal = { level: "refuse", rule: "filter/rules-unreadable" };
      expect(safety.selfTest().ok).toBe(false);
      expect(verdictOf(safety, "a castle")).toEqual(refusal);
      expect(safety.reviewRequest(REQUEST, AGE_RESTRICTED)).toEqual(refusal);
      expect(safety.place({ level: "allow" }, AGE_RESTRICTED)).toEqual(refusal);
    });

    it("until a reload succeeds", () => {
      write(shipped(), "{");
      const safety = create();
      write(shipped(), SENTINEL_RULES);

      expect(safety.reloadRules()).toEqual({ ok: true });
      expect(verdictOf(safety, "a castle")).toEqual({ level: "allow" });
    });
  });
});
