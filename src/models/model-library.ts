import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../core/errors.ts";
import type { Logger } from "../core/logger.ts";
import type { ModelInfo, ModelLibrary, Vocabulary } from "../core/model.ts";
import { nearest } from "../core/nearest.ts";
import { describeFaults, manifestSchema, vocabularySchema, type Manifest } from "./manifest.ts";

/**
 * The models in `folders` (later folders win by id), read once; lookups are from memory. A folder with a broken model.json is left out and
 * logged, so that one bad model does not stop the others. Throws UserError model-unknown when the default is not there.
 */
export function createModelLibrary(deps: { folders: readonly string[]; defaultId: string; log: Logger }): ModelLibrary {
  const models = new Map<string, ModelInfo>();
  for (const folder of deps.folders) {
    for (const id of modelIds(folder)) {
      try {
        models.set(id, readModelInfo(join(folder, id), id));
      } catch (error) {
        deps.log.error("model left out", { model: id, reason: error instanceof Error ? error.message : String(error) });
      }
    }
  }

  function get(id: string): ModelInfo {
    const found = models.get(id);
    if (found) return found;
    const guess = nearest(id, [...models.keys()]);
    throw new UserError("model-unknown", {
      model: id,
      hint: guess === undefined ? "" : ` Did you mean ${guess}?`,
      installed: [...models.keys()].join(", "),
    });
  }

  get(deps.defaultId);
  return { list: () => [...models.values()], get, defaultId: deps.defaultId };
}

/** Folders below `folder` that hold a model.json. Names that begin with a dot are installations under way. */
export function modelIds(folder: string): string[] {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return [];
  return readdirSync(folder)
    .filter((id) => !id.startsWith(".") && existsSync(join(folder, id, "model.json")))
    .sort();
}

/** Reads and checks one model.json. Throws UserError model-broken that names the file and the field. */
export function readManifest(path: string, id: string): Manifest {
  const parsed = manifestSchema.safeParse(readJson(join(path, "model.json"), id));
  if (!parsed.success) throw broken(id, `model.json: ${describeFaults(parsed.error)}`);
  return parsed.data;
}

function readModelInfo(path: string, id: string): ModelInfo {
  const manifest = readManifest(path, id);
  const { sizes } = manifest;
  return {
    id,
    title: manifest.title,
    licence: manifest.licence,
    path,
    modes: manifest.modes,
    sizes: {
      default: toSize(sizes.default),
      ...(sizes.only ? { only: sizes.only.map(toSize) } : {}),
      multipleOf: sizes.multipleOf,
      minPx: sizes.min,
      maxPx: sizes.max,
    },
    defaults: manifest.defaults,
    limits: manifest.limits,
    ...(manifest.vocabulary === undefined ? {} : { vocabulary: readVocabulary(join(path, manifest.vocabulary), id) }),
    ...(manifest.scorer === undefined ? {} : { scorer: manifest.scorer }),
    ...(manifest.memory === undefined ? {} : { memory: true as const }),
    alpha: manifest.alpha,
  };
}

function toSize([widthPx, heightPx]: readonly [number, number]): { widthPx: number; heightPx: number } {
  return { widthPx, heightPx };
}

function readVocabulary(path: string, id: string): Vocabulary {
  const parsed = vocabularySchema.safeParse(readJson(path, id));
  if (!parsed.success) throw broken(id, `${path}: ${describeFaults(parsed.error)}`);
  return parsed.data;
}

function readJson(path: string, id: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw broken(id, `${path} is missing or not JSON`, error);
  }
}

function broken(model: string, reason: string, cause?: unknown): UserError {
  return new UserError("model-broken", { model, reason }, { cause });
}
