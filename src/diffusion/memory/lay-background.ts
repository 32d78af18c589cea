import { COLOURS, type ColourWord } from "../../core/scene-words.ts";
import { wordsOf } from "../../core/plain-text.ts";
import type { Tensor } from "../../numerics/tensor.ts";
import type { RawPicture } from "../../core/generator.ts";
import { cutOut, resizePicture } from "../pictures.ts";
import type { Backgrounds } from "./open-backgrounds.ts";
import { COLOUR_VALUES } from "./recolour.ts";
import { toSprite } from "./sprite.ts";

/** Single words that name a scene as well as its phrases do, behind whatever preposition. */
const SCENE_WORDS: Readonly<Record<string, readonly string[]>> = {
  snow: ["snow", "snowy", "winter", "ice"],
  beach: ["beach", "seaside", "shore", "coast", "sand"],
  underwater: ["underwater", "undersea", "ocean", "sea"],
  space: ["space", "universe", "galaxy", "cosmos"],
  "night sky": ["night", "midnight", "stars", "starry", "moonlight", "starlight"],
  sunset: ["sunset", "dusk", "evening", "twilight"],
  sunrise: ["sunrise", "dawn", "morning"],
  forest: ["forest", "woods", "jungle"],
  meadow: ["meadow", "grass", "field", "lawn", "garden", "park", "spring", "hill", "hills", "summer"],
  desert: ["desert", "dune", "dunes"],
  mountains: ["mountains", "mountain", "alps"],
  city: ["city", "town", "street", "skyline", "road"],
  autumn: ["autumn", "fall"],
  clouds: ["sky", "clouds"],
  room: ["room", "indoors", "kitchen", "home", "house"],
  table: ["table", "desk"],
  lake: ["lake", "river", "pond"],
  rain: ["rain", "rainy", "storm", "stormy"],
  volcano: ["lava", "volcano"],
  confetti: ["confetti", "party"],
  rainbow: ["rainbow"],
  stripes: ["stripes", "striped"],
  dots: ["dots", "dotted"],
  checkers: ["checkered", "checkers"],
};

/** Phrases that mean another scene than their last word: who is by the sea is not under water. */
const SCENE_PHRASES: Readonly<Record<string, readonly string[]>> = {
  beach: ["by", "at", "on", "near", "beside", "along", "next to", "above", "over"].flatMap((where) => [
    `${where} the sea`,
    `${where} the ocean`,
  ]),
  lake: ["on the water"],
};

const TRANSPARENT = /\b(transparent|sticker|no background|without background)\b/i;
const WHITE = /\b(white|plain) background\b/i;
const GRADIENT = /\bgradient\b/i;
const COLOURED = new RegExp(
  `\\b(?:on (?:an? )?)?(${Object.values(COLOURS).flat().join("|")}) background\\b|\\bon (${Object.values(COLOURS).flat().join("|")})\\s*(?:,|$)`,
  "i",
);

/** How many parts of the unit interval the choice among a scene's pictures leaves for how near they are seen; and how near at most. */
const PARTS = 64;
const NEAREST = 1.25;
/** The share of the height about which a scene comes nearer: where most have their ground. */
const HORIZON = 0.68;

/** How far the end of a gradient is from its colour to white. */
const LIGHT = { from: 0.3, to: 0.65 };
/** Mean difference, of 255, that two ends need to be seen as a gradient (training/scenes/backgrounds.py has the same). */
const CLEAR = 38;

