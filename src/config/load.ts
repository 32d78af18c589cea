import { readFileSync } from "node:fs";
import { parse as parseDotenv } from "dotenv";
import { UserError } from "../core/errors.ts";
import { VARIABLES, type Settings, type VariableName } from "./variables.ts";

/**
 * The settings from `env` over the lines of the file `.env` over the defaults. All faults are reported at once as UserError config-invalid,
 * and no value of a secret is ever part of the sentence.
 */
export function loadSettings(input: { env: Readonly<Record<string, string | undefined>>; envFile?: string }): Settings {
  const fromFile = input.envFile === undefined ? {} : readEnvFile(input.envFile);
  const given = { ...fromFile, ...definedOnly(input.env) };
  const faults: string[] = [];
  const settings: Record<string, unknown> = {};
  for (const name of Object.keys(VARIABLES) as VariableName[]) {
    const variable = VARIABLES[name];
    const raw = given[name] ?? (variable.secret ? readSecretFile(given[`${name}_FILE`], name, faults) : undefined);
    const value = raw === undefined || raw.trim() === "" ? variable.fallback : raw.trim();
    const parsed = variable.parse.safeParse(value);
    if (parsed.success) settings[name] = parsed.data;
    else
      faults.push(
        `${name}${variable.secret ? "" : `=${value}`} ${parsed.error.issues.map((issue) => issue.message).join(", ")}`,
      );
  }
  if (faults.length > 0) throw new UserError("config-invalid", { faults: faults.join("\n") });
  return settings as Settings;
}

/** The settings of this process: its environment and the `.env` in the working directory. The only place that reads process.env. */
export function loadProcessSettings(): Settings {
  return loadSettings({ env: process.env, envFile: ".env" });
}

/** The environment of this process, for terminal detection and child processes. */
export function processEnvironment(): Readonly<Record<string, string | undefined>> {
  return process.env;
}

/** What a process that draws may see: where GPU libraries are and which devices to use, and no secret. */
const DEVICE_VARIABLES = /^(PATH|HOME|TMPDIR|SystemRoot|LD_LIBRARY_PATH|CUDA_.*|NVIDIA_.*|ORT_.*|VK_.*)$/;

export function deviceEnvironment(): Record<string, string> {
  return Object.fromEntries(Object.entries(definedOnly(process.env)).filter(([name]) => DEVICE_VARIABLES.test(name)));
}

function definedOnly(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

function readEnvFile(path: string): Record<string, string> {
  try {
    return parseDotenv(readFileSync(path));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return {};
    throw new UserError("file-unreadable", { file: path, reason: (error as Error).message }, { cause: error });
  }
}

function readSecretFile(path: string | undefined, name: string, faults: string[]): string | undefined {
  if (path === undefined || path === "") return undefined;
  try {
    return readFileSync(path, "utf8");
  } catch {
    faults.push(`${name}_FILE=${path} cannot be read`);
    return undefined;
  }
}
