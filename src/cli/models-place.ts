import { existsSync } from "node:fs";
import { join } from "node:path";
import { loadProcessSettings } from "../config/load.ts";
import type { Settings } from "../config/variables.ts";
import { UserError } from "../core/errors.ts";
import { didYouMean } from "../core/nearest.ts";
import { runChild } from "../inference/run-child.ts";
import { modelFactsSchema, type ModelFacts } from "../models/model-facts.ts";
import { modelIds } from "../models/model-library.ts";
import { builtInModels, ownModels } from "../paths.ts";

/** An installed model. */
export interface InstalledModel {
  readonly id: string;
  readonly folder: string;
  /** It came with Easel. */
  readonly isBuiltIn: boolean;
}

/** Where the sub-commands of `easel models` find and put things. */
export interface ModelsPlace {
  readonly settings: Settings;
  /** Folder of the operator's models. */
  readonly models: string;
  /** The operator's models, and the built-in ones of other names. */
  installed(): InstalledModel[];
  /** Throws UserError model-unknown with the nearest name. */
  find(id: string): InstalledModel;
}

/** The models of this process's settings. */
export function openModelsPlace(): ModelsPlace {
  const settings = loadProcessSettings();
  const models = ownModels(settings);

  function installed(): InstalledModel[] {
    const own = modelIds(models).map((id) => ({ id, folder: join(models, id), isBuiltIn: false }));
    const builtIn = modelIds(builtInModels()).map((id) => ({ id, folder: join(builtInModels(), id), isBuiltIn: true }));
    return [...builtIn.filter(({ id }) => !existsSync(join(models, id, "model.json"))), ...own];
  }

  return {
    settings,
    models,
    installed,
    find(id) {
      const all = installed();
      const found = all.find((model) => model.id === id);
      if (found) return found;
      const ids = all.map((model) => model.id);
      throw new UserError("model-unknown", { model: id, hint: didYouMean(id, ids), installed: ids.join(", ") });
    },
  };
}

/** Loads a model folder in a process of its own and says what it is. Rejects with UserError model-broken. */
export async function inspectFolder(folder: string): Promise<ModelFacts> {
  return modelFactsSchema.parse(await runChild("child-inspect", { folder }));
}
