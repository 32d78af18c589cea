import { BLENDS, SCENES } from "../../core/scene-words.ts";
import { captionOf, withArticle, withoutNouns, type NamedNoun } from "./caption.ts";
import { splitClauses, type Clause, type Connector, type Word } from "./clauses.ts";
import { STRENGTH, type Lexicon } from "./lexicon.ts";
import {
  findNoun,
  guessNoun,
  isColour,
  readNounPhrase,
  withAdjectives,
  type Found,
  type NounPhrase,
} from "./noun-phrase.ts";
import { MAX_THINGS, type Scene, type SceneRelation, type SceneThing } from "./scene.ts";

export interface SceneSetting {
  readonly lexicon: Lexicon;
  /** Phrases for the styles, backgrounds and scenes of the model: they are no things, whatever their words are called elsewhere. */
  readonly phrases: readonly string[];
  /** Whether the text encoder knows a word. */
  readonly knows: (word: string) => boolean;
}

/** A clause that names a thing. */
interface Named {
  readonly connector: Connector;
  readonly phrase: NounPhrase;
  readonly found: Found;
  /** What was typed, where something else is drawn. */
  readonly insteadOf?: string;
}

/**
 * Reads a prompt by this grammar:
 *
 *     prompt    = clause { connector clause }
 *     connector = "," | "and" | a phrase of RELATIONS (left of, on, under, between ...)
 *     clause    = [article] [count] [size] [colour] noun        a thing
 *               | scene | style | anything "background"         left to the words
 *
 * - One to five things; further ones are left out with a note, also of a count (“nine cats”).
 * - A thing behind in, on, at or under that is a place, a time or weather (SCENES) is a background; so is one behind a comma without article.
 * - A relation holds between the thing before it and the one behind it; “X between Y and Z” between three.
 * - “in a row” puts everything side by side. “X + Y blend” and “a blend of X and Y” are one thing of two concepts.
 * - A noun that nothing is called by becomes the nearest known thing, with a note; what is no noun of a thing is left to the words.
 */
export function readScene(typed: string, setting: SceneSetting): Scene {
  const { lexicon, phrases } = setting;
  const prompt = typed.replaceAll(CUSTOM_EMOJI, ":$1:");
  const { clauses, row } = splitClauses(prompt, phrases, (words) => lexicon.startsWith(words));
  const notes: string[] = [];
  const unknown: (readonly Word[])[] = [];
  const named: Named[] = [];
  const blend = clauses.some((clause) => isBlend(clause));
  /** The connector in front of the next thing: that of a background between two things holds for neither. */
  let pending: Connector = "start";
  for (const clause of clauses) {
    pending = named.length === 0 ? "start" : clause.connector;
    const words = clause.words.filter(({ text }) => !BLENDS.includes(text));
    if (words.length === 0) continue;
    const phrase = readNounPhrase(words, lexicon);
    if (phrase.words.length === 0 || isBackground(clause, phrase)) continue;
    const found = findNoun(phrase.words, lexicon);
    const mayGuess = phrase.counted || named.length === 0 || clause.connector !== "comma";
    if (found && isMeant(found, clause.connector, phrase))
      named.push({ connector: pending, phrase: withAdjectives(phrase, found), found });
    else if (mayGuess) {
      const guess = guessNoun(phrase.words, lexicon);
      if (guess)
        named.push({
          connector: pending,
          phrase: withAdjectives(phrase, guess),
          found: guess,
          insteadOf: textOf(guess.words),
        });
      else unknown.push(phrase.words);
    }
  }

  if (unknown.length > 0)
    notes.push(
      `Nothing like ${unknown.map((words) => `“${textOf(words)}”`).join(", ")} could be found; it was left out.`,
    );
  for (const { insteadOf, found } of named) {
    if (insteadOf === undefined) continue;
    const name = lexicon.nameOf(found.concept);
    notes.push(`There is no “${insteadOf}” yet: ${withArticle(name)} was drawn instead.`);
  }
  const { things, relations } = blend && named.length >= 2 ? blendOf(named) : thingsOf(named);
  const fitting = atMost(things, MAX_THINGS);
  if (fitting.left > 0)
    notes.push(`At most ${MAX_THINGS} things fit into a picture; ${fitting.left} more were left out.`);
  const known = relations.filter(({ of, to, and = 0 }) => Math.max(of, to, and) < fitting.things.length);
  const nouns = named.map(({ found: { words, concept }, phrase: { count }, insteadOf }): NamedNoun => ({
    words,
    concept,
    count,
    isSubstitute: insteadOf !== undefined,
  }));
  const inOrder = [...nouns, ...unknown.map((words) => ({ words }))].sort(
    (a, b) => a.words[0]!.start - b.words[0]!.start,
  );
  return {
    things: fitting.things,
    relations: known,
    row,
    grounded: GROUNDS.test(prompt),
    words: captionOf(prompt, nouns, setting),
    rest: withoutNouns(prompt, inOrder),
    notes,
  };
}

