import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Which rooms a room may import. The map of the house: README points here. `*` = every room. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  core: [],
  numerics: [],
  log: ["core"],
  config: ["core"],
  onnx: ["core", "numerics"],
  diffusion: ["core", "numerics", "onnx"],
  safety: ["core", "numerics", "onnx"],
  images: ["core", "numerics"],
  storage: ["core"],
  models: ["core"],
  jobs: ["core", "storage"],
  moderation: ["core", "storage"],
  inference: ["core"],
  "inference/child": ["core", "numerics", "onnx", "diffusion", "safety", "models", "log", "images"],
  bot: ["core"],
  health: ["core"],
  "platforms/terminal": ["core"],
  "platforms/discord": ["core"],
  simulator: ["core"],
  "platforms/slack": ["core"],
  commands: ["core"],
  cli: ["*"],
  main: ["*"],
};

/** The only rooms that may import a package. */
const OWNER: Record<string, readonly string[]> = {
  "discord.js": ["platforms/discord"],
  "@discordjs/rest": ["platforms/discord"],
  "@discordjs/ws": ["platforms/discord"],
  "discord-api-types": ["platforms/discord", "simulator"],
  ws: ["simulator"],
  busboy: ["simulator"],
  "@slack/bolt": ["platforms/slack"],
  "@slack/socket-mode": ["platforms/slack"],
  "@slack/web-api": ["platforms/slack"],
  "onnxruntime-node": ["onnx"],
  sharp: ["images"],
  bottleneck: ["jobs", "platforms/slack"],
  keyv: ["storage"],
  "@keyv/redis": ["storage"],
  libsql: ["storage"],
  dotenv: ["config"],
  zod: ["config", "models", "diffusion"],
  pino: ["log"],
  commander: ["cli"],
  "@huggingface/tokenizers": ["diffusion"],
  "@huggingface/hub": ["models"],
  protobufjs: ["models"],
  "@contentauth/c2pa-wasm": ["images"],
  "fastest-levenshtein": ["core"],
  tinypool: ["main"],
};

/** Global names with one home. */
const GLOBALS: readonly { pattern: RegExp; what: string; rooms: readonly string[] }[] = [
  // no-telemetry.ts writes two variables before onnxruntime-node is loaded.
  { pattern: /\bprocess\.env\b(?!\["ORT_)/, what: "process.env", rooms: ["config"] },
  { pattern: /\bMath\.random\b/, what: "Math.random", rooms: [] },
  { pattern: /\bDate\.now\b/, what: "Date.now", rooms: ["main", "log"] },
];

const MAX_LINES = 400;
const MAX_TEST_LINES = 600;

function filesBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesBelow(path);
    return entry.name.endsWith(".ts") ? [path] : [];
  });
}

/** The room of a path relative to the repository. */
function roomOf(path: string): string {
  const parts = path.split(sep);
  if (parts[0] === "commands") return "commands";
  if (parts[0] !== "src") return "outside";
  if (parts.length === 2) return "main";
  if (parts[1] === "platforms" && parts.length > 3) return `platforms/${parts[2]}`;
  if (parts[1] === "inference" && parts[2]?.startsWith("child")) return "inference/child";
  return parts[1]!;
}

function importsOf(path: string): string[] {
  const text = readFileSync(join(root, path), "utf8");
  return [...text.matchAll(/(?:^|[\s;}])(?:from|import)\s*\(?\s*["']([^"'\n]+)["']/g)].map((match) => match[1]!);
}

const sources = [...filesBelow("src"), ...filesBelow("commands")];

describe("the house", () => {
  it("has a row for every room", () => {
    const unknown = sources.filter((path) => !(roomOf(path) in MAY_IMPORT));

    expect(unknown).toEqual([]);
  });

  it.each(sources)("%s imports only what its room may", (path) => {
    const room = roomOf(path);
    const wrong: string[] = [];
    for (const target of importsOf(path)) {
      if (target.startsWith(".")) {
        const other = roomOf(relative(root, resolve(root, dirname(path), target)));
        const allowed = MAY_IMPORT[room] ?? [];
        const sameHouse = other === room || (room === "inference/child" && other === "inference");
        if (!sameHouse && !allowed.includes(other) && !allowed.includes("*")) wrong.push(`${target} (room ${other})`);
      } else if (!target.startsWith("node:")) {
        const name = target.startsWith("@") ? target.split("/").slice(0, 2).join("/") : target.split("/")[0]!;
        const owners = OWNER[name];
        if (!owners) wrong.push(`${name} has no owner in this table`);
        else if (!owners.includes(room)) wrong.push(`${name} belongs to ${owners.join(", ")}`);
      }
    }

    expect(wrong).toEqual([]);
  });

  it.each(sources)("%s uses process.env, the clock and randomness only where they live", (path) => {
    const text = readFileSync(join(root, path), "utf8").replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");
    const wrong = GLOBALS.filter(({ pattern, rooms }) => pattern.test(text) && !rooms.includes(roomOf(path)));

    expect(wrong.map(({ what }) => what)).toEqual([]);
  });

  it("keeps files short", () => {
    const long = [...sources, ...filesBelow("test")].filter((path) => {
      const lines = readFileSync(join(root, path), "utf8").split("\n").length;
      return lines > (path.startsWith("test") ? MAX_TEST_LINES : MAX_LINES);
    });

    expect(long).toEqual([]);
  });

  it("has no drawer for odds and ends", () => {
    const drawers = sources.filter((path) => /(^|\/)(utils?|helpers?|common|lib|misc|types)(\/|\.ts$)/.test(path));

    expect(drawers).toEqual([]);
  });

  it("keeps models/ free of code", () => {
    const code = statSync(join(root, "models"), { throwIfNoEntry: false }) ? filesBelow("models") : [];

    expect(code).toEqual([]);
  });
});
