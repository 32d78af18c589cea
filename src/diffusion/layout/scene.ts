import type { ColourWord, RelationWord, SizeWord } from "../../core/scene-words.ts";

/** Something to draw, as the prompt says it. */
export interface SceneThing {
  /** Id of a concept of the memory, or of one that was taught. */
  readonly concept: string;
  /** A second concept that it is blended with. */
  readonly blend?: string;
  readonly count: number;
  readonly size?: SizeWord;
  readonly colour?: ColourWord;
}

/** How one thing stands to another (or to two, for between); indices of `things`. */
export interface SceneRelation {
  readonly kind: RelationWord;
  readonly of: number;
  readonly to: number;
  readonly and?: number;
}

/** What a prompt asks for, before anything has a place. */
export interface Scene {
  readonly things: readonly SceneThing[];
  readonly relations: readonly SceneRelation[];
  /** Everything side by side. */
  readonly row: boolean;
  /** The background has a ground to stand on. */
  readonly grounded: boolean;
  /** The prompt for the text encoder: nouns by the concepts' own names. */
  readonly words: string;
  /** The prompt without the nouns of its things. */
  readonly rest: string;
  /** Sentences for the person: what was drawn instead of something, or left out. */
  readonly notes: readonly string[];
}

/** No more things than this are laid out. */
export const MAX_THINGS = 5;
