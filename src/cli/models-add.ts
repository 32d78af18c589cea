import { existsSync } from "node:fs";
import { mkdir, realpath } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { Command, Option } from "commander";
import { UserError } from "../core/errors.ts";
import { installModel } from "../models/install-model.ts";
import { checkModelName, checkNameIsFree, suggestModelName } from "../models/model-name.ts";
import { builtInModels } from "../paths.ts";
import { describeModel } from "./models-list.ts";
import { inspectFolder, openModelsPlace, type ModelsPlace } from "./models-place.ts";
import { say, sayStep } from "./models-text.ts";

/** `easel models add <folder>`: loads a model folder, copies it and writes its model.json. */
export function addCommand(): Command {
  return new Command("add")
    .description("Install a model folder: load it, hash it, write its model.json")
    .argument("<folder>", "a folder in one of the ONNX layouts of optimum, diffusers, Olive, OnnxStack …")
    .option("--id <name>", "its name here; the folder's name by default")
    .addOption(new Option("--copy", "copy the files (default)").conflicts("link"))
    .option("--link", "hard-link the files: no disk space, but changes of the originals show through")
    .action(async (folder: string, options: { id?: string; link?: boolean }) => {
      const place = openModelsPlace();
      const id = options.id === undefined ? suggestModelName(resolve(folder)) : checkModelName(options.id);
      if (!existsSync(folder)) throw new UserError("file-unreadable", { file: folder, reason: "it does not exist" });
      await checkIsNew(place, id, folder);
      const { manifest } = await installModel({
        source: folder,
        models: place.models,
        id,
        how: options.link ? "link" : "copy",
        inspect: inspectFolder,
        onStep: sayStep,
      });
      say(describeModel(id, manifest));
    });
}

/** A folder that already lies among the models may get its model.json in place. Throws UserError model-exists. */
async function checkIsNew(place: ModelsPlace, id: string, folder: string): Promise<void> {
  await mkdir(place.models, { recursive: true });
  const source = await realpath(folder);
  const isInPlace = dirname(source) === (await realpath(place.models));
  checkNameIsFree(
    id,
    isInPlace && resolve(place.models, id) === source ? [builtInModels()] : [builtInModels(), place.models],
  );
}
