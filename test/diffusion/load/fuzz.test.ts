import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { describe, expect, it } from "vitest";
import { UserError } from "../../../src/core/errors.ts";
import { loadModel } from "../../../src/diffusion/load/load-model.ts";
import { openSession } from "../../../src/onnx/open-session.ts";
import type { Session } from "../../../src/onnx/session.ts";
import { goldenDir } from "../../support/golden.ts";
import { seededRandom } from "../../support/seeded-random.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { createOddJson } from "./odd-json.ts";

/** Small ones of every kind: two layouts, external data, one to three encoders, both kinds of tokenizer. */
const MODELS = ["sd3", "generator", "flux-schnell", "sd1-taesd", "sd1-external-data", "sd-turbo-ort-demo"];
const ROUNDS = 2000;
/** Of a hundred mutations, those that touch a graph or its weights: opening them takes longest. */
const GRAPHS_PERCENT = 15;

const random = seededRandom(20_260_801);
const { pick, oddValue, oddJson } = createOddJson(random);

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
}

/** Some bytes flipped, most of them where a file tells what it is. */
function flipped(bytes: Buffer): Buffer {
  const result = Buffer.from(bytes);
  const ends = random(2) === 0 ? Math.min(400, bytes.length) : bytes.length;
  for (let i = 0; i <= random(4); i++) {
    const at = random(ends);
    result[random(2) === 0 ? at : bytes.length - 1 - at] = random(256);
  }
  return result;
}

type Mutation = (path: string, all: readonly string[]) => void;

const MUTATIONS: Readonly<Record<string, Mutation>> = {
  missing: (path) => rmSync(path),
  empty: (path) => writeFileSync(path, ""),
  truncated: (path) => writeFileSync(path, readFileSync(path).subarray(0, random(readFileSync(path).length))),
  flipped: (path) => writeFileSync(path, flipped(readFileSync(path))),
  swapped: (path, all) => {
    const other = readFileSync(pick(all));
    writeFileSync(path, other);
  },
  "made a folder": (path) => {
    rmSync(path);
    mkdirSync(path);
  },
  "made a link to itself": (path) => {
    rmSync(path);
    symlinkSync(path, path);
  },
  "odd json": (path) => {
    const text = readFileSync(path, "utf8");
    writeFileSync(path, path.endsWith(".json") ? oddJson(text) : `${text}\n${oddValue()}`);
  },
  "followed by rubbish": (path) =>
    writeFileSync(path, Buffer.concat([readFileSync(path), Buffer.alloc(1 + random(64), random(256))])),
};

const isGraph = (path: string): boolean => /\.onnx|weights\.pb|\.onnx_data/.test(path);

const digests = new Map<string, string>();

/** By content; a file that was not written since is not read again. */
function digest(path: string): string {
  const { mtimeNs, ino } = statSync(path, { bigint: true });
  const state = `${path} ${ino} ${mtimeNs}`;
  const found = digests.get(state) ?? createHash("sha1").update(readFileSync(path)).digest("hex");
  digests.set(state, found);
  return found;
}

/** openSession that opens equal graphs once: most rounds leave the graphs as they are. */
function createSharing() {
  const shared = new Map<string, Session>();
  const pristine = new Set<string>();
  return {
    remember: (path: string) => pristine.add(digest(path)),
    open: async (path: string): Promise<Session> => {
      const key = digest(path);
      const known = shared.get(key);
      if (known) return known;
      const session = await openSession(path, { device: "cpu", threads: 1 });
      if (!pristine.has(key)) return session;
      const kept = { ...session, release: () => Promise.resolve() };
      shared.set(key, kept);
      return kept;
    },
  };
}

describe("any model folder", () => {
  it(`opens, or is refused in a sentence: ${ROUNDS} damaged ones`, { timeout: 600_000 }, async () => {
    const base = temporaryFolder();
    const sharing = createSharing();
    const folders = MODELS.map((name) => {
      const root = join(base, name);
      cpSync(goldenDir("pipelines", name, "model"), root, { recursive: true });
      const files = filesBelow(root);
      files.filter((path) => path.endsWith(".onnx")).forEach((path) => sharing.remember(path));
      return { name, root, files };
    });
    const everything = folders.flatMap(({ files }) => files);
    const outcomes = { opened: 0, refused: 0 };
    const wrong: string[] = [];

    for (let round = 0; round < ROUNDS; round++) {
      const { name, root, files } = pick(folders);
      const wantsGraph = random(100) < GRAPHS_PERCENT;
      const path = pick(files.filter((file) => isGraph(file) === wantsGraph));
      const mutation = pick(Object.keys(MUTATIONS));
      const what = `${round}: ${name}/${relative(root, path)} ${mutation}`;
      MUTATIONS[mutation]!(path, everything);
      try {
        const model = await loadModel(root, {
          openSession: sharing.open,
          sessionOptions: { device: "cpu", threads: 1 },
        });
        model.tokenizers.forEach((tokenizer) => tokenizer?.encodePadded("a red fox, 2 owls — naïve 狐 🦊 \ud800"));
        await model.release();
        outcomes.opened++;
      } catch (error) {
        const reason = error instanceof UserError ? String(error.params["reason"]) : "";
        outcomes.refused++;
        if (!(error instanceof UserError)) wrong.push(`${what}: ${(error as Error).stack}`);
        else if (reason.length < 10 || reason.length > 500) wrong.push(`${what}: says ${reason.length} characters`);
        else if (reason.includes(base)) wrong.push(`${what}: tells where the folder lies: ${reason}`);
      }
      rmSync(path, { recursive: true, force: true });
      cpSync(join(goldenDir("pipelines", name, "model"), relative(root, path)), path);
    }

    expect(wrong).toEqual([]);
    expect(outcomes.opened).toBeGreaterThan(ROUNDS / 20);
    expect(outcomes.refused).toBeGreaterThan(ROUNDS / 3);
  });
});
