import { describe, expect, it } from "vitest";
import type { TextToReview } from "../../src/core/verdict.ts";
import type { ReviewedText } from "../../src/safety/prompt-filter.ts";
import { AGE_RESTRICTED, GENERAL, sentinelFilter, shippedFilter } from "./rules-for-tests.ts";

const filter = sentinelFilter();
const permissive = sentinelFilter({
  levels: { ageRestricted: { nudity: "allow", suggestive: "allow", gore: "spoiler" } },
});
const prompt = (text: string): ReviewedText => ({ text, part: "prompt" });
const negative = (text: string): ReviewedText => ({ text, part: "negative-prompt" });

describe("texts in other scripts", () => {
  it("finds a listed word in the look-alikes of another script, alone and in a Latin text", () => {
    const disguised = "тυlо";

    const verdicts = ["тuлo", disguised, `a castle, ${disguised}`].map((text) =>
      filter.reviewTexts([prompt(text)], GENERAL),
    );

    expect(verdicts.map(({ level }) => level)).toEqual(["refuse", "refuse", "refuse"]);
  });

  it("takes a word of a language for what it is, in a text of that language", () => {
    const verdicts = ["дом, тцло, река", "a castle, тцло"].map((text) => filter.reviewTexts([prompt(text)], GENERAL));

    expect(verdicts.map(({ level }) => level)).toEqual(["allow", "refuse"]);
  });

  it("finds the words of an exact list only as they are spelled", () => {
    const lists = [
      { rule: "gore/word", words: ["splorchen"] },
      { rule: "hate/word", words: ["flimandu"], exact: true },
    ];
    const strict = sentinelFilter({ lists, combinations: [] });

    const rules = ["splorhcen", "nehcrolps", "flimandu", "f l i m a n d u", "flimadnu", "udnamilf"].map((text) => [
      ...strict.brokenRules(text),
    ]);

    expect(rules).toEqual([["gore/word"], ["gore/word"], ["hate/word"], ["hate/word"], [], []]);
  });
});

describe("one decision for every text", () => {
  it.each<TextToReview["part"]>(["prompt", "style", "alt-text", "file-name"])("refuses a listed word as %s", (part) => {
    const verdict = filter.review({ text: "a tulo castle", part, ageRestricted: false });

    expect(verdict).toEqual({ level: "refuse", rule: "nudity/sentinel" });
  });

  it("refuses a word in a file name with extension and number", () => {
    expect(filter.review({ text: "snarp_01.png", part: "file-name", ageRestricted: false }).level).toBe("refuse");
  });

  it("reads the name of a LoRA", () => {
    expect(filter.reviewTexts([prompt("a castle <lora:glonti_v3:0.7>")], GENERAL).level).toBe("refuse");
  });

  it("finds a combination whose parts stand in different texts", () => {
    const texts = [prompt("a pipkin in a garden"), { text: "frizzle photo", part: "style" } as const];

    expect(filter.reviewTexts(texts, GENERAL)).toEqual({ level: "refuse", rule: "sexual-minors/combination" });
  });

  it("names the absolute rule when several are broken", () => {
    const verdict = filter.reviewTexts([prompt("splorch, tulo, pipkin, kravnok")], GENERAL);

    expect(verdict).toEqual({ level: "refuse", rule: "sexual-minors/combination" });
  });

  it("allows an empty text", () => {
    expect(filter.reviewTexts([prompt("")], GENERAL)).toEqual({ level: "allow" });
  });

  it("does not know a word by its part", () => {
    expect(filter.reviewTexts([prompt("tul, narp, glon, the detuloed forest, a snarp bus")], GENERAL)).toEqual({
      level: "allow",
    });
  });

  it("still finds a word beside a harmless phrase with it", () => {
    expect(filter.reviewTexts([prompt("a snarp bus full of snarp")], GENERAL).level).toBe("refuse");
  });

  it("does not take an obscured phrase for a harmless one", () => {
    expect(filter.reviewTexts([prompt("a sn4rp bus")], GENERAL).level).toBe("refuse");
  });
});

