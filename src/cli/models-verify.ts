import { Command } from "commander";
import { UserError } from "../core/errors.ts";
import { readManifest } from "../models/model-library.ts";
import { describeFileFaults, verifyFiles } from "../models/verify-files.ts";
import { openModelsPlace } from "./models-place.ts";
import { say } from "./models-text.ts";

/** `easel models verify [id]`: compares files with the hashes of model.json; exit code 1 when one differs. */
export function verifyCommand(): Command {
  return new Command("verify")
    .description("Check that the files of a model, or of all, are those that were installed")
    .argument("[id]", "name of an installed model; all by default")
    .action(async (id: string | undefined) => {
      const place = openModelsPlace();
      const faulty: string[] = [];
      for (const model of id === undefined ? place.installed() : [place.find(id)]) {
        const faults = await faultsOf(model.folder, model.id);
        say(`${faults === "" ? "ok  " : "FAIL"}  ${model.id}${faults === "" ? "" : `: ${faults}`}`);
        if (faults !== "") faulty.push(model.id);
      }
      if (faulty.length > 0)
        throw new UserError("model-altered", { model: faulty.join(", "), faults: "copy or pull it again." });
    });
}

async function faultsOf(folder: string, id: string): Promise<string> {
  try {
    return describeFileFaults(await verifyFiles(folder, readManifest(folder, id), { hashes: true }));
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
}
