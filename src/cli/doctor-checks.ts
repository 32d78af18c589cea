import { accessSync, constants, existsSync, mkdirSync, statfsSync } from "node:fs";
import { arch, availableParallelism, freemem, platform, totalmem } from "node:os";
import { join, resolve } from "node:path";
import { loadProcessSettings } from "../config/load.ts";
import type { Settings } from "../config/variables.ts";
import { silentLogger } from "../core/logger.ts";
import { probeInChild } from "../inference/probe.ts";
import { testImageFilters } from "../inference/test-image-filters.ts";
import { discordCommands } from "./discord-commands-check.ts";
import { slackSettings } from "./slack-check.ts";
import { modelIds, readManifest } from "../models/model-library.ts";
import { verifyFiles } from "../models/verify-files.ts";
import { verifyAudit } from "../moderation/audit-log.ts";
import { builtInModels, modelFolders, packageRoot } from "../paths.ts";
import { createSafety } from "../safety/safety.ts";
import { checkSettingsStore } from "../storage/check-settings-store.ts";
import { checkDatabase, openDatabase } from "../storage/database.ts";
import { systemClock } from "../system-clock.ts";

export interface Finding {
  readonly check: string;
  /** warn: it works, but not as well as it could. */
  readonly state: "ok" | "warn" | "fail";
  readonly detail: string;
  /** What to do about it. */
  readonly fix?: string;
}

const MIN_NODE = [20, 19] as const;
const LOW_DISK_BYTES = 1024 ** 3;
const MIN_DISK_BYTES = 100 * 1024 ** 2;
const GIB = 1024 ** 3;

/** Runs every check in turn; a check that throws is a failed check. */
export async function runChecks(): Promise<Finding[]> {
  const findings: Finding[] = [nodeVersion(process.versions.node), machine()];
  const settings = configuration(findings);
  if (!settings) return findings;
  const checks: readonly [string, (settings: Settings) => Finding[] | Promise<Finding[]>][] = [
    ["tokens", tokens],
    ["discord commands", discordCommands],
    ["slack", slackSettings],
    ["data folder", dataFolder],
    ["database", database],
    ["settings store", settingsStore],
    ["audit log", auditLog],
    ["models", models],
    ["prompt rules", promptRules],
    ["image filters", imageFilters],
    ["devices", devices],
  ];
  for (const [check, run] of checks) {
    try {
      findings.push(...(await run(settings)));
    } catch (error) {
      findings.push({ check, state: "fail", detail: error instanceof Error ? error.message : String(error) });
    }
  }
  return findings;
}

/** Whether this Node can run Easel. */
export function nodeVersion(version: string): Finding {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const enough = major > MIN_NODE[0] || (major === MIN_NODE[0] && minor >= MIN_NODE[1]);
  return enough
    ? { check: "node", state: "ok", detail: `Node ${version}` }
    : { check: "node", state: "fail", detail: `Node ${version}`, fix: `Install Node ${MIN_NODE.join(".")} or newer.` };
}

function machine(): Finding {
  const detail = `${platform()} ${arch()}, ${availableParallelism()} cores, ${(totalmem() / GIB).toFixed(1)} GiB memory (${(freemem() / GIB).toFixed(1)} free)`;
  return { check: "machine", state: "ok", detail };
}

function configuration(findings: Finding[]): Settings | undefined {
  try {
    const settings = loadProcessSettings();
    findings.push({
      check: "configuration",
      state: "ok",
      detail: existsSync(".env") ? ".env and environment are valid" : "defaults; there is no .env",
    });
    return settings;
  } catch (error) {
    findings.push({
      check: "configuration",
      state: "fail",
      detail: (error as Error).message,
      fix: "Correct .env; .env.example explains each line.",
    });
    return undefined;
  }
}

/** Whether what looks like a token can be one. */
export function tokens(settings: Pick<Settings, "DISCORD_TOKEN" | "SLACK_BOT_TOKEN" | "SLACK_APP_TOKEN">): Finding[] {
  const shapes = [
    [
      "DISCORD_TOKEN",
      settings.DISCORD_TOKEN,
      /^[\w-]{20,}\.[\w-]{4,}\.[\w-]{20,}$/,
      "three parts with dots between them",
    ],
    ["SLACK_BOT_TOKEN", settings.SLACK_BOT_TOKEN, /^xoxb-[\w-]{10,}$/, "xoxb-…"],
    ["SLACK_APP_TOKEN", settings.SLACK_APP_TOKEN, /^xapp-[\w-]{10,}$/, "xapp-…"],
  ] as const;
  const given = shapes.filter(([, value]) => value !== "");
  if (given.length === 0)
    return [{ check: "tokens", state: "ok", detail: "none given: the terminal is the only place to draw" }];
  return given.map(([name, value, shape, expected]) =>
    shape.test(value)
      ? {
          check: "tokens",
          state: "ok",
          detail: `${name} is given`,
        }
      : {
          check: "tokens",
          state: "fail",
          detail: `${name} does not look like a token (${expected})`,
          fix: "Copy it again from the service's page.",
        },
  );
}

