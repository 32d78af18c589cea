import { describe, expect, it } from "vitest";
import { readScene } from "../../../src/diffusion/layout/read-scene.ts";
import type { Scene } from "../../../src/diffusion/layout/scene.ts";
import { sampleSetting } from "./sample-lexicon.ts";

/** “2 small red fox, robot; 0 left 1”: count, size, colour and concept of each thing, then the relations. */
function describeScene({ things, relations, row }: Scene): string {
  const named = things.map(({ concept, blend, count, size, colour }) =>
    [count > 1 ? count : "", size ?? "", colour ?? "", blend === undefined ? concept : `${concept}+${blend}`]
      .filter((part) => part !== "")
      .join(" "),
  );
  const related = relations.map(({ of, kind, to, and }) => `${of} ${kind} ${to}${and === undefined ? "" : ` ${and}`}`);
  return [named.join(", "), ...related, ...(row ? ["row"] : [])].join("; ");
}

const read = (prompt: string, taught: readonly string[] = []): Scene => readScene(prompt, sampleSetting(taught));

describe("readScene", () => {
  it.each([
    // one thing
    ["a fox", "fox"],
    ["fox", "fox"],
    ["Foxes", "fox"],
    ["A small red Balloon!", "small red balloon"],
    ["an orange", "tangerine"],
    ["an orange cat", "orange cat-face"],
    ["a black cat", "black-cat"],
    ["a black dog", "black dog-face"],
    ["the quick brown fox", "brown fox"],
    ["a huge grey ice-cream", "huge gray ice-cream"],
    ["a happy dog", "dog-face"],
    ["a dog running in the snow", "dog-face"],
    ["a glass of milk", "glass-of-milk"],
    ["a balloon red", "red balloon"],
    // names that the grammar would take for several things
    ["a smiling face with horns in the snow, 3d", "smiling-face-with-horns"],
    ["two smiling faces with horns", "2 smiling-face-with-horns"],
    ["a person in bed", "person-in-bed"],
    ["a red person in bed on a house", "red person-in-bed, house; 0 on 1"],
    ["a family, man, woman, boy and a fox", "family-man-woman-boy, fox"],
    ["a one thirty", "one-thirty"],
    // counts
    ["two stars", "2 star"],
    ["two foxes", "2 fox"],
    ["3 apples", "3 red-apple"],
    ["a pair of mice", "2 mouse-face"],
    ["a couple of small blue birds", "2 small blue bird"],
    ["several robots", "4 robot"],
    ["two cats and three dogs", "2 cat-face, 3 dog-face"],
    ["four foxes in a row", "4 fox; row"],
    ["a fox, a cat and a dog side by side", "fox, cat-face, dog-face; row"],
    // relations
    ["a fox and a cat", "fox, cat-face"],
    ["a fox & a cat", "fox, cat-face"],
    ["a fox to the left of a cat", "fox, cat-face; 0 left 1"],
    ["a fox left of a cat", "fox, cat-face; 0 left 1"],
    ["a star on the right side of a house", "star, house; 0 right 1"],
    ["a bird flying over a house at night", "bird, house; 0 above 1"],
    ["a fox below a balloon", "fox, balloon; 0 below 1"],
    ["a cat on top of a car", "cat-face, automobile; 0 on 1"],
    ["a cat sitting on a sofa", "cat-face, couch-and-lamp; 0 on 1"],
    ["a fox under a tree", "fox, deciduous-tree; 0 under 1"],
    ["a cat between a dog and a fox", "cat-face, dog-face, fox; 0 between 1 2"],
    ["a cat between two trees", "cat-face, 2 deciduous-tree; 0 between 1"],
    ["a cat in a box", "cat-face, package; 0 in 1"],
    ["a cat in front of a house", "cat-face, house; 0 before 1"],
    ["a robot behind a house", "robot, house; 0 behind 1"],
    ["a man wearing a red hat", "man, red top-hat; 0 wears 1"],
    ["a dog eating an ice cream", "dog-face, ice-cream; 0 with 1"],
    ["a fox next to a police car", "fox, police-car; 0 beside 1"],
    ["a fox on the moon", "fox, crescent-moon; 0 on 1"],
    // what is left to the words
    ["a fox in the snow, 3d", "fox"],
    ["a fox, snow, night", "fox"],
    ["a fox under a starry sky", "fox"],
    ["a fox in the rain at midnight", "fox"],
    ["a fox on a purple background", "fox"],
    ["a fox on red", "fox"],
    ["a fox with confetti", "fox"],
    ["a fox, elegant, dramatic lighting, 4k", "fox"],
    ["a fox on a beach with an apple", "fox, red-apple; 0 with 1"],
    ["at night", ""],
    ["", ""],
    ["???", ""],
    // blends
    ["a cat + robot blend", "cat-face+robot"],
    ["a blend of a cat and a robot", "cat-face+robot"],
    ["a mix of a fox and a car and a house", "fox+automobile, house"],
    // weights are no counts
    ["(a fox:1.3) and a cat", "fox, cat-face"],
  ])("%s", (prompt, scene) => {
    expect(describeScene(read(prompt))).toBe(scene);
  });

  it.each([
    ["a dalmatian", "dog-face", "There is no “dalmatian” yet: a dog face was drawn instead."],
    ["two old cottages", "2 house", "There is no “cottages” yet: a house was drawn instead."],
    ["a baloon", "balloon", "There is no “baloon” yet: a balloon was drawn instead."],
    ["a firengine", "fire-engine", "There is no “firengine” yet: a fire engine was drawn instead."],
    ["a fox and a xylophone", "fox", "Nothing like “xylophone” could be found; it was left out."],
    ["nine cats", "5 cat-face", "At most 5 things fit into a picture; 4 more were left out."],
  ])("says what became of %s", (prompt, scene, note) => {
    const read = readScene(prompt, sampleSetting());

    expect(describeScene(read)).toBe(scene);
    expect(read.notes).toEqual([note]);
  });

  it("draws one of each thing before several of one", () => {
    const scene = read("four cats, three dogs, a fox and a bird");

    expect(describeScene(scene)).toBe("2 cat-face, dog-face, fox, bird");
    expect(scene.notes).toEqual(["At most 5 things fit into a picture; 4 more were left out."]);
  });

  it("does not take a far kind for a thing: a keyword of several is no noun", () => {
    expect(read("a drama").notes).toEqual(["Nothing like “drama” could be found; it was left out."]);
  });

  it.each(["ourmascot in the snow", ":ourmascot: in the snow", "<:ourmascot:123456789> in the snow", "an OurMascot"])(
    "knows what was taught: %s",
    (prompt) => {
      expect(describeScene(read(prompt, ["ourmascot"]))).toBe("ourmascot");
    },
  );

  it("prefers what was taught to a concept of the same name", () => {
    expect(describeScene(read("a cat", ["cat"]))).toBe("cat");
  });

  it("gives the text encoder words that it knows", () => {
    const { words } = read("a puppies and a dalmatian, an orange tangerine, two ourmascots", ["ourmascot"]);

    expect(words).toBe("a puppies and a dog face, an orange tangerine, two ourmascots");
  });

  it("finds the words that name no thing, for what is said about unknown ones", () => {
    expect(read("a gloomy dalmatian in the snow, cosmic").rest).toBe("a gloomy  in the snow, cosmic");
  });
});
