import { createLexicon, type Lexicon } from "../../../src/diffusion/layout/lexicon.ts";
import type { SceneSetting } from "../../../src/diffusion/layout/read-scene.ts";

const CONCEPTS = (
  "fox,cat face,dog face,black cat,red apple,tangerine,robot,house,deciduous tree,ice cream,automobile,police car,fire engine,bird," +
  "top hat,man,package,crescent moon,person running,grinning face,glass of milk,balloon,castle,couch and lamp,mouse face,snowflake,oyster,star," +
  "smiling face with horns,person in bed,one thirty,shooting star"
)
  .split(",")
  .concat("family: man, woman, boy");

const id = (name: string): string => name.replaceAll(/[^a-z0-9]+/g, "-");

const NAMES: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(CONCEPTS.map((name) => [name, [id(name)]])),
  cat: ["cat-face"],
  dog: ["dog-face"],
  puppy: ["dog-face"],
  apple: ["red-apple"],
  orange: ["tangerine"],
  tree: ["deciduous-tree"],
  car: ["automobile"],
  hat: ["top-hat"],
  box: ["package"],
  moon: ["crescent-moon"],
  sofa: ["couch-and-lamp"],
  mouse: ["mouse-face"],
  running: ["person-running", "dog-face"],
  happy: ["grinning-face", "dog-face"],
  snow: ["snowflake", "house"],
  elegant: ["top-hat"],
  pearl: ["oyster"],
  stars: ["shooting-star"],
};

/** A memory of a few things, as the real one calls them. */
export function sampleLexicon(taught: readonly string[] = []): Lexicon {
  return createLexicon({
    concepts: CONCEPTS.map((name) => ({ id: id(name), name })),
    names: NAMES,
    nearest: { dalmatian: "dog", cottage: "house", drama: "happy" },
    taught,
  });
}

export function sampleSetting(taught: readonly string[] = []): SceneSetting {
  const known = new Set([...Object.keys(NAMES), "foxes", "a", "and"].flatMap((phrase) => phrase.split(" ")));
  return {
    lexicon: sampleLexicon(taught),
    phrases: ["3d", "flat", "in the snow", "on a beach", "under a starry sky", "with confetti"],
    knows: (word) => known.has(word),
  };
}
