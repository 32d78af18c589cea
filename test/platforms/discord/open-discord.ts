import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import { loadCommands } from "../../../src/bot/load-commands.ts";
import type { Clock } from "../../../src/core/clock.ts";
import type { BlobRef } from "../../../src/core/image-request.ts";
import type { Interaction } from "../../../src/core/interaction.ts";
import { notice, type Message, type MessageButton } from "../../../src/core/message.ts";
import type { ModelLibrary } from "../../../src/core/model.ts";
import { createChoiceLists } from "../../../src/core/option-docs.ts";
import { readSettings } from "../../../src/core/person-settings.ts";
import type { KeyValueStore, Unanswered, UnansweredStore } from "../../../src/core/stores.ts";
import { commandJson, type CommandJson } from "../../../src/platforms/discord/command-json.ts";
import { createDiscord, type DiscordPlatform } from "../../../src/platforms/discord/create-discord.ts";
import { createDiscordRest, type DiscordRest } from "../../../src/platforms/discord/discord-rest.ts";
import type { EndpointSettings } from "../../../src/platforms/discord/interactions-endpoint.ts";
import type { FitPicture } from "../../../src/platforms/discord/outgoing-files.ts";
import { createDiscordSimulator } from "../../../src/simulator/discord/create-discord-simulator.ts";
import type { DiscordSimulator, DiscordSimulatorOptions } from "../../../src/simulator/discord/discord-simulator.ts";
import { createDiscordOpenApi } from "../../support/discord-openapi.ts";
import { realClock } from "../../support/real-clock.ts";
import { createRecordingLog, type RecordingLog } from "../../support/recording-log.ts";
import { seededRandom } from "../../support/seeded-random.ts";

const openApi = createDiscordOpenApi();
export const { commands, buttons } = await loadCommands(fileURLToPath(new URL("../../../commands", import.meta.url)));

export interface OpenDiscord {
  readonly discord: DiscordSimulator;
  readonly platform: DiscordPlatform;
  readonly rest: DiscordRest;
  readonly store: KeyValueStore;
  readonly log: RecordingLog;
  /** What the platform handed on. */
  readonly interactions: readonly Interaction[];
  /** Sentences of an end for good. */
  readonly fatal: readonly string[];
  /** The next interaction that is handed on, or was and nobody asked. */
  readonly next: () => Promise<Interaction>;
}

/** Files of any bytes; too large ones are cut. */
export const cut: FitPicture = async (bytes, { maxBytes }) => ({
  bytes: bytes.subarray(0, maxBytes),
  mimeType: "image/png",
  extension: ".png",
});

/** The adapter, connected to a simulated Discord. `handle` is what the bot does; by default nothing. Violations fail the test. */
export async function openDiscord(
  options: {
    readonly handle?: (interaction: Interaction) => Promise<void>;
    readonly simulator?: Partial<DiscordSimulatorOptions>;
    readonly fit?: FitPicture;
    readonly blobs?: Readonly<Record<string, Uint8Array>>;
    readonly store?: KeyValueStore;
    readonly unanswered?: UnansweredStore;
    readonly connect?: false;
    readonly endpoint?: EndpointSettings;
    /** The platform's own; by default the machine's. */
    readonly clock?: Clock;
  } = {},
): Promise<OpenDiscord> {
  const discord = await createDiscordSimulator({
    clock: realClock,
    checkRequest: openApi.checkRequest,
    ...options.simulator,
  });
  const log = createRecordingLog();
  const store = options.store ?? createMemoryStore();
  const interactions: Interaction[] = [];
  const waiting: ((interaction: Interaction) => void)[] = [];
  const unread: Interaction[] = [];
  const fatal: string[] = [];
  const random = seededRandom(7);
  const shared = { token: discord.token, apiUrl: discord.apiUrl, clock: options.clock ?? realClock, log, random };
  const rest = createDiscordRest({ ...shared, onUnauthorized: () => fatal.push("unauthorized") });
  const platform = createDiscord({
    ...shared,
    store,
    unanswered: options.unanswered ?? createMemoryUnanswered(),
    settingsOf: (person) => readSettings(store, person),
    readBlob: async ({ sha256 }: BlobRef) => options.blobs?.[sha256] ?? Buffer.from(`picture ${sha256}`),
    fit: options.fit ?? cut,
    encodePreview: async () => Buffer.from("preview"),
    commands,
    buttons,
    lists: createChoiceLists(oneModel),
    onFatal: (sentence) => fatal.push(sentence),
    ...(options.endpoint ? { endpoint: options.endpoint } : {}),
  });
  onTestFinished(async () => {
    await platform.stop();
    await discord.stop();
  });
  const connected = platform.start(async (interaction) => {
    interactions.push(interaction);
    const heard = waiting.shift();
    if (heard) heard(interaction);
    else unread.push(interaction);
    await options.handle?.(interaction);
  });
  if (options.connect !== false) {
    await connected;
    if (!options.endpoint) await discord.waitForSession();
  }
  return {
    discord,
    platform,
    rest,
    store,
    log,
    interactions,
    fatal,
    next() {
      const first = unread.shift();
      return first ? Promise.resolve(first) : new Promise((resolve) => waiting.push(resolve));
    },
  };
}

