import type { RawPicture } from "../../core/generator.ts";
import type { TaughtPicture } from "../../core/taught.ts";
import { namedStyle, styleForSeed } from "../../core/picture-styles.ts";
import { isGrammarWord } from "../../core/scene-words.ts";
import { reviewPrompt } from "../../core/vocabulary.ts";
import type { RandomSource } from "../../numerics/random-source.ts";
import type { Tensor } from "../../numerics/tensor.ts";
import { placeThings, type Box, type Placement } from "../layout/place-things.ts";
import { readScene } from "../layout/read-scene.ts";
import type { Scene } from "../layout/scene.ts";
import { blendPictures } from "./blend-pictures.ts";
import { composeCanvas, type Layer } from "./compose-canvas.ts";
import { layBackground, type LaidBackground } from "./lay-background.ts";
import type { PictureMemory } from "./open-memory.ts";
import { recolour } from "./recolour.ts";
import { premultiplied, toSprite, visibleBox } from "./sprite.ts";

/** What is laid out for one picture. */
export interface LayoutWish {
  readonly prompt: string;
  readonly seed: number;
  /** Nobody named the style: it was drawn, and its phrase was added to the prompt. */
  readonly isStyleDrawn?: boolean;
  /** A variation moves the places towards those of another seed. */
  readonly variation?: { readonly seed: number; readonly strength: number };
}

export interface LayoutSetting {
  readonly memory: PictureMemory;
  readonly taught: readonly TaughtPicture[];
  readonly createRandom: (seed: number) => RandomSource;
  readonly heightPx: number;
  readonly widthPx: number;
  /** The part of the picture that is laid out: left, top, right, bottom in -1 to 1; default all of it. */
  readonly region?: Box;
}

const MAX_WORDS_SHOWN = 5;

/** The two canvases of one picture: what has the style that is drawn, and what comes from elsewhere. Premultiplied [4, H, W] in 0 to 1. */
export interface LaidOut {
  readonly wanted: Tensor | undefined;
  readonly other: Tensor | undefined;
  /** Absent where the memory has no backgrounds. */
  readonly background: LaidBackground | undefined;
  /** The prompt for the text encoder. */
  readonly words: string;
  readonly notes: readonly string[];
}

/** A picture for a thing, and the canvas it belongs to. */
interface Choice {
  readonly slot: "wanted" | "other";
  readonly picture: Tensor;
  readonly box: Box;
}

/** Reads the prompt, looks its things up in the style that it names or its seed draws, and lays them where the seed says. */
export async function layOut(wish: LayoutWish, setting: LayoutSetting): Promise<LaidOut> {
  const { memory, taught, createRandom } = setting;
  const { styles } = memory.vocabulary;
  const { prompt, lexicon } = await memory.understand(
    wish.prompt,
    taught.map(({ name }) => name),
  );
  const scene = readScene(prompt, {
    lexicon,
    phrases: memory.phrases,
    knows: (word) => memory.knows(word),
  });
  const { words: caption } = scene;
  const notes = [...scene.notes, ...unknownNotes(scene.rest, memory)];
  const named = namedStyle(wish.prompt, styles);
  const style = {
    name: named ?? styleForSeed(wish.seed, memory.vocabulary.usualStyles ?? memory.styles)!,
    isAsked: named !== undefined && wish.isStyleDrawn !== true,
  };
  const random = createRandom(wish.seed);
  const draw = () => random.rand(1)[0]!;
  const choices = await Promise.all(scene.things.map((_, i) => choose(scene, i, style, draw(), setting)));
  const boxOf = (thing: number): Box => choices[thing]!.box;
  const own = placeThings(scene, boxOf, draw);
  const placements = wish.variation ? moveTowards(own, scene, boxOf, wish.variation, createRandom) : own;

  const layers = (slot: Choice["slot"]): Layer[] =>
    placements
      .filter((at) => choices[at.thing]!.slot === slot)
      .map((at) => ({ picture: choices[at.thing]!.picture, at: intoRegion(at, setting.region) }));
  const compose = (slot: Choice["slot"]): Tensor | undefined => {
    const own = layers(slot);
    return own.length === 0 ? undefined : composeCanvas(own, setting.heightPx, setting.widthPx);
  };
  const [wanted, other] = [compose("wanted"), compose("other")];
  const wishes = { rest: scene.rest, heightPx: setting.heightPx, widthPx: setting.widthPx, random: draw };
  const background = memory.backgrounds && (await layBackground(wishes, memory.backgrounds));
  return { wanted, other, background, words: caption, notes };
}

