import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { onTestFinished } from "vitest";
import { composeAnswer } from "../../../src/core/compose-answer.ts";
import type { BlobRef } from "../../../src/core/image-request.ts";
import type { Interaction } from "../../../src/core/interaction.ts";
import type { Job } from "../../../src/core/job.ts";
import { silentLogger } from "../../../src/core/logger.ts";
import type { Message } from "../../../src/core/message.ts";
import type { Platform } from "../../../src/core/platform.ts";
import type { KeyValueStore } from "../../../src/core/stores.ts";
import { encodePicture } from "../../../src/images/encode.ts";
import { convertPicture } from "../../../src/images/fit-to-limit.ts";
import { makeGridFile } from "../../../src/images/grid.ts";
import { readPicture } from "../../../src/images/read-picture.ts";
import { toThumbnail } from "../../../src/images/resize.ts";
import { createTerminal, type TerminalDeps } from "../../../src/platforms/terminal/create-terminal.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import type { FakeClock } from "../../support/fake-clock.ts";
import { plain } from "../../images/pictures.ts";
import { Recorder } from "./virtual-terminal.ts";

/** A folder that goes away with the test. */
export async function temporaryFolder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "easel-terminal-"));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

export function memoryStore(): KeyValueStore & { readonly entries: Map<string, unknown> } {
  const entries = new Map<string, unknown>();
  return {
    entries,
    get: async <T>(key: string) => entries.get(key) as T | undefined,
    set: async (key, value) => void entries.set(key, value),
    delete: async (key) => entries.delete(key),
  };
}

/** The file of picture `index`: one colour, recipe in its texts. */
export const pictureBytes = (index: number): Promise<Uint8Array> =>
  encodePicture(plain(8, 8, 40 * index, 100, 200), {
    source: "trainedAlgorithmicMedia",
    creatorTool: "Easel",
    parameters: `a fox\nSteps: 1, Seed: ${index}, Size: 8x8`,
  });

/** Everything around a terminal: a queue in memory, and a bot that a test plays by hand. */
export interface FakeBot {
  readonly deps: TerminalDeps;
  readonly input: PassThrough & { isTTY: boolean };
  readonly output: Recorder;
  readonly errorOutput: Recorder;
  readonly clock: FakeClock;
  readonly jobs: Map<string, Job>;
  readonly seen: Interaction[];
  /** What happens with an interaction; by default /imagine becomes a job j1, j2, … and the rest nothing. */
  onInteraction: (interaction: Interaction) => Promise<void>;
  readonly handle: (interaction: Interaction) => Promise<void>;
  /** Finishes a job with `count` pictures, the way the dispatcher does. */
  finish(platform: Platform, id: string, count?: number): Promise<void>;
  /** Ends a job otherwise. */
  end(platform: Platform, id: string, change: Partial<Job>): Promise<void>;
}

export function addJob(jobs: Map<string, Job>, interaction: Interaction, id: string): Job {
  const { person, place, address } = interaction;
  const prompt = interaction.kind === "command" ? String(interaction.options["text"]) : "again";
  const job: Job = {
    id,
    key: interaction.id,
    person,
    place,
    address,
    tier: "interactive",
    state: "running",
    attempts: 1,
    createdAt: jobs.size,
    request: {
      mode: "text-to-image",
      prompt,
      negativePrompt: "",
      model: "doodle",
      widthPx: 8,
      heightPx: 8,
      steps: 4,
      guidanceScale: 1,
      scheduler: { name: "", config: {} },
      pictures: [{ seed: 7, prompt }],
      tile: false,
      private: false,
      notes: [],
    },
  };
  jobs.set(id, job);
  return job;
}

export async function createFakeBot(
  options: { tty?: boolean; outDir?: string; store?: KeyValueStore } = {},
): Promise<FakeBot> {
  const tty = options.tty ?? false;
  const outDir = options.outDir ?? (await temporaryFolder());
  const input = Object.assign(new PassThrough(), { isTTY: tty });
  const output = new Recorder({ isTTY: tty, columns: 60 });
  const errorOutput = new Recorder({ isTTY: tty, columns: 60 });
  const clock = createFakeClock();
  const jobs = new Map<string, Job>();
  const seen: Interaction[] = [];

  const finishAs = async (platform: Platform, job: Job): Promise<void> => {
    jobs.set(job.id, job);
    await platform.deliver(job.address, composeAnswer(job), job.id);
  };

  const bot: FakeBot = {
    input,
    output,
    errorOutput,
    clock,
    jobs,
    seen,
    async onInteraction(interaction) {
      if (interaction.kind === "command" && interaction.command === "imagine")
        addJob(jobs, interaction, `j${jobs.size + 1}`);
    },
    async handle(interaction) {
      seen.push(interaction);
      await bot.onInteraction(interaction);
    },
    async finish(platform, id, count = 1) {
      const pictures = Array.from({ length: count }, (_, index) => ({
        blob: { sha256: String(index), mimeType: "image/png" },
        widthPx: 8,
        heightPx: 8,
        seed: 7 + index,
        prompt: "a fox",
        pixelsSha256: "",
        altText: "AI-generated image: a fox",
        spoiler: false,
      }));
      const timings = { textMs: 1, denoiseMs: 1, decodeMs: 1, filterMs: 1, totalMs: 4000 };
      await finishAs(platform, { ...jobs.get(id)!, state: "rendered", result: { pictures, timings, notes: [] } });
    },
    end: (platform, id, change) => finishAs(platform, { ...jobs.get(id)!, ...change }),
    deps: {
      output,
      errorOutput,
      env: tty ? { TERM: "xterm-256color", NO_COLOR: "1" } : {},
      session: "s1",
      person: { platform: "terminal", id: "me", name: "me", moderator: true, roles: [] },
      queue: {
        get: async (id) => jobs.get(id),
        list: async ({ states, limit }) =>
          [...jobs.values()]
            .reverse()
            .filter(({ state }) => states?.includes(state) ?? true)
            .slice(0, limit),
      },
      readBlob: ({ sha256 }: BlobRef) => pictureBytes(Number(sha256)),
      store: options.store ?? memoryStore(),
      outDir,
      tools: {
        decode: (bytes) => readPicture(bytes, "it"),
        shrink: toThumbnail,
        convert: convertPicture,
        grid: makeGridFile,
      },
      clock,
      log: silentLogger,
    },
  };
  return bot;
}

/** Waits until something has happened; the test's own time limit ends a wait for nothing. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
}

export const notice = (text: string, more: Partial<Message> = {}): Message => ({
  kind: "notice",
  text,
  pictures: [],
  buttons: [],
  private: true,
  ...more,
});

/** A running terminal on a fake bot. */
export async function start(options: { tty?: boolean } = {}) {
  const bot = await createFakeBot(options);
  const terminal = createTerminal({ ...bot.deps, input: bot.input });
  await terminal.start(bot.handle);
  return { bot, terminal, deps: bot.deps };
}