/** An answer with pictures, as jobs have. */
export function result(fields: Partial<Message> = {}, pictures = 1): Message {
  return {
    ...notice("**a red fox**", { kind: "result", private: false }),
    footer: "AI-generated · easel-v0 · seed 7 · 12 steps · 0.8 s · k3f9x2ab",
    pictures: Array.from({ length: pictures }, (_, i) => ({
      blob: { sha256: `blob${i + 1}`, mimeType: "image/png" },
      fileName: `easel-k3f9x2ab-${i + 1}.png`,
      altText: "AI-generated image: a red fox",
      spoiler: false,
      widthPx: 128,
      heightPx: 128,
    })),
    buttons: [[button("reroll")]],
    ...fields,
  };
}

/** A button of the job k3f9x2ab. */
export function button(action: string, label = action): MessageButton {
  return { id: `v1:${action}:k3f9x2ab`, label, style: "secondary" };
}

/** The commands as Discord gets them. */
export function registration(): CommandJson[] {
  return commandJson(commands, createChoiceLists(oneModel));
}

/** JSON values in memory. */
export function createMemoryStore(): KeyValueStore {
  const values = new Map<string, string>();
  return {
    async get<T>(key: string) {
      const text = values.get(key);
      return text === undefined ? undefined : (JSON.parse(text) as T);
    },
    async set(key, value) {
      values.set(key, JSON.stringify(value));
    },
    delete: async (key) => values.delete(key),
  };
}

/** Promised answers in memory, of one platform. */
export function createMemoryUnanswered(): UnansweredStore {
  const rows = new Map<string, Unanswered>();
  return {
    async change(_, { add, remove }) {
      for (const one of add) rows.set(one.id, structuredClone(one));
      for (const id of remove) rows.delete(id);
    },
    list: async () => [...rows.values()],
  };
}

const STYLES = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`style-${i + 1}`, [`style ${i + 1}`]]));

const oneModel: ModelLibrary = {
  defaultId: "easel-v0",
  list: () => [MODEL],
  get: () => MODEL,
};

const MODEL: ReturnType<ModelLibrary["get"]> = {
  id: "easel-v0",
  title: "Easel v0",
  licence: "Apache-2.0",
  path: "",
  modes: ["text-to-image"],
  sizes: { default: { widthPx: 128, heightPx: 128 }, multipleOf: 8, minPx: 64, maxPx: 256 },
  defaults: { steps: 12, guidanceScale: 1, negativePrompt: "", sampler: "", strength: 0.5 },
  limits: { maxSteps: 50, maxCount: 8 },
  alpha: false,
  vocabulary: { concepts: {}, styles: STYLES, words: [] },
};