/** What is neither a thing nor a word that the text encoder knows. */
function unknownNotes(rest: string, { vocabulary }: PictureMemory): string[] {
  const unknown = reviewPrompt(rest, vocabulary).unknown.filter((word) => !isGrammarWord(word));
  if (unknown.length === 0) return [];
  const words = unknown.slice(0, MAX_WORDS_SHOWN).map((word) => `“${word}”`);
  const more = unknown.length > words.length ? ` and ${unknown.length - words.length} more` : "";
  return [`The model does not know ${words.join(", ")}${more}.`];
}

/**
 * The picture of a thing in the wanted style, else in another, which is redrawn where somebody asked for the style and stays as it is where
 * nobody did; of a blend, both as one.
 */
async function choose(
  scene: Scene,
  index: number,
  style: { readonly name: string; readonly isAsked: boolean },
  drawn: number,
  { memory, taught }: LayoutSetting,
): Promise<Choice> {
  const { concept, blend, colour } = scene.things[index]!;

  async function look(id: string): Promise<{ slot: Choice["slot"]; picture: RawPicture; box: Box }> {
    const special = taught.find(({ name }) => name === id);
    // A community's own thing is drawn as it is, whatever the style: nobody wants to see their mascot changed.
    if (special) return { slot: "wanted", picture: special.picture, box: visibleBox(special.picture) };
    const all = memory.stylesOf(id);
    const used = all.includes(style.name) ? style.name : all[Math.floor(drawn * all.length)]!;
    const slot = used === style.name || !style.isAsked ? "wanted" : "other";
    return { slot, picture: await memory.picture(id, used), box: memory.boxOf(id, used) };
  }

  const found = await look(concept);
  const blended = blend === undefined ? undefined : blendPictures(found.picture, (await look(blend)).picture);
  const { slot, box } = blended ? { slot: "wanted" as const, box: visibleBox(blended) } : found;
  const sprite = toSprite(blended ?? found.picture);
  return { slot, picture: premultiplied(colour ? recolour(sprite, colour) : sprite), box };
}

/** Places between a picture's own and those of its variation's seed: both differ in nothing but numbers. */
function moveTowards(
  own: readonly Placement[],
  scene: Scene,
  boxOf: (thing: number) => Box,
  { seed, strength }: { readonly seed: number; readonly strength: number },
  createRandom: (seed: number) => RandomSource,
): Placement[] {
  const random = createRandom(seed);
  const others = placeThings(scene, boxOf, () => random.rand(1)[0]!);
  const mix = (from: number, to: number) => from + strength * (to - from);
  return own.map((placement, i) => {
    const other = others[i];
    if (!other || other.thing !== placement.thing) return placement;
    return {
      ...placement,
      x: mix(placement.x, other.x),
      y: mix(placement.y, other.y),
      scale: mix(placement.scale, other.scale),
      angle: mix(placement.angle, other.angle),
    };
  });
}

/** A place of the whole picture, in a part of it. */
function intoRegion(at: Placement, region: Box | undefined): Placement {
  if (!region) return at;
  const [x0, y0, x1, y1] = region;
  const [halfWidth, halfHeight] = [(x1 - x0) / 2, (y1 - y0) / 2];
  return {
    ...at,
    x: (x0 + x1) / 2 + at.x * halfWidth,
    y: (y0 + y1) / 2 + at.y * halfHeight,
    scale: at.scale * Math.min(halfWidth, halfHeight),
  };
}
