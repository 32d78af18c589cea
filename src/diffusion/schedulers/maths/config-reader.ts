import type { SchedulerConfig, SetTimesteps } from "../scheduler.ts";

/** Typed reads of a scheduler_config.json; a key that is absent or null has its default; unsupported values throw an Error that names key and value. */
export interface ConfigReader {
  /** diffusers' class name, for error messages. */
  readonly name: string;
  number(key: string, fallback: number): number;
  optionalNumber(key: string): number | undefined;
  /** A whole number from 1 to 100,000. */
  count(key: string, fallback: number): number;
  numbers(key: string): readonly number[] | undefined;
  flag(key: string, fallback: boolean): boolean;
  /** `synonyms` are values of other scheduler classes that diffusers reads as one of `choices`. */
  choice<T extends string>(key: string, choices: readonly T[], fallback: T, synonyms?: Readonly<Record<string, T>>): T;
  /** The error for a value that cannot be used. */
  unsupported(key: string, value: unknown, supported: string): Error;
}

/** Far more training timesteps than any model has; tables are as long. */
const MAX_COUNT = 100_000;

/** Reads `config` on behalf of the scheduler class `name`. */
export function readConfig(name: string, config: SchedulerConfig): ConfigReader {
  const unsupported = (key: string, value: unknown, supported: string): Error =>
    new Error(`${name}: ${key} ${JSON.stringify(value)?.slice(0, 60)} is not supported (${supported})`);

  function optionalNumber(key: string): number | undefined {
    const value = config[key] ?? undefined;
    if (value !== undefined && (typeof value !== "number" || Number.isNaN(value))) {
      throw unsupported(key, value, "a number");
    }
    return value;
  }

  return {
    name,
    unsupported,
    optionalNumber,
    number: (key, fallback) => optionalNumber(key) ?? fallback,
    count(key, fallback) {
      const value = optionalNumber(key) ?? fallback;
      if (Number.isInteger(value) && value >= 1 && value <= MAX_COUNT) return value;
      throw unsupported(key, value, `a whole number from 1 to ${MAX_COUNT}`);
    },
    numbers(key) {
      const value = config[key] ?? undefined;
      if (value === undefined) return undefined;
      const isList = Array.isArray(value) && value.every((item) => typeof item === "number");
      if (!isList) throw unsupported(key, value, "a list of numbers");
      return value;
    },
    flag(key, fallback) {
      const value = config[key] ?? fallback;
      if (typeof value !== "boolean") throw unsupported(key, value, "true or false");
      return value;
    },
    choice(key, choices, fallback, synonyms = {}) {
      const value = config[key] ?? fallback;
      const found =
        choices.find((choice) => choice === value) ?? (typeof value === "string" ? synonyms[value] : undefined);
      if (found === undefined) throw unsupported(key, value, choices.join(", "));
      return found;
    },
  };
}

/** The number of inference steps asked for; throws when it is missing, or when own timesteps or sigmas are given to a class that takes none. */
export function takeSteps(
  config: ConfigReader,
  options: SetTimesteps,
  accepted: readonly ("timesteps" | "sigmas")[] = [],
): number {
  const { timesteps, sigmas, numInferenceSteps } = options;
  if (timesteps && !accepted.includes("timesteps")) throw new Error(`${config.name} takes no timesteps of your own`);
  if (sigmas && !accepted.includes("sigmas")) throw new Error(`${config.name} takes no sigmas of your own`);
  const steps = numInferenceSteps ?? timesteps?.length ?? sigmas?.length;
  if (steps === undefined || !Number.isInteger(steps) || steps < 1) {
    throw new Error(`${config.name}: numInferenceSteps ${steps} is not a whole number of at least 1`);
  }
  return steps;
}
