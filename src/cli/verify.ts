import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { Command } from "commander";
import { loadProcessSettings } from "../config/load.ts";
import { UserError } from "../core/errors.ts";
import { silentLogger } from "../core/logger.ts";
import { ORIGINS } from "../core/origin-text.ts";
import type { PictureReport } from "../core/provenance.ts";
import { readAnchors } from "../images/credential-authority.ts";
import { readInstallationKey } from "../images/installation-key.ts";
import { createVerifier } from "../images/verify-picture.ts";
import { createWatermark } from "../images/watermark.ts";
import { openDatabase } from "../storage/database.ts";
import { createPictureRegistry } from "../storage/picture-registry.ts";

/** `easel verify <file>`: where a picture comes from, and why. Makes nothing, also where no Easel ever ran. */
export function verifyCommand(): Command {
  return new Command("verify")
    .description("Say where a picture file comes from: made here, by another machine, or unknown")
    .argument("<file>", "a PNG, JPEG, WebP, GIF or AVIF file")
    .option("--json", "print the report as JSON")
    .action(async (file: string, options: { json?: boolean }) => {
      const report = await verifyFile(file, resolve(loadProcessSettings().DATA_DIR));
      process.stdout.write(
        options.json ? `${JSON.stringify({ file, ...report }, undefined, 2)}\n` : reportLines(report),
      );
    });
}

/** Verifies with what the installation in `dataDir` knows: its registry, its authority, its key, as far as they are there. */
export async function verifyFile(file: string, dataDir: string): Promise<PictureReport> {
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    throw new UserError("file-unreadable", { file, reason: error.code ?? error.message }, { cause: error });
  });
  const folder = join(dataDir, "credentials");
  const [anchors, installationKey] = await Promise.all([readAnchors(folder), readInstallationKey(folder)]);
  const watermark = createWatermark(installationKey === undefined ? {} : { installationKey });
  const path = join(dataDir, "easel.db");
  // Opening would make one.
  if (!existsSync(path)) return createVerifier({ anchors, watermark })(bytes, file);
  const database = openDatabase({ path, log: silentLogger });
  try {
    return await createVerifier({ anchors, watermark, registry: createPictureRegistry({ database }) })(bytes, file);
  } finally {
    database.close();
  }
}

function reportLines({ verdict, reasons }: PictureReport): string {
  return [`${ORIGINS[verdict]}.`, ...reasons.map(({ text }) => `- ${text}`), ""].join("\n");
}
