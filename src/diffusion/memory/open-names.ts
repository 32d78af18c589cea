import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { keyOf, type Names } from "../layout/lexicon.ts";
import { ModelFault, reasonOf } from "../load/model-fault.ts";

const FILE = "memory/names.json";
const tableSchema = z.record(z.string(), z.array(z.string()));

/** Names and keywords of the concepts, by language. Those of English stay in memory; the others are read when a prompt needs them. */
export interface NameTables {
  readonly english: Names;
  /** Empty for a language that is not there. */
  of(locale: string): Promise<Names>;
  /** The first language in which a phrase is a name. */
  localeOf(phrase: string): Promise<string | undefined>;
}

/** Opens `memory/names.json` of a model folder. Throws a ModelFault. */
export async function openNames(root: string): Promise<NameTables> {
  const tables = new Map<string, Names>();

  async function readAll(): Promise<Record<string, unknown>> {
    try {
      return z.record(z.string(), z.unknown()).parse(JSON.parse(await readFile(join(root, FILE), "utf8")));
    } catch (error) {
      throw new ModelFault(`${FILE} cannot be read (${reasonOf(error)})`, { cause: error });
    }
  }

  const english = tableOf(await readAll(), "en");
  return {
    english,
    async of(locale) {
      const found = tables.get(locale) ?? tableOf(await readAll(), locale);
      tables.set(locale, found);
      return found;
    },
    async localeOf(phrase) {
      if (phrase === "") return undefined;
      const all = await readAll();
      return Object.keys(all).find((locale) => {
        const table = all[locale];
        return typeof table === "object" && table !== null && Object.hasOwn(table, phrase);
      });
    },
  };
}

function tableOf(all: Record<string, unknown>, locale: string): Names {
  const parsed = tableSchema.safeParse(all[locale] ?? {});
  if (!parsed.success) throw new ModelFault(`${FILE}: ${locale} is no table of names`);
  return withKeys(parsed.data);
}

/** Names as phrases are looked up; of two that become the same, the first stays. */
function withKeys(names: Names): Names {
  const keyed: Record<string, readonly string[]> = {};
  for (const [name, ids] of Object.entries(names)) keyed[keyOf(name)] ??= ids;
  return keyed;
}
