import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { Command } from "commander";
import type { HubListing } from "../models/hub-listing.ts";
import { installModel } from "../models/install-model.ts";
import { checkModelName, checkNameIsFree, suggestModelName } from "../models/model-name.ts";
import type { PullPlan } from "../models/pull-model.ts";
import { builtInModels } from "../paths.ts";
import { systemClock } from "../system-clock.ts";
import { createDownloadBar } from "./models-bar.ts";
import { describeModel } from "./models-list.ts";
import { inspectFolder, openModelsPlace } from "./models-place.ts";
import { confirm, formatBytes, say, sayStep } from "./models-text.ts";

/** `easel models pull <repository>`: downloads a model from the Hugging Face hub and installs it. */
export function pullCommand(): Command {
  return new Command("pull")
    .description("Download a model from the Hugging Face hub and install it")
    .argument("<model>", "its name on the hub, owner/name")
    .option("--revision <revision>", "branch, tag or commit", "main")
    .option("--id <name>", "its name here; the last part of its name on the hub by default")
    .option("--yes", "accept size and licence without being asked")
    .action(async (repo: string, options: { revision: string; id?: string; yes?: boolean }) => {
      const { settings, models } = openModelsPlace();
      const id = options.id === undefined ? suggestModelName(repo) : checkModelName(options.id);
      checkNameIsFree(id, [builtInModels(), models]);
      // Only this sub-command pays for the hub's library.
      const { listHubModel } = await import("../models/hub-listing.ts");
      const { discardDownload, downloadPlan, planPull } = await import("../models/pull-model.ts");

      const hub = { endpoint: settings.HF_ENDPOINT.replace(/\/+$/, ""), token: settings.HF_TOKEN };
      const listing = await listHubModel(repo, options.revision, hub);
      const plan = planPull(listing);
      say(describePlan(plan));
      if (!options.yes)
        await confirm("Download it and accept its licence?", `Downloading ${repo} and accepting its licence`);

      await mkdir(models, { recursive: true });
      // Another commit's files may have the same sizes.
      const download = join(models, `.${id}.${listing.commit.slice(0, 12)}.download`);
      const bar = createDownloadBar(process.stderr);
      await downloadPlan(plan, download, { hub, clock: systemClock, onProgress: (progress) => bar.update(progress) });
      bar.end();

      const { manifest } = await installModel({
        source: download,
        models,
        id,
        how: "move",
        inspect: inspectFolder,
        onStep: sayStep,
        origin: originOf(listing),
      });
      await discardDownload(download);
      say(describeModel(id, manifest));
    });
}

function originOf({ repo, commit, licence }: HubListing) {
  return { name: repo, title: repo, version: commit, ...(licence === undefined ? {} : { licence }) };
}

function describePlan({ listing, files, bytes }: PullPlan): string {
  const left = listing.files.length - files.length;
  const link = listing.licenceLink === undefined ? "" : ` (${listing.licenceLink})`;
  return [
    `${listing.repo} at ${listing.commit.slice(0, 12)}`,
    `  licence   ${listing.licence ?? "none is given: ask its owner before you use it"}${link}`,
    `  download  ${files.length} files, ${formatBytes(bytes)}${left > 0 ? ` (${left} others are not needed)` : ""}`,
  ].join("\n");
}
