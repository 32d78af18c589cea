import { UserError } from "./errors.ts";
import type { OptionValues } from "./interaction.ts";
import { didYouMean } from "./nearest.ts";
import { MAX_PROMPT_CHARS, type OptionSpec } from "./options.ts";
import { cleanText, excerpt } from "./plain-text.ts";

export type OptionValue = OptionValues[string];

/**
 * A typed or written value in the form that its option's kind has everywhere: numbers as numbers, sizes as 512x768, aspects as 16:9, jobs
 * in lower case. Names from run-time lists (models, styles, samplers) are only checked for being there. Throws a UserError that names the
 * option and its limits.
 */
export function readOptionValue(option: OptionSpec, value: OptionValue): OptionValue {
  const text = cleanText(String(value)).trim();
  if (text === "") throw new UserError("option-missing-value", { flag: option.name, example: option.example });
  return READERS[option.kind](option, text);
}

const READERS: Readonly<Record<OptionSpec["kind"], (option: OptionSpec, text: string) => OptionValue>> = {
  text: readText,
  picture: readText,
  integer: readNumber,
  number: readNumber,
  boolean: readBoolean,
  choice: readChoice,
  size: (_, text) => formatSize(parseSize(text)),
  aspect: (_, text) => readAspect(text),
  job: (_, text) => readJobId(text),
};

/** All of a command's values, checked; throws for a name that is not in the table. */
export function readOptionValues(options: readonly OptionSpec[], values: OptionValues): OptionValues {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      const option = options.find((option) => option.name === name);
      if (option) return [name, readOptionValue(option, value)];
      const hint = didYouMean(
        name,
        options.map(({ name }) => name),
      );
      throw new UserError("option-unknown", { flag: excerpt(name), hint });
    }),
  );
}

/** Digits with a decimal point or comma and an exponent; no thousands separators: 7,5 is seven and a half, 1,000 is refused as ambiguous. */
const NUMBER = /^[+\-−]?(?:\d+(?:\.\d*|,(?!\d{3}$)\d+)?|\.\d+)(?:e[+-]?\d+)?$/i;

function readNumber(option: OptionSpec, text: string): number {
  const value = NUMBER.test(text) ? Number(text.replace("−", "-").replace(",", ".")) : NaN;
  const shown = { option: option.name, value: excerpt(text) };
  if (option.kind === "integer" && !Number.isInteger(value) && value !== Infinity && value !== -Infinity) {
    throw new UserError("option-not-an-integer", shown);
  }
  if (Number.isNaN(value)) throw new UserError("option-not-a-number", shown);
  const { min = -Number.MAX_VALUE, max = Number.MAX_VALUE } = option;
  if (value < min || value > max) throw new UserError("option-out-of-range", { ...shown, min, max });
  return value === 0 ? 0 : value; // no negative zero
}

const YES = ["true", "yes", "on", "1"];
const NO = ["false", "no", "off", "0"];

function readBoolean(option: OptionSpec, text: string): boolean {
  const word = text.toLowerCase();
  if (YES.includes(word)) return true;
  if (NO.includes(word)) return false;
  throw new UserError("option-not-a-choice", {
    option: option.name,
    value: excerpt(text),
    hint: "",
    choices: "true, false",
  });
}

function readChoice(option: OptionSpec, text: string): string {
  const { choices } = option;
  if (typeof choices === "string" || choices === undefined) return readText(option, text);
  const found = choices.find((choice) => choice.toLowerCase() === text.toLowerCase());
  if (found !== undefined) return found;
  throw new UserError("option-not-a-choice", {
    option: option.name,
    value: excerpt(text),
    hint: didYouMean(text, choices),
    choices: choices.join(", "),
  });
}

function readJobId(text: string): string {
  if (!/^[a-z0-9]{1,40}$/i.test(text)) throw new UserError("job-unknown", { job: excerpt(text) });
  return text.toLowerCase();
}

function readText(option: OptionSpec, text: string): string {
  const limit = option.max ?? MAX_PROMPT_CHARS;
  // A text with flags is measured when its flags are gone.
  if (text.length > limit && !option.holdsFlags) {
    throw new UserError("option-too-long", { option: option.name, length: text.length, limit });
  }
  return text;
}

export interface Size {
  readonly widthPx: number;
  readonly heightPx: number;
}

/** Reads 512x768 (also ×, * and spaces); throws UserError option-bad-size. */
export function parseSize(text: string): Size {
  const [, width, height] = /^(\d{1,6})\s*[x×*]\s*(\d{1,6})(?:\s*px)?$/i.exec(text) ?? [];
  if (width === undefined || height === undefined || Number(width) * Number(height) === 0) {
    throw new UserError("option-bad-size", { value: excerpt(text) });
  }
  return { widthPx: Number(width), heightPx: Number(height) };
}

/** 512x768 */
export function formatSize({ widthPx, heightPx }: Size): string {
  return `${widthPx}x${heightPx}`;
}

const NAMED_ASPECTS: Readonly<Record<string, string>> = { square: "1:1", portrait: "2:3", landscape: "3:2" };

function readAspect(text: string): string {
  const [, width, height] = /^(\d{1,4}(?:\.\d{1,4})?)\s*[:x×/]\s*(\d{1,4}(?:\.\d{1,4})?)$/i.exec(text) ?? [];
  const named = NAMED_ASPECTS[text.toLowerCase()];
  if (named !== undefined) return named;
  if (width === undefined || height === undefined || Number(width) * Number(height) === 0) {
    throw new UserError("option-bad-aspect", { value: excerpt(text) });
  }
  return `${Number(width)}:${Number(height)}`;
}
