/**
 * The words of the layout grammar: what a prompt may say about things beside naming them. Models with a picture memory are laid out by it
 * (diffusion/layout/read-scene.ts), and nobody can teach a concept under one of these names.
 */

/** How many of a thing. */
export const COUNTS: Readonly<Record<string, number>> = {
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
  ten: 10,
  dozen: 12,
  pair: 2,
  couple: 2,
  few: 3,
  some: 3,
  several: 4,
  many: 5,
};

export const SIZES = {
  tiny: ["tiny", "mini", "miniature"],
  small: ["small", "little"],
  big: ["big", "large"],
  huge: ["huge", "giant", "gigantic", "enormous"],
} as const satisfies Record<string, readonly string[]>;
export type SizeWord = keyof typeof SIZES;

/** Colours that a thing can be given, and their names. */
export const COLOURS = {
  red: ["red", "crimson", "scarlet"],
  orange: ["orange"],
  yellow: ["yellow", "golden", "gold"],
  green: ["green"],
  teal: ["teal", "turquoise", "cyan"],
  blue: ["blue"],
  purple: ["purple", "violet", "lilac"],
  pink: ["pink", "magenta"],
  brown: ["brown"],
  black: ["black"],
  white: ["white"],
  gray: ["gray", "grey", "silver"],
} as const satisfies Record<string, readonly string[]>;
export type ColourWord = keyof typeof COLOURS;

/** How the thing before the phrase stands to the thing behind it. `with` and `beside` are side by side; `wears` is on its head. */
export const RELATIONS = {
  and: ["and", "plus"],
  beside: ["next to", "beside", "alongside", "near", "near to", "close to", "facing", "by", "together with"],
  with: [
    "with",
    "has",
    "having",
    "holding",
    "carrying",
    "eating",
    "drinking",
    "playing",
    "reading",
    "watching",
    "chasing",
  ],
  left: ["left of", "to the left of", "on the left of", "at the left of", "on the left side of"],
  right: ["right of", "to the right of", "on the right of", "at the right of", "on the right side of"],
  above: ["above", "over", "flying over", "high above"],
  below: ["below", "beneath", "underneath"],
  on: ["on", "on top of", "upon", "atop", "sitting on", "standing on", "riding", "riding on", "lying on", "onto"],
  under: ["under"],
  between: ["between", "in between"],
  in: ["in", "inside", "inside of", "into", "within"],
  behind: ["behind"],
  before: ["in front of"],
  wears: ["wearing", "dressed in"],
} as const satisfies Record<string, readonly string[]>;
export type RelationWord = keyof typeof RELATIONS;

/** Prepositions behind which no thing is named that could be drawn: “at night”, “through the woods”. */
export const PLACES: readonly string[] = [
  "at",
  "during",
  "through",
  "across",
  "around",
  "from",
  "to",
  "for",
  "like",
  "as",
];

/** Phrases that put all things side by side. */
export const ROWS: readonly string[] = ["in a row", "in a line", "side by side"];

/** Phrases for a thing made of two: “a blend of a cat and a robot”. The word stands at the beginning or at the end. */
export const BLENDS: readonly string[] = ["blend", "mix", "hybrid", "mashup", "crossover"];

/** Places, weather, seasons and times of day: behind a preposition, or alone behind a comma, they are the background and no thing. */
export const SCENES: readonly string[] = (
  "snow snowfall snowfield winter ice summer spring autumn fall rain storm thunderstorm fog mist wind weather night midnight day daytime " +
  "daylight morning noon afternoon evening dawn dusk twilight sunrise sunset moonlight sunlight sunshine starlight sky skies stars " +
  "beach sand shore coast seaside sea ocean water underwater waves lake river pond pool meadow grass lawn field fields hill hills garden " +
  "park forest woods jungle mountains desert dunes city town village street road space universe galaxy cosmos room indoors outdoors " +
  "kitchen studio stage background backdrop ground floor table desk shelf wall air front dark darkness sun stripes dots confetti checks"
).split(" ");

/** Words in front of a noun that say nothing about it. */
export const DETERMINERS: readonly string[] =
  "a an the this that these those my your his her its our their another each every any no of".split(" ");

/** Whether a name is a word of the grammar, and so cannot name a thing. */
export function isGrammarWord(name: string): boolean {
  return GRAMMAR.has(name);
}

const GRAMMAR: ReadonlySet<string> = new Set([
  ...Object.keys(COUNTS),
  ...[SIZES, COLOURS, RELATIONS].flatMap((table) => Object.values<readonly string[]>(table).flat()),
  ...PLACES,
  ...ROWS,
  ...BLENDS,
  ...SCENES,
  ...DETERMINERS,
]);
