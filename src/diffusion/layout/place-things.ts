import type { SizeWord } from "../../core/scene-words.ts";
import { arrange, type Attachment, type Stack } from "./arrange.ts";
import type { Scene } from "./scene.ts";

/** Where one picture lies: centre in -1 to 1 (right, down), side of its square as a share of the picture's side, radians. */
export interface Placement {
  /** Index of the scene's things. */
  readonly thing: number;
  readonly x: number;
  readonly y: number;
  readonly scale: number;
  readonly angle: number;
  readonly mirrored: boolean;
}

/** What is visible of a picture: left, top, right, bottom as shares of its side. */
export type Box = readonly [x0: number, y0: number, x1: number, y1: number];

/** Sides of a lone thing by its size word; among others the words only make it smaller or bigger. */
const LONE_SCALES: Readonly<Record<SizeWord | "usual", number>> = {
  tiny: 0.26,
  small: 0.44,
  usual: 0.83,
  big: 0.92,
  huge: 1.08,
};
const SIZE_FACTORS: Readonly<Record<SizeWord, number>> = { tiny: 0.5, small: 0.7, big: 1.12, huge: 1.3 };

/** Side of things side by side: a little more than their share, since few pictures reach their edges. */
const ROW_SCALES: readonly number[] = [0.8, 0.5, 0.35, 0.27, 0.22];
/** Lower and upper things of a stack. */
const LOWER = 0.55;
const UPPER = 0.42;
/** Things above each other that do not touch. */
const APART = 0.46;
/** How deep, in -1 to 1, a thing sinks into what it stands on, and how far it keeps away from what it does not touch. */
const SINK = 0.06;
const GAP = 0.08;
/** Height, in -1 to 1, that a whole may have when it is moved into the picture. */
const ROOM = 1.9;
/** How far a thing strays from its place: in -1 to 1, as a share of its side, in radians. What stands on something does not lean. */
const STRAYS = { move: 0.06, grow: 0.12, turn: 0.12 };
const STANDING = { move: 0.03, grow: 0.04, turn: 0.02 };

/**
 * Places for all things of a scene, in the order in which they are painted (back to front). `random` is uniform in [0, 1); every thing takes
 * the same number of draws, whatever it is. `boxOf` says what is visible of a thing's picture.
 */
export function placeThings(scene: Scene, boxOf: (thing: number) => Box, random: () => number): Placement[] {
  const { stacks, attachments } = arrange(scene);
  const count = stacks.length;
  const isLone = count === 1 && stacks[0]!.rows.length === 1 && stacks[0]!.rows[0]!.length === 1;
  const triangle = random() < 0.5 && !scene.row && scene.things.length === 1;
  const placed = isLone
    ? [loneThing(stacks[0]!.rows[0]![0]!, scene, boxOf, random)]
    : stacks.flatMap((stack, k) => placeStack(stack, cellOf(k, count, triangle, scene.row), scene, boxOf, random));
  const whole = attach(fitInto(placed), attachments, scene, boxOf, random);
  return attachments.length === 0 ? whole : fitVisible(whole, boxOf);
}

