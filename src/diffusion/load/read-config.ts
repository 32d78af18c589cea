import { readFile } from "node:fs/promises";
import { excerpt, ModelFault, reasonOf } from "./model-fault.ts";

export type Config = Readonly<Record<string, unknown>>;

const WORDS = /"(?:[^"\\]|\\.)*"|-?Infinity|NaN/g;
const NOT_A_NUMBER = "\u0000NaN";

/** JSON as Python's json module writes it: with bare NaN, Infinity and -Infinity (diffusers' lambda_min_clipped), perhaps a byte order mark. */
export function parsePythonJson(text: string): unknown {
  let hasNaN = false;
  const strict = text.replace(/^\uFEFF/, "").replaceAll(WORDS, (word) => {
    if (word === "Infinity") return "1e999";
    if (word === "-Infinity") return "-1e999";
    if (word !== "NaN") return word;
    hasNaN = true;
    return JSON.stringify(NOT_A_NUMBER);
  });
  return JSON.parse(
    strict,
    hasNaN ? (_, value: unknown) => (value === NOT_A_NUMBER ? NaN : value) : undefined,
  ) as unknown;
}

/** Text of a file of the model; undefined where there is none. `name` is how a ModelFault calls it. */
export async function readText(path: string, name: string): Promise<string | undefined> {
  try {
    const text = await readFile(path, "utf8");
    if (text.startsWith("version https://git-lfs"))
      throw new ModelFault(`${name} is a Git LFS pointer instead of the file itself; fetch it with git lfs pull`);
    return text;
  } catch (error) {
    if (error instanceof ModelFault) throw error;
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new ModelFault(`${name} cannot be read (${reasonOf(error)})`, { cause: error });
  }
}

/** A JSON object; undefined where there is no such file. Throws a ModelFault when it is not JSON or not an object. */
export async function readConfig(path: string, name: string): Promise<Config | undefined> {
  const text = await readText(path, name);
  if (text === undefined) return undefined;
  let value: unknown;
  try {
    value = parsePythonJson(text);
  } catch (error) {
    throw new ModelFault(`${name} is not valid JSON (${reasonOf(error)})`, { cause: error });
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new ModelFault(`${name} holds ${Array.isArray(value) ? "a list" : excerpt(value)}, an object was expected`);
  return value as Config;
}

/** A finite number of a configuration within [min, max]; undefined where missing or null. */
export function numberIn(
  config: Config,
  key: string,
  name: string,
  [min, max]: readonly [number, number],
): number | undefined {
  const value = config[key];
  if (value === undefined || value === null) return undefined;
  if (typeof value === "number" && value >= min && value <= max) return value;
  throw new ModelFault(`${name}: ${key} is ${excerpt(value)}, a number from ${min} to ${max} was expected`);
}

/** A text of a configuration; undefined where missing or null. */
export function textIn(config: Config, key: string, name: string): string | undefined {
  const value = config[key];
  if (value === undefined || value === null) return undefined;
  if (typeof value === "string") return value;
  throw new ModelFault(`${name}: ${key} is ${excerpt(value)}, a text was expected`);
}
