import { randomInt } from "node:crypto";
import { availableParallelism, hostname } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { loadCommands } from "./bot/load-commands.ts";
import { createRouter } from "./bot/router.ts";
import { placeOf } from "./bot/submit-requests.ts";
import { deviceEnvironment } from "./config/load.ts";
import type { Settings } from "./config/variables.ts";
import type { Clock } from "./core/clock.ts";
import { composeAnswer } from "./core/compose-answer.ts";
import { down, healthOf, type HealthReport } from "./core/health.ts";
import type { BlobRef } from "./core/image-request.ts";
import type { Job } from "./core/job.ts";
import type { JobQueue } from "./core/job-queue.ts";
import type { Logger } from "./core/logger.ts";
import type { ModelLibrary } from "./core/model.ts";
import type { Person, Platform } from "./core/platform.ts";
import { statusButtons } from "./core/status-text.ts";
import { localeOf } from "./core/texts/text.ts";
import type { BlobStore, KeyValueStore, UnansweredStore } from "./core/stores.ts";
import type { TaughtConcepts } from "./core/taught.ts";
import { resolveDevices } from "./device-settings.ts";
import { createResultEncoder } from "./encode-result.ts";
import { readPicture, NO_LIMITS } from "./images/read-picture.ts";
import { reportHealth } from "./health-report.ts";
import { createPool, type Pool } from "./inference/pool.ts";
import { testImageFilters } from "./inference/test-image-filters.ts";
import { createAdmission } from "./jobs/admission.ts";
import { createDispatcher } from "./jobs/dispatcher.ts";
import { createLimits, type LimitSettings } from "./jobs/limits.ts";
import { createOutbox } from "./jobs/outbox.ts";
import { createPatientQueue } from "./jobs/patient-queue.ts";
import { createSqliteQueue } from "./jobs/sqlite-queue.ts";
import type { JobStatus } from "./jobs/status-throttle.ts";
import { createWaitingStatus } from "./jobs/waiting-status.ts";
import { createModelLibrary } from "./models/model-library.ts";
import { createModeration, type ModerationRoom } from "./moderation/create-moderation.ts";
import { createPausableQueue } from "./moderation/pausable-queue.ts";
import { moderationSettings } from "./moderation-settings.ts";
import { modelFolders, packageRoot } from "./paths.ts";
import { createReceiver } from "./receive-upload.ts";
import { createPicturePool } from "./picture-pool.ts";
import { openProvenance, type Provenance } from "./provenance.ts";
import { imageFilterFiles } from "./safety/image-filter-files.ts";
import { createSafety } from "./safety/safety.ts";
import { createSafetyWatch, type SafetyWatch } from "./safety-watch.ts";
import { createModelTrial } from "./try-model.ts";
import { createTaughtConcepts } from "./taught-concepts.ts";
import { openBlobStore } from "./storage/blob-store.ts";
import { openDatabase } from "./storage/database.ts";
import { openSettings } from "./storage/open-settings.ts";
import { createPictureRegistry } from "./storage/picture-registry.ts";
import { createQuotaLedger } from "./storage/quotas.ts";
import { createUnansweredStore } from "./storage/unanswered.ts";
import { createWriteGate } from "./storage/write-gate.ts";

export const PROGRAM = "Easel 0.1.0";
const HOUR_MS = 3_600_000;
/** A hundred phrases on a slow processor that also draws. */
const SCORE_TIMEOUT_MS = 300_000;
/** In the bot's only thread; who finds the database held by another program waits outside of it. */
const DATABASE_WAIT_MS = 250;
/** That label and sign pictures. More than a device's pictures of one job keep busy is no use. */
const MAX_PICTURE_THREADS = 4;

/** The running program, for the sub-commands. */
export interface Easel {
  readonly queue: JobQueue;
  readonly models: ModelLibrary;
  readonly blobs: BlobStore;
  readonly settings: KeyValueStore;
  readonly unanswered: UnansweredStore;
  readonly moderation: ModerationRoom;
  readonly taught: TaughtConcepts;
  readonly pool: Pool;
  readonly provenance: Provenance;
  /** Jobs of an earlier run that were waiting, running or unanswered. */
  readonly recovered: number;
  /** Somebody by the first of their linked accounts; interactions of connected platforms come to commands like that. */
  recognise(person: Person): Person;
  /** What somebody has used of their device time and when it refills, in milliseconds; undefined without a quota. */
  quotaOf(person: Person): { readonly usedMs: number; readonly limitMs: number; readonly resetsAt: number } | undefined;
  /** Why the safety filters let nothing be drawn now: for health checks. */
  safetyFault(): string | undefined;
  /** How every part is, and the platforms that should be connected. */
  health(platforms: readonly string[]): Promise<HealthReport>;
  /** Tests the filters, and from now on takes changed rules and classifiers over; see safety-watch.ts. For what runs long. */
  watchSafety(): SafetyWatch;
  /** Connects a platform; its interactions are served and its answers delivered from now on. */
  connect(platform: Platform): Promise<void>;
  /** Takes no more, lets running work finish within `graceMs` or puts it back, posts what is ready, ends the devices. */
  stop(options: { graceMs: number }): Promise<void>;
}

