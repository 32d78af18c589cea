/** A value a person can choose; Discord registration, Slack usage, CLI help and README's table are derived from this. */
export interface OptionSpec {
  readonly name: string;
  /** How it is written inside a prompt, first = canonical: --ar, --aspect. Without the dashes. */
  readonly flags: readonly string[];
  readonly kind: "text" | "integer" | "number" | "boolean" | "choice" | "size" | "aspect" | "job" | "picture";
  readonly description: string;
  readonly example: string;
  readonly required?: boolean;
  readonly min?: number;
  /** Of a number; of a text: its length in characters. */
  readonly max?: number;
  /** Fixed choices, or the name of a list that is known at run time. */
  readonly choices?: readonly string[] | RuntimeList;
  /** The text may hold flags and braces of its own; the command takes it apart. */
  readonly holdsFlags?: true;
}

export type RuntimeList = "models" | "styles" | "samplers";

/** Seeds are torch's 32 bits. */
export const MAX_SEED = 0xffff_ffff;
export const MAX_PROMPT_CHARS = 2000;
export const MAX_PERMUTATIONS = 16;
/** Above this many prompts the person is asked before anything is queued. */
export const CONFIRM_PERMUTATIONS = 2;

export const PROMPT_OPTION: OptionSpec = {
  name: "prompt",
  flags: [],
  kind: "text",
  description: "What to draw",
  example: "a red fox in the snow",
  required: true,
  holdsFlags: true,
};

/** Options of a picture request, on every surface. */
export const IMAGE_OPTIONS: readonly OptionSpec[] = [
  {
    name: "negative",
    flags: ["no", "negative"],
    kind: "text",
    max: MAX_PROMPT_CHARS,
    description: "What should not be in the picture",
    example: "--no text",
  },
  {
    name: "ar",
    flags: ["ar", "aspect"],
    kind: "aspect",
    description: "Aspect ratio in place of a size",
    example: "--ar 16:9",
  },
  { name: "size", flags: ["size"], kind: "size", description: "Width x height in pixels", example: "--size 512x768" },
  {
    name: "count",
    flags: ["count", "n", "repeat"],
    kind: "integer",
    min: 1,
    max: 8,
    description: "How many pictures",
    example: "--count 4",
  },
  {
    name: "best-of",
    flags: ["best-of", "bo"],
    kind: "integer",
    min: 1,
    max: 8,
    description: "Candidates drawn for each picture; the ones that fit best are kept",
    example: "--best-of 4",
  },
  {
    name: "seed",
    flags: ["seed"],
    kind: "integer",
    min: 0,
    max: MAX_SEED,
    description: "Same seed, same picture",
    example: "--seed 7",
  },
  {
    name: "steps",
    flags: ["steps"],
    kind: "integer",
    min: 1,
    max: 150,
    description: "Denoising steps",
    example: "--steps 20",
  },
  {
    name: "guidance",
    flags: ["guidance", "cfg"],
    kind: "number",
    min: 0,
    max: 30,
    description: "How closely to follow the prompt",
    example: "--guidance 7.5",
  },
  {
    name: "model",
    flags: ["model"],
    kind: "choice",
    choices: "models",
    description: "Which model draws",
    example: "--model sd-turbo",
  },
  {
    name: "style",
    flags: ["style"],
    kind: "choice",
    choices: "styles",
    description: "Which style",
    example: "--style 3d",
  },
  {
    name: "sampler",
    flags: ["sampler", "scheduler"],
    kind: "choice",
    choices: "samplers",
    description: "Which scheduler takes the steps",
    example: "--sampler euler_a",
  },
  {
    name: "strength",
    flags: ["strength"],
    kind: "number",
    min: 0,
    max: 1,
    description: "How much an input picture may change",
    example: "--strength 0.6",
  },
  { name: "tile", flags: ["tile"], kind: "boolean", description: "Edges that repeat seamlessly", example: "--tile" },
  {
    name: "private",
    flags: ["private"],
    kind: "boolean",
    description: "Only you see the answer",
    example: "--private",
  },
];

/** A picture that one attaches, or its address or path. */
export const INPUT_OPTION: OptionSpec = {
  name: "image",
  flags: ["image"],
  kind: "picture",
  description: "A picture of yours to start from",
  example: "--image https://cdn.discordapp.com/a.png",
};

/** What /imagine takes. */
export const IMAGINE_OPTIONS: readonly OptionSpec[] = [
  ...IMAGE_OPTIONS,
  INPUT_OPTION,
  {
    name: "sketch",
    flags: ["sketch"],
    kind: "boolean",
    description: "Your picture is a drawing: its lines become what you name, coloured shapes stay",
    example: "--sketch",
  },
];

/** What other picture bots call things, and the nearest flag here: Midjourney, A1111, novelai-bot. */
export const FOREIGN_FLAGS: Readonly<Record<string, string>> = {
  v: "model",
  version: "model",
  niji: "style",
  ckpt: "model",
  iw: "strength",
  q: "steps",
  quality: "steps",
  s: "guidance",
  stylize: "guidance",
  scale: "guidance",
  u: "no",
  x: "seed",
  r: "size",
  res: "size",
  w: "size",
  h: "size",
  width: "size",
  height: "size",
  batch: "count",
};