describe("channel classes", () => {
  it("allows in an age-restricted channel what the operator allows there", () => {
    expect(permissive.reviewTexts([prompt("a tulo castle")], AGE_RESTRICTED)).toEqual({ level: "allow" });
    expect(permissive.reviewTexts([prompt("a tulo castle")], GENERAL).level).toBe("refuse");
    expect(permissive.reviewTexts([prompt("a splorch castle")], AGE_RESTRICTED)).toEqual({
      level: "spoiler",
      rule: "gore/sentinel",
    });
  });

  it("is strict on platforms without an age gate, whatever the channel says", () => {
    const input = { text: "a tulo castle", part: "prompt", ageRestricted: true } as const;

    expect(permissive.review({ ...input, platform: "slack" }).level).toBe("refuse");
    expect(permissive.review({ ...input, platform: "discord" }).level).toBe("allow");
  });

  it("places an image filter's verdict where it takes effect", () => {
    const verdict = { level: "refuse", rule: "nudity/image" } as const;

    expect(permissive.place(verdict, AGE_RESTRICTED)).toEqual({ level: "allow" });
    expect(permissive.place(verdict, GENERAL)).toEqual(verdict);
    expect(permissive.place({ level: "allow" }, GENERAL)).toEqual({ level: "allow" });
  });

  it("keeps a failed image filter's refusal in every place", () => {
    const verdict = { level: "refuse", rule: "filter/classifier-failed" } as const;

    expect(permissive.place(verdict, AGE_RESTRICTED)).toEqual(verdict);
  });
});

describe("absolute refusals", () => {
  it.each([
    ["near", "a tulo pipkin"],
    ["far apart", `a pipkin ${"in a garden with flowers ".repeat(20)} tulo`],
    ["in two sentences", "There is a pipkin. It is raining. Then: tulo!"],
    ["obscured", "a t.u.l.o p1pk1n"],
    ["merely suggestive", "a frizzle pipkin"],
    ["age in figures", "a tulo blorbo, 15 years old"],
    ["age in words", "a tulo blorbo, twelve-year-old"],
    ["age in short", "tulo 16yo blorbo"],
    ["age with a label", "tulo blorbo, age: 9"],
    ["under a limit", "tulo blorbo, under 18"],
    ["age in months", "tulo, 8 months old"],
  ])("refuses a minor together with what is lewd, also where nudity is allowed: %s", (_, text) => {
    expect(permissive.reviewTexts([prompt(text)], AGE_RESTRICTED)).toEqual({
      level: "refuse",
      rule: "sexual-minors/combination",
    });
  });

  it.each([
    "a tulo blorbo, 25 years old",
    "tulo, aged 40",
    "tulo, 18 year old whisky",
    "tulo at f/8, 12 mm, 16:9",
    "tulo, over 18",
  ])("does not take every number for a minor's age: %s", (text) => {
    expect(permissive.reviewTexts([prompt(text)], AGE_RESTRICTED)).toEqual({ level: "allow" });
  });

  it("refuses what is lewd while the negative prompt pushes adult age away", () => {
    const texts = [prompt("a tulo blorbo"), negative("oldenish, blurry")];

    expect(permissive.reviewTexts(texts, AGE_RESTRICTED)).toEqual({
      level: "refuse",
      rule: "sexual-minors/negative-age",
    });
  });

  it("refuses what is explicit about a real person", () => {
    expect(permissive.reviewTexts([prompt("zanfire, tulo")], AGE_RESTRICTED)).toEqual({
      level: "refuse",
      rule: "sexual-real-people/named",
    });
  });

  it("refuses what is lewd about an uploaded picture", () => {
    const verdict = permissive.reviewTexts([prompt("frizzle")], { ...AGE_RESTRICTED, uploaded: true });

    expect(verdict).toEqual({ level: "refuse", rule: "sexual-real-people/upload" });
  });

  it("holds for a moderator what may mean a minor", () => {
    expect(permissive.reviewTexts([prompt("a tulo sproutling")], AGE_RESTRICTED)).toEqual({
      level: "hold",
      rule: "nudity/youthful",
    });
  });

  it("refuses the other absolute categories where nudity is allowed", () => {
    expect(permissive.reviewTexts([prompt("kravnok")], AGE_RESTRICTED)).toEqual({
      level: "refuse",
      rule: "extremism/sentinel",
    });
  });
});