export interface BackgroundWish {
  /** The prompt without the nouns of its things. */
  readonly rest: string;
  readonly heightPx: number;
  readonly widthPx: number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

export interface LaidBackground {
  /** Opaque [4, H, W] in 0 to 1: a colour, a gradient, one of a scene's pictures; "transparent" for stickers. */
  readonly ground: Tensor | "transparent";
  /** Whether the prompt names it; else it is a light gradient drawn from the seed. */
  readonly isNamed: boolean;
}

/** The background that a prompt names, or one for a prompt that names none. */
export async function layBackground(wish: BackgroundWish, backgrounds: Backgrounds): Promise<LaidBackground> {
  const { rest, random } = wish;
  const [first, second] = [random(), random()];
  const named = (ground: LaidBackground["ground"]): LaidBackground => ({ ground, isNamed: true });
  if (TRANSPARENT.test(rest)) return named("transparent");
  if (WHITE.test(rest)) return named(plain([255, 255, 255], wish));
  const colour = COLOURED.exec(rest);
  const word = colour?.[1] ?? colour?.[2];
  if (word !== undefined) return named(plain(COLOUR_VALUES[colourOf(word)], wish));
  if (GRADIENT.test(rest)) return named(gradient(first, second, wish));
  const scene = sceneIn(rest, backgrounds);
  if (scene === undefined) return { ground: gradient(first, second, wish), isNamed: false };
  const picture = await backgrounds.picture(scene, first);
  return named(toSprite(partOf(picture, (first * PARTS) % 1, second, wish)));
}

/** One of a scene's few pictures, as another one: nearer, from another side, mirrored. Where its ground is stays as it is. */
function partOf(picture: RawPicture, near: number, aside: number, { heightPx, widthPx }: BackgroundWish): RawPicture {
  const zoom = 1 + (NEAREST - 1) * near;
  const [width, height] = [Math.round(widthPx * zoom), Math.round(heightPx * zoom)];
  const whole = resizePicture(picture, width, height);
  const left = Math.floor(((2 * aside) % 1) * (width - widthPx + 1));
  const part = cutOut(whole, left, Math.round(HORIZON * (height - heightPx)), widthPx, heightPx);
  return aside < 0.5 ? mirrored(part) : part;
}

function mirrored({ widthPx, heightPx, channels, data }: RawPicture): RawPicture {
  const turned = new Uint8Array(data.length);
  for (let i = 0; i < widthPx * heightPx; i++) {
    const from = i - (i % widthPx) + widthPx - 1 - (i % widthPx);
    for (let c = 0; c < channels; c++) turned[channels * i + c] = data[channels * from + c]!;
  }
  return { widthPx, heightPx, channels, data: turned };
}

/** The scene whose phrase is the longest of those that a text has, its own phrases first; else the one whose word comes last. */
function sceneIn(text: string, { scenes }: Backgrounds): string | undefined {
  const words = wordsOf(text);
  const line = ` ${words.join(" ")} `;
  const longest = (phrasesOf: (scene: Backgrounds["scenes"][number]) => readonly string[]): string | undefined =>
    scenes
      .flatMap((scene) => phrasesOf(scene).map((phrase) => ({ name: scene.name, phrase: wordsOf(phrase).join(" ") })))
      .filter(({ phrase }) => line.includes(` ${phrase} `))
      .sort((a, b) => b.phrase.length - a.phrase.length)[0]?.name;
  const byPhrase =
    longest(({ name, phrases }) => [name, ...phrases]) ?? longest(({ name }) => SCENE_PHRASES[name] ?? []);
  if (byPhrase !== undefined) return byPhrase;
  const known = new Set(scenes.map(({ name }) => name));
  const found = words.flatMap((word) =>
    Object.entries(SCENE_WORDS).flatMap(([name, own]) => (own.includes(word) && known.has(name) ? [name] : [])),
  );
  return found.at(-1);
}

function colourOf(word: string): ColourWord {
  const entries = Object.entries<readonly string[]>(COLOURS);
  return entries.find(([, words]) => words.includes(word.toLowerCase()))![0] as ColourWord;
}

type Rgb = readonly [number, number, number];

function plain(colour: Rgb, { heightPx, widthPx }: BackgroundWish): Tensor {
  return paint(heightPx, widthPx, () => colour);
}

/** From one light colour at the top to another at the bottom. */
function gradient(first: number, second: number, { heightPx, widthPx }: BackgroundWish): Tensor {
  const colours: readonly Rgb[] = Object.values(COLOUR_VALUES);
  const lighter = (by: number) => (colour: Rgb) => colour.map((value) => value + (255 - value) * by) as unknown as Rgb;
  const start = Math.floor(second * colours.length);
  const top = lighter(LIGHT.from)(colours[Math.floor(first * colours.length)]!);
  const ends = [...colours.slice(start), ...colours.slice(0, start)].map(lighter(LIGHT.to));
  const bottom = ends.find((end) => difference(top, end) >= CLEAR)!;
  return paint(
    heightPx,
    widthPx,
    (down) => [0, 1, 2].map((c) => top[c]! + (bottom[c]! - top[c]!) * down) as unknown as Rgb,
  );
}

function difference(one: Rgb, other: Rgb): number {
  return one.reduce((sum, value, c) => sum + Math.abs(value - other[c]!), 0) / one.length;
}

/** Opaque rows of one colour each; `down` is the share of the height. */
function paint(heightPx: number, widthPx: number, colourAt: (down: number) => Rgb): Tensor {
  const cells = heightPx * widthPx;
  const data = new Float32Array(4 * cells).fill(1);
  for (let y = 0; y < heightPx; y++) {
    const colour = colourAt((y + 0.5) / heightPx);
    for (const [c, value] of colour.entries())
      data.fill(value / 255, c * cells + y * widthPx, c * cells + (y + 1) * widthPx);
  }
  return { data, dims: [4, heightPx, widthPx] };
}
