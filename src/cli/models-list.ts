import { Command } from "commander";
import { MODE_PHRASES } from "../core/mode-phrases.ts";
import type { Manifest } from "../models/manifest.ts";
import { readManifest } from "../models/model-library.ts";
import { openModelsPlace } from "./models-place.ts";
import { formatBytes, formatTable, say } from "./models-text.ts";

const bytesOf = ({ files }: Manifest): number => files.reduce((sum, { bytes }) => sum + bytes, 0);
const sizeOf = ([width, height]: readonly [number, number]): string => `${width}x${height}`;

/** `easel models list`: one line for each installed model. */
export function listCommand(): Command {
  return new Command("list").description("The installed models").action(() => {
    const place = openModelsPlace();
    const rows = place.installed().map(({ id, folder, isBuiltIn }) => {
      const manifest = readManifest(folder, id);
      const marks = [isBuiltIn ? "built in" : "", id === place.settings.DEFAULT_MODEL ? "default" : ""];
      return [
        id,
        sizeOf(manifest.sizes.default),
        formatBytes(bytesOf(manifest)),
        manifest.licence,
        marks.filter((mark) => mark !== "").join(", "),
        manifest.title,
      ];
    });
    say(formatTable([["NAME", "SIZE", "ON DISK", "LICENCE", "", "TITLE"], ...rows]));
  });
}

/** `easel models info <id>`: everything model.json says. */
export function infoCommand(): Command {
  return new Command("info")
    .description("What is known of a model")
    .argument("<id>", "name of an installed model")
    .option("--json", "print its model.json")
    .action((id: string, options: { json?: boolean }) => {
      const { folder } = openModelsPlace().find(id);
      const manifest = readManifest(folder, id);
      say(
        options.json
          ? JSON.stringify(manifest, undefined, 2)
          : `${describeModel(id, manifest)}\n${field("folder", folder)}`,
      );
    });
}

function field(name: string, value: string): string {
  return `  ${name.padEnd(10)}${value}`;
}

/** A model as a few lines for people. */
export function describeModel(id: string, manifest: Manifest): string {
  const { sizes, defaults, limits, modes, files } = manifest;
  const others = sizes.only
    ? `only ${sizes.only.map(sizeOf).join(", ")}`
    : `multiples of ${sizes.multipleOf} from ${sizes.min} to ${sizes.max}`;
  return [
    `${id}: ${manifest.title}`,
    field("licence", manifest.licence),
    field("version", manifest.version),
    field("can", modes.map((mode) => MODE_PHRASES[mode]).join(", ")),
    field("pictures", `${sizeOf(sizes.default)}${manifest.alpha ? " with transparency" : ""}; ${others}`),
    field(
      "defaults",
      `${defaults.steps} ${defaults.steps === 1 ? "step" : "steps"} (at most ${limits.maxSteps}), guidance ${defaults.guidanceScale}`,
    ),
    field("files", `${files.length}, ${formatBytes(bytesOf(manifest))}`),
  ].join("\n");
}
