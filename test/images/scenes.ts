import type { RawPicture } from "../../src/core/generator.ts";
import { seededRandom } from "../support/seeded-random.ts";
import { draw, noisy, plain } from "./pictures.ts";

type Colour = [number, number, number];

/** Random numbers in [0, 1). */
function unit(seed: number): () => number {
  const random = seededRandom(seed);
  return () => random(2 ** 30) / 2 ** 30;
}

function anyColour(next: () => number, low = 0, high = 255): Colour {
  const channel = (): number => low + next() * (high - low);
  return [channel(), channel(), channel()];
}

/** What the built-in model draws: a few soft-edged round shapes on a plain or shaded ground; `transparent` cuts the ground out. */
export function sticker(seed: number, sidePx = 128, options: { readonly transparent?: boolean } = {}): RawPicture {
  const next = unit(seed);
  const ground = anyColour(next, next() < 0.4 ? 225 : 20, 255);
  const shade = (next() - 0.5) * 60;
  const shapes = Array.from({ length: 2 + Math.floor(next() * 5) }, () => ({
    colour: anyColour(next),
    x: 0.3 + next() * 0.4,
    y: 0.3 + next() * 0.4,
    width: 0.05 + next() * 0.25,
    height: 0.05 + next() * 0.25,
    soft: 0.01 + next() * 0.05,
  }));
  return draw(sidePx, sidePx, (x, y) => {
    let colour = ground.map((value) => value + (shade * y) / sidePx) as Colour;
    let cover = 0;
    for (const shape of shapes) {
      const distance = Math.hypot((x / sidePx - shape.x) / shape.width, (y / sidePx - shape.y) / shape.height);
      const inside = Math.max(0, Math.min(1, (1 - distance) / (shape.soft / shape.width) + 0.5));
      if (inside === 0) continue;
      colour = colour.map((value, i) => value + (shape.colour[i]! - value) * inside) as Colour;
      cover = Math.max(cover, inside);
    }
    const pixel = colour.map((value) => Math.max(0, Math.min(255, Math.round(value)))) as Colour;
    return options.transparent ? [...pixel, Math.round(255 * cover)] : pixel;
  });
}

/** Like a photograph: waves of all lengths, the longer the stronger. */
export function photo(seed: number, widthPx = 320, heightPx = 240): RawPicture {
  const next = unit(seed);
  const light = new Float32Array(widthPx * heightPx).fill(128);
  for (let i = 0; i < 40; i++) {
    const frequency = 1.12 ** i;
    const angle = next() * 2 * Math.PI;
    const [across, down] = [Math.cos(angle) * frequency, Math.sin(angle) * frequency];
    const phase = next() * 2 * Math.PI;
    const height = 60 / frequency ** 0.8;
    // sin(a + b) from the sines and cosines of its parts: two products for each pixel.
    const columns = Array.from({ length: widthPx }, (_, x) => (2 * Math.PI * across * x) / widthPx);
    const [sines, cosines] = [columns.map(Math.sin), columns.map(Math.cos)];
    for (let y = 0; y < heightPx; y++) {
      const row = (2 * Math.PI * down * y) / heightPx + phase;
      const [sine, cosine] = [height * Math.sin(row), height * Math.cos(row)];
      for (let x = 0; x < widthPx; x++) light[y * widthPx + x]! += sines[x]! * cosine + cosines[x]! * sine;
    }
  }
  const tint = anyColour(next, -25, 25);
  return draw(
    widthPx,
    heightPx,
    (x, y) => tint.map((value) => Math.max(0, Math.min(255, Math.round(light[y * widthPx + x]! + value)))) as Colour,
  );
}

/** Like a page or a window: hard-edged bars in rows. */
export function page(seed: number, widthPx = 256, heightPx = 192): RawPicture {
  const next = unit(seed);
  const paper = anyColour(next, 200, 255).map(Math.round) as Colour;
  const ink = anyColour(next, 0, 90).map(Math.round) as Colour;
  const rowPx = 4 + Math.floor(next() * 12);
  const bars = Array.from({ length: 400 }, () => next() < 0.55);
  const barPx = 2 + Math.floor(next() * 9);
  return draw(widthPx, heightPx, (x, y) => {
    const row = Math.floor(y / rowPx);
    return y % rowPx < rowPx / 2 && bars[(row * 31 + Math.floor(x / barPx)) % bars.length]! ? ink : paper;
  });
}

/** One of many kinds of unmarked pictures; sizes and shapes differ. */
export function anyScene(seed: number): RawPicture {
  const next = unit(seed * 7919 + 1);
  const sidePx = 64 + Math.floor(next() * 128);
  switch (seed % 8) {
    case 0:
    case 1:
      return sticker(seed);
    case 2:
      return sticker(seed, 128, { transparent: true });
    case 3:
      return photo(seed, sidePx + 40, sidePx);
    case 4:
      return page(seed, sidePx, sidePx + 30);
    case 5:
      return noisy(sidePx, 64 + (seed % 97));
    case 6: {
      const [from, to] = [anyColour(next), anyColour(next)];
      return draw(
        sidePx,
        sidePx,
        (x, y) => from.map((value, i) => Math.round(value + ((to[i]! - value) * (x + y)) / (2 * sidePx))) as Colour,
      );
    }
    default:
      return seed % 16 === 7
        ? plain(sidePx, sidePx, ...(anyColour(next).map(Math.round) as Colour))
        : photo(seed, 128, 128);
  }
}
