import { UserError } from "./errors.ts";
import type { RawPicture } from "./generator.ts";
import type { BlobRef, PictureRef } from "./image-request.ts";
import type { Vocabulary } from "./model.ts";
import type { Place } from "./platform.ts";
import { excerpt, wordsOf } from "./plain-text.ts";
import { isGrammarWord } from "./scene-words.ts";
import { singularsOf } from "./vocabulary.ts";

/** A concept that a community taught, as a request carries it: a restart draws the same pixels. */
export interface TaughtRef {
  readonly name: string;
  /** Cut out, with transparency. */
  readonly picture: BlobRef;
}

/** The same with its pixels, as the device gets it. */
export interface TaughtPicture {
  readonly name: string;
  readonly picture: RawPicture;
}

/** What a community taught. */
export interface TaughtConcepts {
  list(place: Place): Promise<readonly TaughtRef[]>;
  /**
   * Cuts the thing out of a picture that was taken in and keeps it under a name that is checked (see readTaughtName); an older one of that
   * name is replaced. Rejects with UserError teach-picture, teach-full, model-cannot.
   */
  teach(place: Place, name: string, picture: PictureRef): Promise<TaughtRef>;
  /** False when there was none of that name. */
  remove(place: Place, name: string): Promise<boolean>;
  /** Whether members may teach, too. */
  isOpen(place: Place): Promise<boolean>;
  setOpen(place: Place, open: boolean): Promise<void>;
}

/** Of one community. */
export const MAX_TAUGHT = 50;
export const MAX_TAUGHT_NAME_CHARS = 32;
const MAX_TAUGHT_NAME_WORDS = 3;
/** A request names no more things than are drawn. */
const MAX_TAUGHT_IN_PROMPT = 5;

/**
 * A name as it is kept: without the colons of an emoji, white space single. Throws UserError teach-name for one that cannot be told from other
 * words: of the grammar, of the model's vocabulary, or none at all.
 */
export function readTaughtName(text: string, vocabulary: Vocabulary | undefined): string {
  const name = text.trim().replaceAll(/^:|:$/g, "").replaceAll(/\s+/g, " ");
  const key = keyOf(name);
  const fault = (reason: string): UserError => new UserError("teach-name", { name: excerpt(name), reason });
  if (!/^[\p{L}\p{N}][\p{L}\p{M}\p{N} _'’-]*$/u.test(name) || /^\d*$/.test(name.replaceAll(" ", ""))) {
    throw fault("use letters, digits, dashes and underscores, with a letter among them");
  }
  if (name.length < 2 || name.length > MAX_TAUGHT_NAME_CHARS || key.split(" ").length > MAX_TAUGHT_NAME_WORDS) {
    throw fault(`it must have 2 to ${MAX_TAUGHT_NAME_CHARS} characters and at most ${MAX_TAUGHT_NAME_WORDS} words`);
  }
  if (isGrammarWord(key)) throw fault("it is a word that says where, how many, how big or what colour things are");
  if (vocabulary && isKnown(key, vocabulary)) throw fault(`the model knows it already; try “our ${name}”`);
  return name;
}

function isKnown(key: string, { concepts, styles, words }: Vocabulary): boolean {
  const phrases = [Object.keys(concepts), ...Object.values(concepts), ...Object.values(styles), words]
    .flat()
    .map(keyOf);
  return formsOf(key).some((form) => phrases.includes(form));
}

/** Those of the concepts that a prompt names, in whatever spelling: “:our-mascot:”, “Our Mascots”. */
export function taughtIn(prompt: string, taught: readonly TaughtRef[]): TaughtRef[] {
  const words = wordsOf(prompt);
  const named = taught.filter(({ name }) => {
    const key = keyOf(name);
    const length = key.split(" ").length;
    return words.some((_, i) => formsOf(words.slice(i, i + length).join(" ")).includes(key));
  });
  return named.slice(0, MAX_TAUGHT_IN_PROMPT);
}

const keyOf = (text: string): string => wordsOf(text).join(" ");

/** The forms that the last word may be the plural of, itself first. */
function formsOf(key: string): string[] {
  const words = key.split(" ");
  return singularsOf(words.at(-1)!).map((last) => [...words.slice(0, -1), last].join(" "));
}
