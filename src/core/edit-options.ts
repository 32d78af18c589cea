import { GIVEN_OPTIONS } from "./given-picture.ts";
import type { OptionValues } from "./interaction.ts";
import { REGIONS } from "./image-request.ts";
import { IMAGE_OPTIONS, PROMPT_OPTION, type OptionSpec } from "./options.ts";
import { DIRECTIONS } from "./outpaint-plan.ts";

/**
 * What can be done with a picture. restyle: image to image; sketch: the same for a drawing, from noise alone; instruct: for
 * models that follow instructions.
 */
export const EDITS = ["restyle", "inpaint", "outpaint", "sketch", "instruct"] as const;
export type Edit = (typeof EDITS)[number];

export const MAX_ZOOM = 3;

/** Options of a picture request that mean something for an edit: its size comes from the picture. */
const GENERAL: readonly string[] = [
  "negative",
  "ar",
  "count",
  "seed",
  "steps",
  "guidance",
  "model",
  "style",
  "sampler",
  "strength",
  "private",
];

/** Whether the options name an edit without words. */
export function saysWhatToDo(options: OptionValues): boolean {
  return ["mode", "mask", "region", "direction", "zoom", "ar"].some((name) => options[name] !== undefined);
}

/** What /edit can be told. */
export const EDIT_OPTIONS: readonly OptionSpec[] = [
  { ...PROMPT_OPTION, description: "What it should become", example: "a fox at night", required: false },
  ...GIVEN_OPTIONS,
  {
    name: "mode",
    flags: ["mode"],
    kind: "choice",
    choices: EDITS,
    description: "What to do with it; without it, what the other options call for",
    example: "--mode restyle",
  },
  {
    name: "mask",
    flags: ["mask"],
    kind: "picture",
    description: "inpaint: a picture that is white where it may change",
    example: "--mask https://cdn.discordapp.com/mask.png",
  },
  {
    name: "region",
    flags: ["region"],
    kind: "choice",
    choices: REGIONS,
    description: "inpaint: the part that may change",
    example: "--region background",
  },
  {
    name: "direction",
    flags: ["direction"],
    kind: "choice",
    choices: DIRECTIONS,
    description: "outpaint: where it grows",
    example: "--direction right",
  },
  {
    name: "zoom",
    flags: ["zoom"],
    kind: "number",
    min: 1.1,
    max: MAX_ZOOM,
    description: "outpaint: how many times wider or higher it gets",
    example: "--zoom 1.5",
  },
  ...IMAGE_OPTIONS.filter(({ name }) => GENERAL.includes(name)),
];
