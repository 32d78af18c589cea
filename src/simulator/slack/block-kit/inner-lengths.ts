import { asObject } from "../../discord/json.ts";
import { type Check, text } from "./checks.ts";

type Lengths = readonly (readonly [path: readonly string[], check: Check])[];

const OPTION: Lengths = [
  [["text", "text"], text(1, 75)],
  [["value"], text(1, 150)],
];
const FIELD: Lengths = [[["text"], text(1, 2000)]];

const INSIDE: Readonly<Record<string, Lengths>> = {
  options: OPTION,
  initial_options: OPTION,
  initial_option: OPTION,
  fields: FIELD,
};

/**
 * The lengths inside options and fields that Slack documents. They stand apart from the other rules because the models whose verdicts the
 * rules are compared with do not look in there.
 */
export const checkInnerLengths: Check = (value, pointer, walk) => {
  if (Array.isArray(value)) value.forEach((one: unknown, index) => checkInnerLengths(one, `${pointer}/${index}`, walk));
  for (const [name, field] of Object.entries(asObject(value) ?? {})) {
    const inside = Object.hasOwn(INSIDE, name) ? INSIDE[name]! : [];
    const at = `${pointer}/${name}`;
    const holders = Array.isArray(field)
      ? field.map((one: unknown, index) => [one, `${at}/${index}`] as const)
      : [[field, at] as const];
    for (const [path, check] of inside)
      for (const [holder, place] of holders) {
        const found = path.reduce<unknown>((one, step) => asObject(one)?.[step], holder);
        // What is missing or of another type is the other rules' business.
        if (typeof found === "string") check(found, [place, ...path].join("/"), walk);
      }
    checkInnerLengths(field, at, walk);
  }
};
