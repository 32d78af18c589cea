import { isDeepStrictEqual } from "node:util";
import { shownCount, type ImageRequest } from "./image-request.ts";
import type { OptionValues } from "./interaction.ts";
import { formatSize } from "./option-values.ts";
import { IMAGE_OPTIONS } from "./options.ts";
import { QUOTES } from "./parse-prompt.ts";
import { resolveSampler, SAMPLERS } from "./samplers.ts";

/** The options that lead to a request again, by name; what no option can say (a variation, an input picture) is left out. */
export function optionsOf(request: ImageRequest): OptionValues {
  const sampler = samplerNameOf(request.scheduler);
  return {
    ...(request.negativePrompt === "" ? {} : { negative: request.negativePrompt }),
    size: formatSize(request),
    count: shownCount(request),
    ...(request.bestOf === undefined ? {} : { "best-of": request.bestOf }),
    ...(request.pictures[0] === undefined ? {} : { seed: request.pictures[0].seed }),
    steps: request.steps,
    guidance: request.guidanceScale,
    model: request.model,
    ...(request.style === undefined ? {} : { style: request.style }),
    ...(sampler === undefined ? {} : { sampler }),
    ...(request.strength === undefined ? {} : { strength: request.strength }),
    ...(request.tile ? { tile: true } : {}),
    ...(request.private ? { private: true } : {}),
  };
}

/** What to type for a request: its prompt and all its options, e.g. a fox --size 128x128 --count 1 --seed 7. Parsing it gives them back. */
export function commandText(request: ImageRequest): string {
  const options = optionsOf(request);
  const flags = IMAGE_OPTIONS.filter(({ name }) => Object.hasOwn(options, name)).map(({ name, flags }) => {
    const value = options[name];
    if (value === true) return `--${flags[0]}`;
    return `--${flags[0]} ${typeof value === "string" ? quoteValue(value) : value}`;
  });
  return escapeBraces([escapeWords(request.prompt), ...flags].join(" "));
}

const LOOKS_LIKE_SYNTAX = new RegExp(`(?<=^|\\s)(?=(?:--|[–—―]{1,2})\\p{L}|[${QUOTES}])`, "gu");

/** A prompt as it has to be typed so that nothing in it is taken for a flag, a quotation or a brace. */
export function escapePrompt(prompt: string): string {
  return escapeBraces(escapeWords(prompt));
}

function escapeWords(prompt: string): string {
  return prompt.replaceAll(LOOKS_LIKE_SYNTAX, "\\");
}

function escapeBraces(text: string): string {
  return /\{|\\[|}]/.test(text) ? text.replaceAll(/[{|}]/g, "\\$&") : text;
}

function quoteValue(value: string): string {
  if (/^[\p{L}\p{N}][\p{L}\p{N}:._-]*$/u.test(value)) return value;
  return `"${value.replaceAll(new RegExp(`[\\\\${QUOTES}]`, "gu"), "\\$&")}"`;
}

/** The name people type for a scheduler; undefined for the model's own and for one that no name stands for. */
function samplerNameOf(scheduler: ImageRequest["scheduler"]): string | undefined {
  return Object.keys(SAMPLERS).find((name) => isDeepStrictEqual(resolveSampler(name), scheduler));
}