/** Builds everything from its parts, and starts it. Nothing else in the program does. */
export async function createEasel(deps: {
  readonly settings: Settings;
  readonly log: Logger;
  readonly clock: Clock;
  /** Used up front: a folder that only this process uses. */
  readonly dataDir: string;
}): Promise<Easel> {
  const { settings, log, clock } = deps;
  const dataDir = resolve(deps.dataDir);
  const models = createModelLibrary({ folders: modelFolders(settings), defaultId: settings.DEFAULT_MODEL, log });
  const { commands, buttons } = await loadCommands(fileURLToPath(new URL("../commands", import.meta.url)));
  const database = openDatabase({ path: join(dataDir, "easel.db"), log, sync: settings.DATABASE_SYNC });
  const gate = createWriteGate({ clock, isFree: () => database.isFree() });
  const blobs = await openBlobStore({ folder: join(dataDir, "blobs"), clock });
  const kept = await openSettings({ url: settings.KEYV_URL, database, clock, log, gate });
  const { store } = kept;
  const limits = createLimits(limitSettings(settings));
  const quotas = createQuotaLedger({ database, clock });
  const sqliteQueue = createSqliteQueue({
    database,
    quotas,
    clock,
    random,
    log,
    settings: { maxWaiting: settings.MAX_WAITING },
    weightOf: (person) => limits.weightOf(person),
    // The data folder is this process's alone: every other owner of a lease is dead.
    identity: { host: hostname(), pid: process.pid, isAlive: () => false },
  });
  const queue = createPatientQueue(sqliteQueue, gate);
  const recovered = await queue.recover();
  // From now on others wait for this thread.
  database.waitAtMost(DATABASE_WAIT_MS, () => gate.close());

  const pool = createPool({
    devices: await resolveDevices(settings),
    childEntry: fileURLToPath(new URL("./inference/child.js", import.meta.url)),
    modelPath: (id) => models.get(id).path,
    clock,
    log,
    env: deviceEnvironment(),
    limits: { silenceMs: settings.STEP_DEADLINE_SECONDS * 1000 },
  });
  const ownRulesPath = settings.SAFETY_RULES === "" ? {} : { ownRulesPath: resolve(settings.SAFETY_RULES) };
  const safety = createSafety({ folder: join(packageRoot(), "models/safety-rules"), ...ownRulesPath, log });
  let safetyWatch: SafetyWatch | undefined;
  let stopping = false;
  const safetyFault = () => safetyWatch?.fault() ?? safety.fault();
  const platforms = new Map<string, Platform>();
  const pictures = createPictureRegistry({ database });
  const moderation = createModeration({
    ...moderationSettings(settings, dataDir),
    database,
    queue,
    blobs,
    settings: store,
    pictures,
    platforms,
    safetyFault,
    trials: {
      models,
      tryModel: createModelTrial({
        models,
        generator: pool,
        place: (verdict, { place: { platform } }) =>
          safety.place(verdict, { platform, ageRestricted: false, uploaded: false }),
        clock,
      }),
    },
    clock,
    log,
    random,
  });
  const pausable = createPausableQueue(queue, moderation.killSwitch, () => safetyFault() === undefined);
  const retention = moderation.startRetention();
  queue.watch(({ type, job, ...event }) => {
    if (type !== "finished" || !("state" in event) || event.state !== "refused") return;
    moderation.noteRefusal(job).catch((error: unknown) => log.error("refusal could not be noted", { job, error }));
  });

  function showStatus(job: Job, status: JobStatus): void {
    const locale = localeOf(job.address);
    const shown = { ...status, buttons: statusButtons(job.id, locale), ...(locale === undefined ? {} : { locale }) };
    platforms.get(job.address.platform)?.showStatus(job.address, shown);
  }

  async function loadInputs(job: Job) {
    const entries = Object.entries(job.request.inputs ?? {}).map(
      async ([role, ref]) => [role, await readPicture(await blobs.get(ref), `the ${role} picture`, NO_LIMITS)] as const,
    );
    return Object.fromEntries(await Promise.all(entries));
  }

  async function loadTaught({ request }: Job) {
    return Promise.all(
      (request.taught ?? []).map(async ({ name, picture }) => ({
        name,
        picture: await readPicture(await blobs.get(picture), `the picture of ${name}`, NO_LIMITS),
      })),
    );
  }

  const pictureTasks = createPicturePool({
    entry: new URL("./picture-worker.js", import.meta.url),
    threads: Math.min(MAX_PICTURE_THREADS, Math.max(1, availableParallelism() - 1)),
  });
  const provenance = await openProvenance({
    folder: join(resolve(settings.DATA_DIR), "credentials"),
    registry: { ...pictures, add: (picture) => gate.pass(() => pictures.add(picture)) },
    clock,
    log,
    program: PROGRAM,
    watermark: settings.WATERMARK === "on",
    tasks: pictureTasks,
  });
  const receiver = createReceiver({
    platforms,
    review: (picture, signal) => pool.review(picture, signal),
    safety,
    moderation,
    blobs,
    clock,
    log,
  });
  const taught = createTaughtConcepts({ settings: store, blobs });
  async function scoreStored(model: string, picture: BlobRef, phrases: readonly string[]): Promise<readonly number[]> {
    const pixels = await readPicture(await blobs.get(picture), "the picture", NO_LIMITS);
    const timeout = new AbortController();
    const cancel = clock.after(SCORE_TIMEOUT_MS, () => timeout.abort());
    try {
      return await pool.score(model, pixels, phrases, timeout.signal);
    } finally {
      cancel();
    }
  }

  const waiting = createWaitingStatus({ queue, clock, log, onStatus: showStatus });
  const dispatcher = createDispatcher({
    queue: pausable,
    slots: pool.slots,
    clock,
    log,
    loadInputs,
    loadTaught,
    encode: createResultEncoder({ blobs, program: PROGRAM, provenance, clock }),
    onStatus: showStatus,
    place: (verdict, job) => safety.place(verdict, placeOf(job.request, job.place)),
    hold: (job, result, rule) => moderation.holdPictures(job, result, rule),
  });
  const outbox = createOutbox({ queue: pausable, platforms, compose: (job) => composeAnswer(job, models), clock, log });
  const admission = createAdmission({ queue, limits, gate: (job) => moderation.gate(job) });
  const router = createRouter({
    commands,
    buttons,
    queue,
    models,
    settings: store,
    defaults: { count: settings.DEFAULT_COUNT },
    moderation,
    verify: async (picture, by) =>
      typeof picture === "string"
        ? provenance.verify(await receiver.bytes(picture, by), "the picture")
        : provenance.verify(await blobs.get(picture), "the picture", NO_LIMITS),
    score: (model, picture, phrases) => scoreStored(model, picture, phrases),
    upload: (url, by) => receiver.picture(url, by),
    taught,
    log,
    random,
    review: (request, where) => safety.reviewRequest(request, where),
    admit: (jobs, caps) => admission.submit(jobs, caps),
  });

  return {
    queue,
    models,
    blobs,
    settings: store,
    unanswered: createUnansweredStore({ database, clock, gate }),
    moderation,
    taught,
    pool,
    provenance,
    recovered,
    safetyFault,
    async health(expected) {
      if (stopping) return healthOf({ program: down("It is stopping.") });
      const { killSwitch } = moderation;
      const devices = pool.devices();
      const sharedSettings = kept.health;
      return reportHealth(
        { store, gate, dataDir, devices, platforms, safetyFault, killSwitch, sharedSettings },
        expected,
      );
    },
    watchSafety() {
      const classifiers = join(packageRoot(), "models");
      safetyWatch ??= createSafetyWatch({
        safety,
        ...ownRulesPath,
        filterFiles: () => imageFilterFiles(classifiers),
        testFilters: () => testImageFilters(classifiers),
        clock,
        log,
        tell: (text) => moderation.tell(text),
      });
      return safetyWatch;
    },
    recognise: (person) => moderation.people.recognise(person),
    quotaOf(given) {
      const person = moderation.people.recognise(given);
      const { quota } = limits.rulesFor(person);
      if (!quota) return undefined;
      const { limitMs, periodMs } = quota;
      return { ...quotas.used({ person: person.id, platform: person.platform, periodMs }), limitMs };
    },
    async connect(platform) {
      platforms.set(platform.name, platform);
      await platform.start((interaction) =>
        router.handle({ ...interaction, person: moderation.people.recognise(interaction.person) }),
      );
    },
    async stop({ graceMs }) {
      stopping = true;
      admission.close();
      safetyWatch?.stop();
      waiting.stop();
      retention.stop();
      await dispatcher.drain({ graceMs });
      await Promise.all([pool.stop({ graceMs }), outbox.drain({ graceMs })]);
      await Promise.all([...platforms.values()].map((platform) => platform.stop()));
      await pictureTasks.close();
      await limits.stop();
      await queue.close();
      await kept.close();
      database.close();
    },
  };
}

/** The only randomness of the bot process. */
function random(below: number): number {
  return randomInt(below);
}

function limitSettings(settings: Settings): LimitSettings {
  const perMinute = settings.REQUESTS_PER_MINUTE;
  return {
    person: {
      rate: { perMinute, burst: Math.min(perMinute, 10) },
      maxWaiting: settings.MAX_WAITING_PER_PERSON,
      ...(settings.QUOTA_DEVICE_SECONDS === 0
        ? {}
        : {
            quota: { limitMs: settings.QUOTA_DEVICE_SECONDS * 1000, periodMs: settings.QUOTA_PERIOD_HOURS * HOUR_MS },
          }),
    },
    channel: { maxWaiting: settings.MAX_WAITING_PER_CHANNEL },
  };
}
