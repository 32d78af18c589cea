import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { RawPicture } from "../../core/generator.ts";
import type { Vocabulary } from "../../core/model.ts";
import { wordsOf } from "../../core/plain-text.ts";
import { isGrammarWord } from "../../core/scene-words.ts";
import { FILLER, singularsOf } from "../../core/vocabulary.ts";
import { createLexicon, type Lexicon } from "../layout/lexicon.ts";
import { languageOf, translate } from "../layout/translate.ts";
import type { Box } from "../layout/place-things.ts";
import { ModelFault, reasonOf } from "../load/model-fault.ts";
import { readConfig } from "../load/read-config.ts";
import { openAddOns } from "./open-add-ons.ts";
import { openBackgrounds, type Backgrounds } from "./open-backgrounds.ts";
import { indexSchema } from "./memory-index.ts";
import { openNames } from "./open-names.ts";
import { readPart } from "./read-part.ts";

/** A picture file's bytes (WebP, PNG) as pixels; given by the composition root, since this room owns no image library. */
export type DecodePicture = (bytes: Uint8Array) => Promise<RawPicture>;

/** The pictures that a model looks things up in. */
export interface PictureMemory {
  /** Those that a prompt can name. */
  readonly styles: readonly string[];
  readonly vocabulary: Vocabulary;
  /** Pictures of scenes, where the folder has them. */
  readonly backgrounds: Backgrounds | undefined;
  /** Phrases for styles and scenes, which name no thing. */
  readonly phrases: readonly string[];
  /** Whether the text encoder knows a word in lower case. */
  knows(word: string): boolean;
  /** The styles that have a picture of a concept, in the order of `styles`; of an add-on, that of its set, which nobody can name. */
  stylesOf(concept: string): readonly string[];
  /** What is visible of a concept's picture. */
  boxOf(concept: string, style: string): Box;
  /** A concept's picture. Throws an Error for one that there is not. */
  picture(concept: string, style: string): Promise<RawPicture>;
  /**
   * A prompt as the layout's grammar reads it, in English but for its nouns, and what its nouns mean: in the prompt's own language, with the
   * names that a community taught.
   */
  understand(
    prompt: string,
    taught: readonly string[],
  ): Promise<{ readonly prompt: string; readonly lexicon: Lexicon }>;
}

const nearestSchema = z.record(z.string(), z.string());
const vocabularySchema = z.object({
  concepts: z.record(z.string(), z.array(z.string())),
  styles: z.record(z.string(), z.array(z.string()).min(1)),
  usualStyles: z.array(z.string()).min(1).optional(),
  words: z.array(z.string()),
});

const WHOLE: Box = [0, 0, 1, 1];
/** Decoded pictures that are kept. */
const KEPT_PICTURES = 96;

/**
 * Opens `memory/` of a model folder: index.json (concepts, and where the picture of each style lies in which file), names.json (names and
 * keywords by language), add-ons.json (things of other sets, with their names), nearest.json (kinds of nouns), and vocabulary.json beside
 * it. Pictures are read when they are asked for. Throws a ModelFault.
 */
export async function openMemory(root: string, decodePicture: DecodePicture): Promise<PictureMemory> {
  const [index, addOns, names, nearest, vocabulary, backgrounds] = await Promise.all([
    readJson(root, "memory/index.json", indexSchema),
    openAddOns(root),
    openNames(root),
    readJson(root, "memory/nearest.json", nearestSchema, {}),
    readJson(root, "vocabulary.json", vocabularySchema),
    openBackgrounds(root, decodePicture),
  ]);
  const all = [...index.concepts, ...addOns.concepts];
  const concepts = new Map(all.map((concept) => [concept.id, concept]));
  const fileOf = new Map([index, addOns].flatMap(({ styles, files }) => styles.map((style, i) => [style, files[i]!])));
  const english = { ...names.english, ...addOns.names };
  const cache = new Map<string, Promise<RawPicture>>();
  const known = new Set(
    [...Object.values(vocabulary.concepts), ...Object.values(vocabulary.styles), vocabulary.words]
      .flat()
      .flatMap(wordsOf),
  );
  let plain: Lexicon | undefined;

  async function read(concept: string, style: string): Promise<RawPicture> {
    const place = concepts.get(concept)?.pictures[style];
    const file = fileOf.get(style);
    if (!place || file === undefined) throw new Error(`${root}: there is no ${concept} in style ${style}`);
    return decodePicture(await readPart(join(root, file), ...place));
  }

  return {
    styles: index.styles,
    vocabulary,
    backgrounds,
    phrases: [
      ...Object.values(vocabulary.styles).flat(),
      ...vocabulary.words.filter((phrase) => phrase.includes(" ") && !isGrammarWord(phrase)),
    ],
    knows: (word) => known.has(word),
    stylesOf: (concept) => [...fileOf.keys()].filter((style) => concepts.get(concept)?.pictures[style] !== undefined),
    boxOf: (concept, style) => concepts.get(concept)?.bbox?.[style] ?? WHOLE,
    picture(concept, style) {
      const key = `${style}/${concept}`;
      const found = cache.get(key) ?? read(concept, style);
      // What was used last goes last.
      cache.delete(key);
      cache.set(key, found);
      if (cache.size > KEPT_PICTURES) cache.delete(cache.keys().next().value!);
      return found;
    },
    async understand(prompt, taught) {
      const isEnglish = (word: string) =>
        known.has(word) || isGrammarWord(word) || FILLER.has(word) || singularsOf(word).some((form) => form in english);
      const data = {
        concepts: all,
        names: english,
        nearest,
        ...(taught.length > 0 ? { taught } : {}),
      };
      const words = wordsOf(prompt).filter((word) => !taught.includes(word));
      const locale =
        languageOf(prompt, isEnglish) ?? (words.some(isEnglish) ? undefined : await names.localeOf(words.join(" ")));
      if (locale === undefined) {
        return { prompt, lexicon: taught.length > 0 ? createLexicon(data) : (plain ??= createLexicon(data)) };
      }
      const foreignNames = await names.of(locale);
      return { prompt: translate(prompt, locale, foreignNames), lexicon: createLexicon({ ...data, foreignNames }) };
    },
  };
}

async function readJson<T>(root: string, name: string, schema: z.ZodType<T>, missing?: T): Promise<T> {
  const value = missing === undefined ? await readNeeded(root, name) : await readConfig(join(root, name), name);
  if (value === undefined) return missing!;
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new ModelFault(`${name}: ${issue?.path.join(".")}: ${issue?.message}`);
}

async function readNeeded(root: string, name: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(join(root, name), "utf8"));
  } catch (error) {
    throw new ModelFault(`${name} cannot be read (${reasonOf(error)})`, { cause: error });
  }
}
