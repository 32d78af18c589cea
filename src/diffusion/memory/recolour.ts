import type { ColourWord } from "../../core/scene-words.ts";
import { elements, type Tensor } from "../../numerics/tensor.ts";

/** What the colour words mean, 0 to 255. */
export const COLOUR_VALUES: Readonly<Record<ColourWord, readonly [number, number, number]>> = {
  red: [225, 45, 50],
  orange: [245, 140, 40],
  yellow: [250, 210, 50],
  green: [70, 170, 80],
  blue: [60, 120, 225],
  purple: [140, 85, 200],
  pink: [245, 130, 175],
  brown: [140, 95, 65],
  black: [45, 45, 50],
  white: [245, 245, 245],
  gray: [140, 145, 150],
  teal: [40, 170, 170],
};

const BINS = 24;
/** Below this share of coloured pixels the greys are the main colour. */
const GREY_SHARE = 0.25;

/**
 * Gives a picture [4, H, W] (straight colours and alpha, 0 to 1) another main colour; what has other colours stays. The same formula as
 * training/scenes/recolour.py: the main hue is the fullest of 24 bins, weighted by chroma and smoothed over its neighbours; what is near it
 * gets the target's colour at its own brightness.
 */
export function recolour(picture: Tensor, colour: ColourWord): Tensor {
  const cells = elements(picture.dims) / 4;
  const { data } = picture;
  const target = COLOUR_VALUES[colour].map((value) => value / 255);
  const hue = new Float32Array(cells);
  const coloured = new Float32Array(cells);
  const bins = new Float64Array(BINS);
  let colouredSum = 0;
  let alphaSum = 0;
  for (let i = 0; i < cells; i++) {
    const [red, green, blue, alpha] = [data[i]!, data[cells + i]!, data[2 * cells + i]!, data[3 * cells + i]!];
    const high = Math.max(red, green, blue);
    const chroma = high - Math.min(red, green, blue);
    hue[i] = hueOf(red, green, blue, high, Math.max(chroma, 1e-4));
    coloured[i] = smoothStep(chroma, 0.08, 0.2);
    const bin = Math.min(BINS - 1, Math.trunc(hue[i]! * BINS));
    bins[bin] = bins[bin]! + coloured[i]! * alpha * chroma;
    colouredSum += coloured[i]! * alpha;
    alphaSum += alpha;
  }
  const isGrey = colouredSum < GREY_SHARE * alphaSum;
  const main = (fullest(bins) + 0.5) / BINS;
  const mask = hue.map((value, i) => {
    if (isGrey) return (1 - coloured[i]!) * smoothStep(highest(data, i, cells), 0.1, 0.25);
    const away = Math.abs(value - main);
    return coloured[i]! * (1 - smoothStep(Math.min(away, 1 - away), 0.11, 0.19));
  });

  let lightSum = 0;
  let seenSum = 0;
  for (let i = 0; i < cells; i++) {
    const seen = mask[i]! * data[3 * cells + i]!;
    lightSum += lightOf(data, i, cells) * seen;
    seenSum += seen;
  }
  const usual = Math.max(0.05, lightSum / Math.max(1e-4, seenSum));
  const result = data.slice();
  for (let i = 0; i < cells; i++) {
    const shade = Math.min(1.9, lightOf(data, i, cells) / usual);
    for (let c = 0; c < 3; c++) {
      const tone = target[c]!;
      const tinted = shade < 1 ? tone * shade : tone + (1 - tone) * (shade - 1) * 0.8;
      const old = data[c * cells + i]!;
      result[c * cells + i] = old + (Math.min(1, tinted) - old) * mask[i]!;
    }
  }
  return { data: result, dims: picture.dims };
}

/** 0 to 1 around the colour circle, red at 0. */
function hueOf(red: number, green: number, blue: number, high: number, chroma: number): number {
  if (high === red) return ((((green - blue) / chroma) % 6) + (green < blue ? 6 : 0)) / 6;
  return (high === green ? (blue - red) / chroma + 2 : (red - green) / chroma + 4) / 6;
}

/** The index of the fullest bin, each with half of both neighbours. */
function fullest(bins: Float64Array): number {
  const smooth = bins.map((bin, i) => bins.at(i - 1)! + 2 * bin + bins[(i + 1) % BINS]!);
  return smooth.indexOf(Math.max(...smooth));
}

function highest(data: Float32Array, i: number, cells: number): number {
  return Math.max(data[i]!, data[cells + i]!, data[2 * cells + i]!);
}

/** Rec. 601 luma. */
function lightOf(data: Float32Array, i: number, cells: number): number {
  return 0.299 * data[i]! + 0.587 * data[cells + i]! + 0.114 * data[2 * cells + i]!;
}

function smoothStep(x: number, low: number, high: number): number {
  const t = Math.min(1, Math.max(0, (x - low) / (high - low)));
  return t * t * (3 - 2 * t);
}
