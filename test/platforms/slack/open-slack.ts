import { onTestFinished } from "vitest";
import type { BlobRef } from "../../../src/core/image-request.ts";
import type { Interaction } from "../../../src/core/interaction.ts";
import { readSettings } from "../../../src/core/person-settings.ts";
import type { KeyValueStore, UnansweredStore } from "../../../src/core/stores.ts";
import type { HttpSettings } from "../../../src/platforms/slack/http-endpoint.ts";
import { createSlack, type SlackPlatform } from "../../../src/platforms/slack/create-slack.ts";
import type { FitPicture } from "../../../src/platforms/slack/uploads.ts";
import { createSlackSimulator } from "../../../src/simulator/slack/create-slack-simulator.ts";
import type { StoredMessage } from "../../../src/simulator/slack/messages.ts";
import type { SlackSimulator, SlackSimulatorOptions } from "../../../src/simulator/slack/slack-simulator.ts";
import { judgeSlack } from "../../support/judge-slack.ts";
import { realClock } from "../../support/real-clock.ts";
import { createRecordingLog, type RecordingLog } from "../../support/recording-log.ts";
import { seededRandom } from "../../support/seeded-random.ts";
import { buttons, commands, createMemoryStore, createMemoryUnanswered } from "../discord/open-discord.ts";

/** A picture of one transparent pixel. */
export const PIXEL = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

const asIs: FitPicture = async (bytes) => ({ bytes, mimeType: "image/png", extension: ".png" });

export interface OpenSlack {
  readonly slack: SlackSimulator;
  readonly platform: SlackPlatform;
  readonly store: KeyValueStore;
  readonly log: RecordingLog;
  /** Sentences of an end for good. */
  readonly fatal: readonly string[];
  /** The next interaction that is handed on, or was and nobody asked. */
  readonly next: () => Promise<Interaction>;
}

export interface OpenOptions {
  /** What the bot does; by default nothing. */
  readonly handle?: (interaction: Interaction) => Promise<void>;
  readonly simulator?: Partial<SlackSimulatorOptions>;
  readonly slack?: SlackSimulator;
  readonly store?: KeyValueStore;
  readonly unanswered?: UnansweredStore;
  readonly connect?: false;
  readonly http?: HttpSettings;
  /** Events come by HTTP only. */
  readonly sockets?: false;
  readonly fit?: FitPicture;
  /** What the test makes Slack refuse. */
  readonly provokes?: RegExp;
}

/** The adapter, connected to a simulated Slack that judges everything it is sent. */
export async function openSlack(options: OpenOptions = {}): Promise<OpenSlack> {
  const slack = options.slack ?? (await createSlackSimulator({ clock: realClock, ...options.simulator }));
  judgeSlack(slack, options.provokes);
  const log = createRecordingLog();
  const store = options.store ?? createMemoryStore();
  const waiting: ((interaction: Interaction) => void)[] = [];
  const unread: Interaction[] = [];
  const fatal: string[] = [];
  const platform = createSlack({
    ...(options.http?.oauth ? {} : { botToken: slack.botToken }),
    ...(options.sockets === false ? {} : { appToken: slack.appToken }),
    ...(options.http ? { http: options.http } : {}),
    apiUrl: slack.apiUrl,
    clock: realClock,
    log,
    store,
    unanswered: options.unanswered ?? createMemoryUnanswered(),
    settingsOf: (person) => readSettings(store, person),
    // Every picture is another file.
    readBlob: async ({ sha256 }: BlobRef) => Buffer.concat([PIXEL, Buffer.from(sha256)]),
    fit: options.fit ?? asIs,
    random: seededRandom(7),
    commands,
    buttons,
    lists: (list) => (list === "models" ? ["easel-v0", "sd-turbo"] : []),
    quotaText: ({ name }) => `${name} has used 12 of 60 device seconds.`,
    onFatal: (sentence) => fatal.push(sentence),
  });
  onTestFinished(async () => {
    await platform.stop();
    await slack.close();
  });
  const connected = platform.start(async (interaction) => {
    const heard = waiting.shift();
    if (heard) heard(interaction);
    else unread.push(interaction);
    await options.handle?.(interaction);
  });
  if (options.connect !== false) {
    await connected;
    if (options.sockets !== false) await slack.waitForSockets(2);
  }
  return {
    slack,
    platform,
    store,
    log,
    fatal,
    next() {
      const first = unread.shift();
      return first ? Promise.resolve(first) : new Promise((resolve) => waiting.push(resolve));
    },
  };
}

/** What one sees of a message: the texts and ids in its blocks. */
export function shown({ message }: StoredMessage): string {
  return JSON.stringify(message["blocks"] ?? message["text"]);
}

/** The pictures that a message shows. */
export function picturesIn(message: StoredMessage): readonly string[] {
  return [...shown(message).matchAll(/"slack_file":\{[^}]*"id":"(\w+)"/g)].map(([, id]) => id!);
}
