import { asObject, type JsonObject } from "../../discord/json.ts";

/** Where blocks are shown. */
export type Surface = "message" | "modal" | "home";

/** What a check may ask while it walks through a message or view. */
export interface Walk {
  readonly surface: Surface;
  /** Adds a sentence in Slack's words; the pointer goes behind it. */
  refuse(sentence: string, pointer: string): void;
  /** Whether a slack_file shows a picture that the app may use now. */
  readonly slackFileIsUsable: (reference: JsonObject) => boolean;
}

/** Looks at one value at a JSON pointer and refuses what is wrong. */
export type Check = (value: unknown, pointer: string, walk: Walk) => void;

/** Slack counts code points. */
export function lengthOf(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

/** A string of `min` to `max` characters. */
export function text(min: number, max: number): Check {
  return (value, pointer, walk) => {
    if (typeof value !== "string") return walk.refuse("must provide a string", pointer);
    const length = lengthOf(value);
    if (length < min) walk.refuse(`must be more than ${min - 1} characters`, pointer);
    else if (length > max) walk.refuse(`must be less than ${max + 1} characters`, pointer);
  };
}

export const flag: Check = (value, pointer, walk) => {
  if (typeof value !== "boolean") walk.refuse("must provide a boolean", pointer);
};

/** A whole number. */
export function integer(min: number, max: number): Check {
  return (value, pointer, walk) => {
    if (typeof value !== "number" || !Number.isInteger(value)) walk.refuse("must provide an integer", pointer);
    else if (value < min || value > max) walk.refuse(`must be between ${min} and ${max}`, pointer);
  };
}

export function oneOf(...allowed: readonly (string | number)[]): Check {
  return (value, pointer, walk) => {
    if (!allowed.includes(value as string)) walk.refuse(`must be one of ${allowed.join(", ")}`, pointer);
  };
}

export function matching(pattern: RegExp, what: string): Check {
  return (value, pointer, walk) => {
    if (typeof value !== "string" || !pattern.test(value)) walk.refuse(`must be ${what}`, pointer);
  };
}

/** An array of `min` to `max` elements. */
export function list(min: number, max: number, element: Check): Check {
  return (value, pointer, walk) => {
    if (!Array.isArray(value)) return walk.refuse("must provide an array", pointer);
    if (value.length < min) walk.refuse(`no less than ${min} items allowed`, pointer);
    else if (value.length > max) walk.refuse(`no more than ${max} items allowed`, pointer);
    else value.forEach((one: unknown, index) => element(one, `${pointer}/${index}`, walk));
  };
}

export type Fields = Readonly<Record<string, Check>>;

/** An object with these fields and no others; `rule` looks at them together. */
export function object(
  required: Fields,
  optional: Fields = {},
  rule: (value: JsonObject, pointer: string, walk: Walk) => void = () => {},
): Check {
  return (value, pointer, walk) => {
    const given = asObject(value);
    if (!given) return walk.refuse("must provide an object", pointer);
    for (const name of Object.keys(required))
      if (given[name] === undefined) walk.refuse(`missing required field: ${name}`, pointer);
    for (const [name, field] of Object.entries(given)) {
      if (field === undefined) continue;
      const check = own(required, name) ?? own(optional, name);
      if (check) check(field, `${pointer}/${name}`, walk);
      else walk.refuse(`invalid additional property: ${name}`, pointer);
    }
    rule(given, pointer, walk);
  };
}

/** An object whose `type` chooses its check. */
export function byType(table: Readonly<Record<string, Check>>): Check {
  return (value, pointer, walk) => {
    const type = asObject(value)?.["type"];
    if (asObject(value) === undefined) return walk.refuse("must provide an object", pointer);
    if (typeof type !== "string") return walk.refuse("missing required field: type", pointer);
    const check = own(table, type);
    if (check) check(value, pointer, walk);
    else walk.refuse(`unsupported type: ${type}`, `${pointer}/type`);
  };
}

/** Both checks look at the value. */
export function both(first: Check, second: Check): Check {
  return (value, pointer, walk) => {
    first(value, pointer, walk);
    second(value, pointer, walk);
  };
}

export const anything: Check = () => {};

function own(table: Fields, name: string): Check | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
