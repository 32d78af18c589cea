import { describe, expect, it } from "vitest";
import { LANGUAGES } from "../../../src/diffusion/layout/languages.ts";
import { languageOf, stemOf, translate } from "../../../src/diffusion/layout/translate.ts";

const ENGLISH = new Set("a an the fox cat in on and snow red two of with at night robot orange pink dog".split(" "));
const isEnglish = (word: string): boolean => ENGLISH.has(word);

describe("languageOf", () => {
  it.each([
    ["a fox in the snow", undefined],
    ["fox", undefined],
    ["", undefined],
    ["ein Fuchs im Schnee", "de"],
    ["zwei rote Füchse", "de"],
    ["un renard dans la neige", "fr"],
    ["un gato y un perro", "es"],
    ["um gato e um cachorro na praia", "pt"],
    ["un gatto e un cane", "it"],
    ["лиса в снегу", "ru"],
    ["雪の中のキツネ", "ja"],
    ["一只红色的狐狸", "zh"],
    ["두 고양이와 작은 개", "ko"],
  ])("%s: %s", (prompt, locale) => {
    expect(languageOf(prompt, isEnglish)).toBe(locale);
  });
});

describe("translate", () => {
  it.each([
    ["de", "Zwei rote Füchse links von einem Haus, im Schnee", "two red Füchse left of a Haus, in the snow"],
    ["de", "ein Hund neben einer Katze bei Nacht", "a Hund next to a Katze at night"],
    ["fr", "un petit renard rouge à gauche d'une maison", "a small renard red à gauche of'a maison"],
    ["fr", "deux chats dans la neige", "two chats in the snow"],
    ["es", "tres gatos negros en la playa", "three gatos black on the beach"],
    ["xx", "a fox", "a fox"],
  ])("%s: %s", (locale, prompt, english) => {
    expect(translate(prompt, locale, {})).toBe(english);
  });

  it.each([
    ["ja", "雪の中の赤いキツネ", { キツネ: ["fox"] }, ", in the snow , red キツネ"],
    ["ja", "猫と犬", { 猫: ["cat"], 犬: ["dog"] }, "猫 and 犬"],
    [
      "zh",
      "一只红色的狐狸和城堡, 3d",
      { 狐狸: ["fox"], 城堡: ["castle"], 狐: ["wrong"] },
      "a red of 狐狸 and 城堡 , 3d",
    ],
  ])("finds the words in %s: %s", (locale, prompt, names, english) => {
    expect(translate(prompt, locale, names)).toBe(english);
  });
});

describe("stemOf", () => {
  it.each([
    ["fuchs", "füchse"],
    ["hund", "hunden"],
    ["haus", "häuser"],
    ["gato", "gatos"],
    ["renard", "renards"],
    ["лиса", "лисы"],
  ])("is one for %s and %s", (one, other) => {
    expect(stemOf(other)).toBe(stemOf(one));
  });

  it("leaves short words alone", () => {
    expect(["kot", "oca"].map(stemOf)).toEqual(["kot", "oca"]);
  });
});

describe("the table of languages", () => {
  it.each(Object.entries(LANGUAGES))("has every word of %s once", (_, words) => {
    const all = Object.values(words).flatMap((own) => own.split(","));

    expect(all.filter((word, i) => all.indexOf(word) !== i)).toEqual([]);
  });
});