/** Discord's emoji of a server: <:name:id>, animated <a:name:id>. */
const CUSTOM_EMOJI = /<a?:(\w{2,32}):\d{5,25}>/g;

/** Scenes with a ground to stand on. */
const GROUNDS =
  /\b(beach|seaside|meadow|grass|field|forest|woods|snow|snowy|winter|desert|dunes?|city|town|autumn|fall|room|indoors|home|table|lake|river|mountains)\b/i;

/** Prepositions that stand before backgrounds. */
const BEFORE_SCENES: readonly Connector[] = [
  "in",
  "on",
  "under",
  "beside",
  "with",
  "above",
  "below",
  "behind",
  "before",
];
const SCENE_WORDS = new Set(SCENES);

function isBackground({ connector, phrase: typed }: Clause, { counted, words }: NounPhrase): boolean {
  const last = words.at(-1)!.text;
  if (last === "background" || last === "backdrop") return true;
  if (connector === "at") return true;
  if (isColour(words) && !counted) return true;
  if (!SCENE_WORDS.has(last)) return false;
  if (connector === "comma") return !counted;
  // “under the stars” is a sky; “a hat with stars”, too. “on a star” is a place to stand.
  return BEFORE_SCENES.includes(connector) && typed !== "on top of";
}

/** “a blend of …” and “… blend”. */
function isBlend({ words }: Clause): boolean {
  return words.some(({ text }) => BLENDS.includes(text));
}

/** What stands alone behind a comma is rather a style than a thing, unless it is a thing's name. */
function isMeant({ strength }: Found, connector: Connector, { counted }: NounPhrase): boolean {
  if (counted || connector === "start") return true;
  return strength >= (connector === "comma" ? STRENGTH.head : STRENGTH.unique);
}

function thingOf({ phrase: { count, size, colour }, found }: Named): SceneThing {
  return { concept: found.concept, count, ...(size ? { size } : {}), ...(colour ? { colour } : {}) };
}

function thingsOf(named: readonly Named[]): { things: SceneThing[]; relations: SceneRelation[] } {
  const relations = named.flatMap(({ connector }, i): SceneRelation[] => {
    if (connector === "start" || connector === "comma" || connector === "at" || connector === "and") return [];
    // “a cat between a dog and a fox”
    const isThird = connector === "between" && named[i + 1]?.connector === "and";
    return [{ kind: connector, of: i - 1, to: i, ...(isThird ? { and: i + 1 } : {}) }];
  });
  return { things: named.map(thingOf), relations };
}

/** The first two things as one. */
function blendOf(named: readonly Named[]): { things: SceneThing[]; relations: SceneRelation[] } {
  const [first, second, ...others] = named.map(thingOf);
  return { things: [{ ...first!, blend: second!.concept }, ...others], relations: [] };
}

/** As many things, counted, as fit. */
function atMost(things: readonly SceneThing[], limit: number): { things: SceneThing[]; left: number } {
  let room = limit;
  let left = 0;
  const fitting: SceneThing[] = [];
  // Every thing once before one of them twice.
  room -= Math.min(limit, things.length);
  for (const [i, thing] of things.entries()) {
    const more = Math.min(room, thing.count - 1);
    const count = i < limit ? 1 + more : 0;
    if (count > 0) {
      room -= more;
      fitting.push({ ...thing, count });
    }
    left += thing.count - count;
  }
  return { things: fitting, left };
}

const textOf = (words: readonly Word[]): string => words.map(({ text }) => text).join(" ");
