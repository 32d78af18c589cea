import type { Context } from "../../src/core/command.ts";
import type { ImageRequest } from "../../src/core/image-request.ts";
import type { CommandInteraction } from "../../src/core/interaction.ts";
import type { JobQueue } from "../../src/core/job-queue.ts";
import { FINISHED_STATES, type Job } from "../../src/core/job.ts";
import { silentLogger } from "../../src/core/logger.ts";
import type { Form, Message } from "../../src/core/message.ts";
import type { Moderation } from "../../src/core/moderation.ts";
import type { Person } from "../../src/core/platform.ts";
import type { KeyValueStore } from "../../src/core/stores.ts";
import { sampleJob } from "../core/sample-jobs.ts";
import { createFakeTaught } from "../support/fake-taught.ts";
import { openSmallModeration } from "../support/open-moderation.ts";
import { createSampleLibrary, createSeededRandom } from "../core/sample-models.ts";

export interface FakeContext extends Context {
  readonly replies: Message[];
  readonly submitted: (readonly ImageRequest[])[];
  readonly forms: Form[];
  readonly cancelled: { id: string; by: string }[];
  /** Job ids and key-value entries as they are now. */
  readonly stored: Map<string, unknown>;
}

interface FakeOptions {
  readonly jobs?: readonly Job[];
  readonly person?: Partial<Person>;
  readonly forms?: boolean;
  readonly stored?: Map<string, unknown>;
  readonly commands?: Context["commands"];
  readonly submit?: Context["submit"];
  readonly verify?: Context["verify"];
  /** Default: nothing is taught. */
  readonly taught?: Context["taught"];
  readonly models?: Context["models"];
  readonly upload?: Context["upload"];
  readonly score?: Context["score"];
  readonly defaults?: Context["defaults"];
  /** Default: a real one on a database in memory. */
  readonly moderation?: Moderation;
}

const { person, place, address } = sampleJob();

/** A context for Ann in the channel art that remembers what a command does with it. */
export function createFakeContext(options: FakeOptions = {}): FakeContext {
  const { jobs = [], stored = new Map<string, unknown>() } = options;
  const replies: Message[] = [];
  const submitted: (readonly ImageRequest[])[] = [];
  const forms: Form[] = [];
  const cancelled: { id: string; by: string }[] = [];
  const reply = async (message: Message): Promise<void> => void replies.push(message);
  const interaction: CommandInteraction = {
    kind: "command",
    command: "test",
    options: {},
    id: "test:event",
    person: { ...person, ...options.person },
    place,
    locale: "en",
    address,
    reply,
    ...(options.forms ? { openForm: async (form: Form) => void forms.push(form) } : {}),
  };
  const queue = createFakeQueue(jobs, cancelled);
  const settings = createFakeStore(stored);
  let moderation: Moderation | undefined;
  return {
    interaction,
    queue,
    get moderation() {
      return (moderation ??= options.moderation ?? openSmallModeration({ queue, settings }));
    },
    models: options.models ?? createSampleLibrary(),
    settings,
    defaults: options.defaults ?? {},
    verify: options.verify ?? unused,
    upload: options.upload ?? unused,
    score: options.score ?? unused,
    taught: options.taught ?? createFakeTaught(),
    log: silentLogger,
    commands: options.commands ?? [],
    reply,
    submit:
      options.submit ??
      (async (requests) => {
        submitted.push(requests);
        return requests.map((request) => sampleJob({ request }));
      }),
    random: createSeededRandom(1),
    replies,
    submitted,
    forms,
    cancelled,
    stored,
  };
}

function unused(): never {
  throw new Error("commands do not use this");
}

/** The newest of `jobs` comes first, as in the real queue. Only what commands use does something. */
export function createFakeQueue(jobs: readonly Job[], cancelled: { id: string; by: string }[] = []): JobQueue {
  return {
    get: async (id) => jobs.find((job) => job.id === id),
    list: async ({ person, platform, channel, states, limit }) =>
      jobs
        .filter((job) => person === undefined || job.person.id === person)
        .filter((job) => platform === undefined || job.person.platform === platform)
        .filter((job) => channel === undefined || job.place.channel === channel)
        .filter((job) => states === undefined || states.includes(job.state))
        .slice(0, limit),
    position: async () => ({ ahead: 2, etaMs: 12_000 }),
    stats: async () => ({
      waiting: { interactive: jobs.filter(({ state }) => state === "queued").length, batch: 0, background: 0 },
      running: jobs.filter(({ state }) => state === "running").length,
      undelivered: 0,
      waitingMs: 0,
    }),
    async cancel(id, by) {
      const job = jobs.find((job) => job.id === id);
      if (!job) return "unknown";
      if (FINISHED_STATES.includes(job.state)) return "finished";
      cancelled.push({ id, by });
      return "cancelled";
    },
    enqueue: unused,
    enqueueAll: unused,
    find: unused,
    claim: unused,
    beat: unused,
    complete: unused,
    fail: unused,
    release: unused,
    bump: unused,
    claimDelivery: unused,
    finishDelivery: unused,
    deferDelivery: unused,
    recover: unused,
    watch: unused,
    close: unused,
  };
}

/** Values pass through JSON, as in the real store. */
export function createFakeStore(stored: Map<string, unknown>): KeyValueStore {
  return {
    async get<T>(key: string) {
      return stored.get(key) as T | undefined;
    },
    async set(key, value) {
      stored.set(key, JSON.parse(JSON.stringify(value)));
    },
    delete: async (key) => stored.delete(key),
  };
}
