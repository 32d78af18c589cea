import { UserError } from "./errors.ts";
import type { OptionValues } from "./interaction.ts";
import { nearest } from "./nearest.ts";
import { readOptionValue, type OptionValue } from "./option-values.ts";
import { FOREIGN_FLAGS, type OptionSpec } from "./options.ts";
import { cleanText, excerpt } from "./plain-text.ts";

export interface ParsedPrompt {
  /** The text without its flags, white space collapsed. */
  readonly text: string;
  /** Checked values by option name. */
  readonly values: OptionValues;
}

/**
 * The one grammar of every surface: free text with flags anywhere.
 *
 * - A flag is `--` and a letter at the start of a word, upper or lower case: `--ar 16:9`, `--ar=16:9`. `well--known`, `--` and `--5` are
 *   text, and so is a flag in quotation marks or behind a backslash (`\--ar`).
 * - Keyboards turn `--` into a dash: `—ar` and `–ar` count as flags when that flag exists; in front of any other word, or with a space
 *   behind it, a dash is a dash.
 * - A value is the next word, or what stands in quotation marks (straight or curly; `\"` inside). A comma behind it is dropped. A text
 *   (`--no a, b`) takes all words up to the next flag; in quotation marks, only those. A switch (`--tile`) takes a value only behind `=`.
 * - A quotation mark that opens at the start of a word must be closed; elsewhere (`5" pipe`) it is text.
 *
 * Linear in the length of the text; throws nothing but UserError.
 */
export function parsePrompt(input: string, options: readonly OptionSpec[]): ParsedPrompt {
  const byFlag = new Map(options.flatMap((option) => option.flags.map((flag) => [flag, option] as const)));
  const reader = createReader(cleanText(input), byFlag);
  const words: string[] = [];
  const values: Record<string, OptionValue> = {};

  for (reader.skipSpace(); !reader.atEnd(); reader.skipSpace()) {
    const flag = reader.takeFlag();
    if (!flag) {
      words.push(reader.takeWord());
      continue;
    }
    const option = byFlag.get(flag.name);
    if (!option) throw unknownFlag(flag.name, [...byFlag.keys()]);
    if (Object.hasOwn(values, option.name)) throw new UserError("option-repeated", { flag: `--${flag.name}` });
    const written = reader.takeValue(option, flag.assigned);
    if (written === undefined) {
      throw new UserError("option-missing-value", { flag: `--${flag.name}`, example: option.example });
    }
    values[option.name] = readOptionValue(option, written);
  }
  return { text: words.join(" "), values };
}

/**
 * The values of a command typed as plain text (Slack, terminal): flags, and the rest for the option without flags. A text that holds flags
 * itself is handed on whole. Throws UserError, also for text that the command has no use for.
 */
export function parseCommandText(input: string, options: readonly OptionSpec[]): OptionValues {
  const positional = options.find(({ flags }) => flags.length === 0);
  if (positional?.holdsFlags) return input.trim() === "" ? {} : { [positional.name]: input };
  const { text, values } = parsePrompt(input, options);
  if (text === "") return values;
  if (!positional) throw new UserError("option-unknown", { flag: `“${excerpt(text)}”`, hint: "" });
  return { ...values, [positional.name]: readOptionValue(positional, text) };
}

/** Marks that open and close a quotation, without regard to which way they curl. */
export const QUOTES = `"“”„‟«»`;

const FLAG = /(--|[–—―]{1,2})(\p{L}[^\s=]*)(=?)/uy;
const QUOTED = new RegExp(`[${QUOTES}]((?:\\\\.|[^${QUOTES}\\\\])*)[${QUOTES}]`, "suy");
const ESCAPE = new RegExp(`^\\\\(?=--|[–—―${QUOTES}])`, "u");

interface Flag {
  readonly name: string;
  /** Written with an equals sign. */
  readonly assigned: boolean;
}

function createReader(source: string, byFlag: ReadonlyMap<string, OptionSpec>) {
  let position = 0;

  function match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = position;
    return pattern.exec(source);
  }

  function take(pattern: RegExp): RegExpExecArray | null {
    const found = match(pattern);
    if (found) position += found[0].length;
    return found;
  }

  function flagAhead(): RegExpExecArray | undefined {
    const found = match(FLAG);
    return found && (found[1] === "--" || byFlag.has(found[2]!.toLowerCase())) ? found : undefined;
  }

  const quoteAhead = (): boolean => QUOTES.includes(source[position]!);
  const atEnd = (): boolean => position >= source.length;
  const skipSpace = (): void => void take(/\s+/y);

  /** A quotation with what sticks to it, or a word; without the backslash that protects it. */
  function takeWord(): string {
    const start = position;
    if (!take(QUOTED) && quoteAhead()) throw unclosedQuote();
    take(/\S*/y);
    return source.slice(start, position).replace(ESCAPE, "").replaceAll(/\s+/g, " ");
  }

  function takeValue(option: OptionSpec, assigned: boolean): string | undefined {
    if (option.kind === "boolean" && !assigned) return "true";
    skipSpace();
    if (atEnd() || flagAhead()) return undefined;
    if (quoteAhead()) {
      const quoted = take(QUOTED);
      if (!quoted) throw unclosedQuote();
      return quoted[1]!.replaceAll(/\\(.)/gsu, "$1");
    }
    return option.kind === "text" ? takeWords() : take(/\S*/y)![0].replace(/[,;]+$/, "");
  }

  function takeWords(): string {
    const words: string[] = [];
    for (skipSpace(); !atEnd() && !flagAhead(); skipSpace()) words.push(takeWord());
    return words.join(" ");
  }

  return {
    atEnd,
    skipSpace,
    takeWord,
    takeValue,
    takeFlag(): Flag | undefined {
      const found = flagAhead();
      if (!found) return undefined;
      position += found[0].length;
      return { name: found[2]!.toLowerCase(), assigned: found[3] === "=" };
    },
  };

  function unclosedQuote(): UserError {
    return new UserError("quote-unclosed", { excerpt: excerpt(source.slice(position)) });
  }
}

function unknownFlag(name: string, known: readonly string[]): UserError {
  const foreign = FOREIGN_FLAGS[name];
  const guess = foreign !== undefined && known.includes(foreign) ? foreign : nearest(name, known);
  return new UserError("option-unknown", {
    flag: `--${excerpt(name)}`,
    hint: guess === undefined ? ` Known: ${known.map((flag) => `--${flag}`).join(", ")}.` : ` Did you mean --${guess}?`,
  });
}
