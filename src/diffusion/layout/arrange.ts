import type { Scene, SceneRelation } from "./scene.ts";

/** Rows of things (indices of the scene's things, once for each of a count) from the ground up. */
export interface Stack {
  readonly rows: readonly (readonly number[])[];
  /** How row n + 1 stands to row n: on it, or above it with a gap. */
  readonly kinds: readonly ("on" | "above")[];
}

/** A thing that has no room of its own: inside, behind or on the head of another. */
export interface Attachment {
  readonly kind: "in" | "behind" | "wears";
  readonly thing: number;
  readonly to: number;
}

export interface Arrangement {
  /** From left to right. */
  readonly stacks: readonly Stack[];
  readonly attachments: readonly Attachment[];
}

interface Building {
  rows: number[][];
  kinds: ("on" | "above")[];
}

/** Who stands where, without numbers: stacks from left to right in the order in which things are named, as the relations change it. */
export function arrange({ things, relations, row }: Scene): Arrangement {
  const stacks: Building[] = [];
  const attachments: Attachment[] = [];
  const relationTo = new Map(relations.map((relation) => [relation.to, relation]));
  const done = new Set<number>();

  const stackOf = (thing: number): number => stacks.findIndex(({ rows }) => rows.some((line) => line.includes(thing)));
  /** A stack for each of a count. */
  const each = (thing: number): Building[] =>
    Array.from({ length: things[thing]!.count }, () => ({ rows: [[thing]], kinds: [] }));

  /** The things before `to` that are named together: “a cat and a dog on a sofa” are both on it. */
  function groupBefore(to: number): number[] {
    const group = [to - 1];
    for (let i = to - 1; i > 0 && !relationTo.has(i) && stackOf(i - 1) >= 0; i--) group.unshift(i - 1);
    return group.flatMap((thing) => Array.from({ length: things[thing]!.count }, () => thing));
  }

  function pile(relation: SceneRelation, kind: "on" | "above", newIsLower: boolean): void {
    const { of, to } = relation;
    const place = stackOf(of);
    if (place < 0) return void stacks.push(...each(to));
    const target = stacks[place]!;
    const added = Array.from({ length: things[to]!.count }, () => to);
    if (target.rows.length > 1) {
      // A third level: “a cat on a box on a car”.
      if (newIsLower) target.rows.unshift(added);
      else target.rows.push(added);
      if (newIsLower) target.kinds.unshift(kind);
      else target.kinds.push(kind);
      return;
    }
    const group = groupBefore(to);
    const first = Math.min(...group.map(stackOf));
    const others = stacks.filter(({ rows }) => !rows[0]!.some((thing) => group.includes(thing)));
    others.splice(first, 0, { rows: newIsLower ? [added, group] : [group, added], kinds: [kind] });
    stacks.splice(0, stacks.length, ...others);
  }

  for (const thing of things.keys()) {
    if (done.has(thing)) continue;
    const relation = relationTo.get(thing);
    const place = relation ? stackOf(relation.of) : -1;
    const last = (of: number): number => stacks.findLastIndex(({ rows }) => rows.some((line) => line.includes(of)));
    if (!relation || row || (place < 0 && relation.kind !== "on")) {
      stacks.push(...each(thing));
      continue;
    }
    switch (relation.kind) {
      case "left":
        stacks.splice(last(relation.of) + 1, 0, ...each(thing));
        break;
      case "right":
        stacks.splice(place, 0, ...each(thing));
        break;
      case "between": {
        const all = each(thing);
        const others = relation.and === undefined ? all.splice(Math.ceil(all.length / 2)) : each(relation.and);
        if (relation.and !== undefined) done.add(relation.and);
        stacks.splice(last(relation.of) + 1, 0, ...others);
        stacks.splice(place, 0, ...all);
        break;
      }
      case "on":
        pile(relation, "on", true);
        break;
      case "above":
        pile(relation, "above", true);
        break;
      case "under":
        pile(relation, "on", false);
        break;
      case "below":
        pile(relation, "above", false);
        break;
      case "in":
        // What it is in has the room.
        for (const stack of stacks)
          stack.rows = stack.rows.map((line) => line.map((t) => (t === relation.of ? thing : t)));
        attachments.push({ kind: "in", thing: relation.of, to: thing });
        break;
      case "behind":
        // “a cat behind a box”: the box has the room.
        for (const stack of stacks)
          stack.rows = stack.rows.map((line) => line.map((t) => (t === relation.of ? thing : t)));
        attachments.push({ kind: "behind", thing: relation.of, to: thing });
        break;
      case "before":
        attachments.push({ kind: "behind", thing, to: relation.of });
        break;
      case "wears":
        attachments.push({ kind: "wears", thing, to: relation.of });
        break;
      case "and":
      case "beside":
      case "with":
        stacks.push(...each(thing));
    }
  }
  return { stacks, attachments };
}