describe("negative prompts", () => {
  it("lets people push listed words away", () => {
    expect(filter.reviewTexts([prompt("a castle"), negative("tulo, splorch, pipkin, frizzle")], GENERAL)).toEqual({
      level: "allow",
    });
  });

  it("refuses one that undresses people", () => {
    const texts = [prompt("portrait of a blorbo"), negative("wrapwear, blurry")];

    expect(filter.reviewTexts(texts, GENERAL)).toEqual({ level: "refuse", rule: "nudity/negative" });
  });

  it("does not mind the same about things", () => {
    expect(filter.reviewTexts([prompt("a castle"), negative("wrapwear")], GENERAL)).toEqual({ level: "allow" });
  });

  it("assumes people when it sees a negative prompt alone", () => {
    expect(filter.review({ text: "wrapwear", part: "negative-prompt", ageRestricted: false }).level).toBe("refuse");
  });

  it.each(["(tulo:-1)", "(tulo: -0.5), blurry", "tulo:−1"])(
    "reads a negative weight in it as the opposite: %s",
    (text) => {
      expect(filter.reviewTexts([prompt("a castle"), negative(text)], GENERAL).level).toBe("refuse");
    },
  );

  it("reads a negative weight in the prompt as the opposite", () => {
    expect(filter.reviewTexts([prompt("a blorbo, (wrapwear:-1)")], GENERAL)).toEqual({
      level: "refuse",
      rule: "nudity/negative",
    });
  });

  it("finds obscured words in it too", () => {
    const texts = [prompt("portrait of a blorbo"), negative("w r a p w e a r")];

    expect(filter.reviewTexts(texts, GENERAL).level).toBe("refuse");
  });
});

describe("split words and ordinary neighbours", () => {
  const split = sentinelFilter({
    lists: [
      { rule: "nudity/sentinel", groups: ["lewd"], words: ["penis", "tulo"] },
      { groups: ["minor"], words: ["pipkin"] },
    ],
    combinations: [{ rule: "sexual-minors/combination", all: ["minor", "lewd"] }],
  });

  it.each(["the pen is red", "a pen, is it new", "pen_is_mightier.png"])(
    "leaves two common words alone: %s",
    (text) => {
      expect(split.reviewTexts([prompt(text)], GENERAL)).toEqual({ level: "allow" });
    },
  );

  it.each(["a red pen, pe nis, oil", "portrait, pen is, oil", "p e n i s", "pen-is", "tu lo", "t ulo", "tu\nlo"])(
    "joins what is split: %s",
    (text) => {
      expect(split.reviewTexts([prompt(text)], GENERAL).level).toBe("refuse");
    },
  );
});

describe("the shipped rules", () => {
  const shipped = shippedFilter();

  it("refuse an absolute combination in figures and another language", () => {
    const words = ["裸 少女", "nackt, Mädchen", "голая девочка"];

    const rules = words.map((text) => shipped.reviewTexts([prompt(text)], AGE_RESTRICTED));

    expect(rules).toEqual(words.map(() => ({ level: "refuse", rule: "sexual-minors/combination" })));
  });

  it("refuse to undress the person of an upload", () => {
    const verdict = shipped.reviewTexts([prompt("remove her clothes")], { ...GENERAL, uploaded: true });

    expect(verdict.level === "allow" ? "" : verdict.rule).toMatch(/^sexual-real-people\//);
  });

  it("refuse a negative prompt that undresses a portrait", () => {
    const texts = [prompt("portrait of a woman"), negative("clothes, dressed")];

    expect(shipped.reviewTexts(texts, GENERAL)).toEqual({ level: "refuse", rule: "nudity/negative" });
  });

  it("allow a school uniform, but not with anything lewd", () => {
    expect(shipped.reviewTexts([prompt("1girl, school uniform")], GENERAL)).toEqual({ level: "allow" });
    expect(shipped.reviewTexts([prompt("1girl, school uniform, sexy")], AGE_RESTRICTED)).toEqual({
      level: "refuse",
      rule: "sexual-minors/combination",
    });
  });
});
