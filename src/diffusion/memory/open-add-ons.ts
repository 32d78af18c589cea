import { join } from "node:path";
import { z } from "zod";
import type { Names } from "../layout/lexicon.ts";
import { ModelFault } from "../load/model-fault.ts";
import { readConfig } from "../load/read-config.ts";
import { indexSchema, type MemoryIndex } from "./memory-index.ts";

const FILE = "memory/add-ons.json";
const addOnsSchema = indexSchema.extend({ names: z.record(z.string(), z.array(z.string()).min(1)) });

/**
 * Things that came after the training, from sets with a look of their own, which no prompt can name: their concepts, and their English names,
 * which go before what else those words are keywords of.
 */
export interface AddOns extends Pick<MemoryIndex, "styles" | "files" | "concepts"> {
  readonly names: Names;
}

const NONE: AddOns = { styles: [], files: [], concepts: [], names: {} };

/** Reads `memory/add-ons.json` of a model folder, where it has one. Throws a ModelFault. */
export async function openAddOns(root: string): Promise<AddOns> {
  const value = await readConfig(join(root, FILE), FILE);
  if (value === undefined) return NONE;
  const parsed = addOnsSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new ModelFault(`${FILE}: ${issue?.path.join(".")}: ${issue?.message}`);
}