function dataFolder(settings: Settings): Finding[] {
  const folder = resolve(settings.DATA_DIR);
  mkdirSync(folder, { recursive: true });
  accessSync(folder, constants.W_OK);
  const { bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  const detail = `${folder}, ${(free / GIB).toFixed(1)} GiB free`;
  if (free < MIN_DISK_BYTES)
    return [{ check: "data folder", state: "fail", detail, fix: "Free some space, or set DATA_DIR to another disk." }];
  if (free < LOW_DISK_BYTES)
    return [{ check: "data folder", state: "warn", detail, fix: "Less than 1 GiB is left: pictures will fill it." }];
  return [{ check: "data folder", state: "ok", detail }];
}

function database(settings: Settings): Finding[] {
  const path = join(resolve(settings.DATA_DIR), "easel.db");
  if (!existsSync(path)) return [{ check: "database", state: "ok", detail: `${path} will be made at the first start` }];
  const opened = openDatabase({ path, log: silentLogger });
  try {
    const faults = checkDatabase(opened);
    return faults.length === 0
      ? [{ check: "database", state: "ok", detail: `${path} is sound` }]
      : [
          {
            check: "database",
            state: "fail",
            detail: `${path}: ${faults.slice(0, 3).join("; ")}`,
            fix: "Restore a backup, or move the file away to start empty.",
          },
        ];
  } finally {
    opened.close();
  }
}

/** Whether the store that several programs share can be written and read. */
export async function settingsStore({ KEYV_URL: url }: Pick<Settings, "KEYV_URL">): Promise<Finding[]> {
  const check = "settings store";
  if (url === "") return [{ check, state: "ok", detail: "settings are in the database" }];
  const database = openDatabase({ path: ":memory:", log: silentLogger });
  try {
    await checkSettingsStore({ url, database, clock: systemClock });
    return [{ check, state: "ok", detail: "settings are in the shared store, which answers" }];
  } catch (error) {
    const detail = `the store of KEYV_URL cannot be used: ${error instanceof Error ? error.message : String(error)}`;
    const fix = "Start it, correct KEYV_URL, or give it more memory. Until then what was last known counts.";
    return [{ check, state: "warn", detail, fix }];
  } finally {
    database.close();
  }
}

function auditLog(settings: Settings): Finding[] {
  const path = join(resolve(settings.DATA_DIR), "easel.db");
  if (!existsSync(path)) return [];
  const opened = openDatabase({ path, log: silentLogger });
  try {
    const finding = verifyAudit(opened);
    if (finding.ok)
      return [{ check: "audit log", state: "ok", detail: `${finding.rows} rows, none changed or missing` }];
    return [
      {
        check: "audit log",
        state: "fail",
        detail: `row ${finding.row}: ${finding.fault}`,
        fix: "Somebody changed the database by other means than Easel: see RUNBOOK.md.",
      },
    ];
  } finally {
    opened.close();
  }
}

async function models(settings: Settings): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const folder of modelFolders(settings)) {
    for (const id of modelIds(folder)) {
      const path = join(folder, id);
      const faults = await verifyFiles(path, readManifest(path, id), { hashes: true });
      findings.push(
        faults.length === 0
          ? { check: "models", state: "ok", detail: `${id}: all files are as published` }
          : {
              check: "models",
              state: "fail",
              detail: `${id}: ${faults.map((fault) => `${fault.path} ${fault.fault}`).join("; ")}`,
              fix: "Copy the model folder again.",
            },
      );
    }
  }
  if (!findings.some((finding) => finding.detail.startsWith(`${settings.DEFAULT_MODEL}:`))) {
    findings.push({
      check: "models",
      state: "fail",
      detail: `DEFAULT_MODEL=${settings.DEFAULT_MODEL} is not installed`,
      fix: `Look into ${modelFolders(settings).join(" and ")}.`,
    });
  }
  return findings;
}

function promptRules({ SAFETY_RULES }: Settings): Finding[] {
  const check = "prompt rules";
  const safety = createSafety({ folder: join(packageRoot(), "models/safety-rules"), log: silentLogger });
  const fault = safety.fault();
  if (fault !== undefined)
    return [{ check, state: "fail", detail: `nothing is drawn: ${fault}`, fix: "Copy models/safety-rules again." }];
  if (SAFETY_RULES === "") return [{ check, state: "ok", detail: "the shipped rules pass their test" }];
  const own = safety.reloadRules(resolve(SAFETY_RULES));
  return own.ok
    ? [{ check, state: "ok", detail: `the shipped rules and ${SAFETY_RULES} pass their test` }]
    : [{ check, state: "fail", detail: own.fault, fix: "Correct the file; a running Easel takes it over by itself." }];
}

async function imageFilters(): Promise<Finding[]> {
  const { filters, faults } = await testImageFilters(builtInModels());
  const check = "image filters";
  if (faults.length === 0)
    return [{ check, state: "ok", detail: `${filters.join(", ")}: the test picture's scores are right` }];
  const fix = "Copy the classifier's folder again; a running Easel takes it over by itself.";
  return faults.map((fault) => ({ check, state: "fail", detail: `nothing is drawn: ${fault}`, fix }));
}

async function devices(): Promise<Finding[]> {
  const reports = await probeInChild();
  const works = reports.filter((report) => report.usable);
  return [
    works.length === 0
      ? {
          check: "devices",
          state: "fail",
          detail: "no device can run a model",
          fix: "Run npm ci again; the reasons are below.",
        }
      : { check: "devices", state: "ok", detail: `works: ${works.map((report) => report.device).join(", ")}` },
    ...reports
      .filter((report) => !report.usable)
      .map((report): Finding => ({
        check: "devices",
        state: "ok",
        detail: `${report.device} is not usable here: ${report.reason ?? "unknown reason"}`,
      })),
  ];
}
