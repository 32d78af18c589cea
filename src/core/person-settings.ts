import type { OptionValues } from "./interaction.ts";
import { IMAGE_OPTIONS, type OptionSpec } from "./options.ts";
import type { Account } from "./platform.ts";
import type { KeyValueStore } from "./stores.ts";

const NAMES: readonly string[] = ["model", "style", "count", "ar", "private"];

/** The options of a picture request for which a person may have a default of their own. */
export const SETTINGS_OPTIONS: readonly OptionSpec[] = IMAGE_OPTIONS.filter(({ name }) => NAMES.includes(name));

/** A person's own defaults, by option name; empty for somebody who never set any. */
export async function readSettings(store: KeyValueStore, person: Account): Promise<OptionValues> {
  return (await store.get<OptionValues>(settingsKey(person))) ?? {};
}

/** Replaces a person's defaults; an empty record removes them. */
export async function writeSettings(store: KeyValueStore, person: Account, values: OptionValues): Promise<void> {
  if (Object.keys(values).length === 0) await store.delete(settingsKey(person));
  else await store.set(settingsKey(person), values);
}

export const SETTINGS_PREFIX = "settings:";

/** settings:<platform>:<person> */
export function settingsKey({ platform, id }: Account): string {
  return `${SETTINGS_PREFIX}${platform}:${id}`;
}