/** The room of a stack: centre, and the side a thing in it has. */
interface Cell {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

/** One row for up to three (of one kind also a triangle), two rows beyond, unless a row is asked for. */
function cellOf(k: number, count: number, triangle: boolean, row: boolean): Cell {
  if (count === 3 && triangle)
    return k === 0 ? { x: 0, y: -0.46, scale: 0.46 } : { x: k === 1 ? -0.48 : 0.48, y: 0.44, scale: 0.46 };
  if (row || count <= 3) return { x: across(k, count), y: 0, scale: ROW_SCALES[count - 1]! };
  const above = Math.ceil(count / 2);
  const [index, ofRow] = k < above ? [k, above] : [k - above, count - above];
  const x = ofRow === above ? across(index, ofRow) : 0.7 * across(index, ofRow);
  return { x, y: (k < above ? -1 : 1) * (above === 2 ? 0.46 : 0.4), scale: above === 2 ? 0.45 : 0.35 };
}

const across = (index: number, count: number): number => 0.96 * (-1 + (2 * index + 1) / count);

/** In the middle, small things anywhere; on the ground of a scene that has one, mostly. */
function loneThing(thing: number, scene: Scene, boxOf: (thing: number) => Box, random: () => number): Placement {
  const { size } = scene.things[thing]!;
  const scale = LONE_SCALES[size ?? "usual"] * (1 + (size ? 0.03 : 0.12) * spread(random));
  const isSmall = scale < 0.5;
  const [x, y] = [(isSmall ? 0.35 : 0.09) * spread(random), (isSmall ? 0.33 : 0.09) * spread(random)];
  const floor = 0.86 - scale * (2 * boxOf(thing)[3] - 1);
  const stands = random() < 0.7 && scene.grounded && !isSmall;
  return {
    thing,
    x,
    y: stands ? Math.min(0.25, floor) : y,
    scale,
    angle: (stands ? 0.3 : 1) * STRAYS.turn * spread(random),
    mirrored: random() < 0.5,
  };
}

function placeStack(
  { rows, kinds }: Stack,
  cell: Cell,
  scene: Scene,
  boxOf: (thing: number) => Box,
  random: () => number,
): Placement[] {
  const isPile = rows.length > 1;
  const strays = isPile ? STANDING : STRAYS;
  const placed: Placement[][] = rows.map((things, level) => {
    const usual = kinds[0] === "above" ? APART : level === 0 ? LOWER : UPPER;
    const room = isPile ? Math.min(usual, cell.scale * (level === 0 ? 1.1 : 0.85)) : cell.scale;
    const share = things.length === 1 ? room : Math.min(room, (LOWER * 1.1) / things.length);
    const move = strays.move * Math.min(1, share / ROW_SCALES[2]!);
    return things.map((thing, i) => ({
      thing,
      x: cell.x + 1.8 * share * (i - (things.length - 1) / 2) + move * spread(random),
      y: cell.y + move * (isPile ? 0 : 1) * spread(random),
      scale: share * (1 + strays.grow * spread(random)) * sizeFactor(scene, thing),
      angle: strays.turn * spread(random),
      mirrored: random() < 0.5,
    }));
  });
  return isPile ? pileUp(placed, kinds, boxOf) : placed.flat();
}

/** Puts every row on the one below it: on its visible top, or with a gap; then the whole stack into the middle. */
function pileUp(rows: readonly Placement[][], kinds: Stack["kinds"], boxOf: (thing: number) => Box): Placement[] {
  const piled: Placement[][] = [];
  for (const [level, row] of rows.entries()) {
    const below = piled[level - 1];
    const touches = kinds[level - 1] === "on";
    piled.push(
      row.map((placement) => {
        if (!below) return placement;
        const floor = Math.min(...below.map((other) => edges(other, boxOf).top));
        const bottom = floor + (touches ? SINK : -GAP);
        return { ...placement, y: placement.y + bottom - edges(placement, boxOf).bottom };
      }),
    );
  }
  const all = piled.flat();
  const top = Math.min(...all.map((placement) => edges(placement, boxOf).top));
  const bottom = Math.max(...all.map((placement) => edges(placement, boxOf).bottom));
  const middle = rows[0]![0]!.y;
  // What stands lower hides what stands on it least when it is painted first.
  return all.map((placement) => ({ ...placement, y: placement.y + middle - (top + bottom) / 2 }));
}

/** Makes a whole that is too tall smaller around the middle. */
function fitInto(placements: readonly Placement[]): Placement[] {
  const reach = Math.max(...placements.map(({ y, scale }) => Math.abs(y) + 0.9 * scale));
  const isLone = placements.length === 1;
  if (reach <= 1 || isLone) return [...placements];
  return placements.map((placement) => ({ ...placement, y: placement.y / reach, scale: placement.scale / reach }));
}

/** Moves and shrinks a whole whose visible part leaves the picture at the top or the bottom (somebody with a hat). */
function fitVisible(placements: readonly Placement[], boxOf: (thing: number) => Box): Placement[] {
  const top = Math.min(...placements.map((placement) => edges(placement, boxOf).top));
  const bottom = Math.max(...placements.map((placement) => edges(placement, boxOf).bottom));
  if (top >= -1 && bottom <= 1) return [...placements];
  const factor = Math.min(1, ROOM / (bottom - top));
  const middle = (top + bottom) / 2;
  return placements.map((placement) => ({
    ...placement,
    x: placement.x * factor,
    y: (placement.y - middle) * factor,
    scale: placement.scale * factor,
  }));
}

/** Things inside, behind and on the head of others. */
function attach(
  placements: readonly Placement[],
  attachments: readonly Attachment[],
  scene: Scene,
  boxOf: (thing: number) => Box,
  random: () => number,
): Placement[] {
  const placed = [...placements];
  for (const { kind, thing, to } of attachments) {
    const place = placed.findIndex((placement) => placement.thing === to);
    const host = placed[place];
    if (!host) continue;
    const { top } = edges(host, boxOf);
    const [x0, , x1] = boxOf(to);
    const side = random() < 0.5 ? -1 : 1;
    const base = { thing, x: host.x, angle: host.angle, mirrored: random() < 0.5 };
    const factor = sizeFactor(scene, thing);
    if (kind === "wears") {
      const scale = 0.5 * host.scale * (x1 - x0) * factor;
      const worn: Placement = { ...base, scale, y: 0 };
      placed.push({ ...worn, y: top + 0.35 * scale - edges(worn, boxOf).bottom });
    } else if (kind === "in") placed.push({ ...base, y: host.y, scale: 0.5 * host.scale * factor });
    else {
      const scale = host.scale * factor;
      placed.splice(place, 0, { ...base, x: host.x + 0.45 * side * scale, y: host.y - 0.4 * scale, scale });
    }
  }
  return placed;
}

/** The visible top and bottom in -1 to 1; the small angles of what stands are passed over. */
function edges({ thing, y, scale }: Placement, boxOf: (thing: number) => Box): { top: number; bottom: number } {
  const [, y0, , y1] = boxOf(thing);
  return { top: y + scale * (2 * y0 - 1), bottom: y + scale * (2 * y1 - 1) };
}

function sizeFactor(scene: Scene, thing: number): number {
  const { size } = scene.things[thing]!;
  return size === undefined ? 1 : SIZE_FACTORS[size];
}

/** Uniform in [-1, 1). */
function spread(random: () => number): number {
  return 2 * random() - 1;
}
