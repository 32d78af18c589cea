import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { Command } from "commander";
import { deviceEnvironment, loadProcessSettings } from "../config/load.ts";
import { UserError } from "../core/errors.ts";
import type { RawPicture } from "../core/generator.ts";
import { readOptionValues } from "../core/option-values.ts";
import { IMAGE_OPTIONS } from "../core/options.ts";
import { resolveRequest } from "../core/resolve-request.ts";
import { resolveDevices } from "../device-settings.ts";
import { encodeWith } from "../images/encode.ts";
import { makeGrid } from "../images/grid.ts";
import { createPool } from "../inference/pool.ts";
import { createLogger } from "../log/create-logger.ts";
import { createModelLibrary } from "../models/model-library.ts";
import { modelFolders } from "../paths.ts";
import { systemClock } from "../system-clock.ts";
import { EVALUATION_PROMPTS } from "./evaluation-prompts.ts";

const COLUMNS = 10;

/** What a look at a model says, beside its pictures. */
interface Findings {
  readonly pictures: readonly RawPicture[];
  /** Milliseconds on the device, for each. */
  readonly times: readonly number[];
  readonly notes: readonly string[];
}

/** `easel evaluate --out sheet.png`: draws the fixed prompts with one seed into a contact sheet and says how long a picture takes. */
export function evaluateCommand(): Command {
  return new Command("evaluate")
    .description("Draw a hundred fixed prompts into a contact sheet and measure the time of a picture")
    .option("--out <file>", "the sheet, a PNG", "contact-sheet.png")
    .option("--model <model>", "which model; by default the usual one")
    .option("--seed <seed>", "of every picture", "7")
    .option("--steps <steps>", "denoising steps; by default the model's")
    .option("--guidance <guidance>", "guidance; by default the model's, and 1 for a distilled denoiser")
    .option("--style <style>", "of every picture; by default each draws its own")
    .option("--prompts <count>", "only the first so many", String(EVALUATION_PROMPTS.length))
    .action(async ({ out, prompts, ...options }: { out: string; prompts: string } & Record<string, string>) => {
      const count = Math.min(EVALUATION_PROMPTS.length, Number(prompts));
      if (!(count >= 1)) throw new UserError("option-not-a-number", { option: "prompts", value: prompts });
      const { pictures, times, notes } = await look(EVALUATION_PROMPTS.slice(0, count), options);
      const sheet = await encodeWith(makeGrid(pictures, { columns: COLUMNS }), { type: "image/png" });
      await writeFile(out, sheet).catch((error: NodeJS.ErrnoException) => {
        throw new UserError("file-unwritable", { file: out, reason: error.code ?? error.message }, { cause: error });
      });
      process.stdout.write([`${out}: ${count} prompts, ${timesText(times)}`, ...notes, ""].join("\n"));
    });
}

async function look(prompts: readonly string[], options: Readonly<Record<string, string>>): Promise<Findings> {
  const settings = loadProcessSettings();
  const log = createLogger({ level: "warn", prompts: settings.LOG_PROMPTS });
  const models = createModelLibrary({ folders: modelFolders(settings), defaultId: settings.DEFAULT_MODEL, log });
  const values = readOptionValues(IMAGE_OPTIONS, options);
  const requests = prompts.map((prompt) => resolveRequest({ prompt, options: values }, { models, random: () => 0 }));
  const pool = createPool({
    devices: (await resolveDevices(settings)).slice(0, 1),
    childEntry: fileURLToPath(new URL("../inference/child.js", import.meta.url)),
    modelPath: (id) => models.get(id).path,
    clock: systemClock,
    log,
    env: deviceEnvironment(),
  });
  const pictures: RawPicture[] = [];
  const times: number[] = [];
  const notes: string[] = [];
  try {
    for (const [i, request] of requests.entries()) {
      const task = { job: `evaluation-${i + 1}`, request, inputs: {}, previews: false };
      const made = await pool.generate(task, () => {}, new AbortController().signal);
      pictures.push(...made.pictures);
      times.push(made.timings.totalMs - made.timings.filterMs);
      notes.push(...[...request.notes, ...made.notes].map((note) => `${i + 1}. ${request.prompt}: ${note}`));
    }
  } finally {
    await pool.stop({ graceMs: 0 });
  }
  return { pictures, times, notes };
}

/** The first picture warms caches up and is not counted where there are others. */
function timesText(times: readonly number[]): string {
  const counted = times.length > 1 ? times.slice(1) : times;
  const sorted = counted.toSorted((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)];
  return `${seconds(median)} a picture (fastest ${seconds(sorted[0])}, slowest ${seconds(sorted.at(-1))})`;
}

function seconds(ms: number | undefined): string {
  return `${((ms ?? 0) / 1000).toFixed(2)} s`;
}
