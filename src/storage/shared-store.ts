import type { Clock } from "../core/clock.ts";
import { UserError } from "../core/errors.ts";
import { degraded, HEALTHY, type PartHealth } from "../core/health.ts";
import type { Logger } from "../core/logger.ts";
import type { KeyValueStore } from "../core/stores.ts";
import { createKeyValueStore } from "./key-value.ts";
import type { OpenedKeyv } from "./keyv-drivers/index.ts";

export interface SharedStore extends KeyValueStore {
  health(): PartHealth;
  close(): Promise<void>;
}

export interface SharedStoreDeps {
  /** A new connection. */
  readonly open: () => OpenedKeyv;
  /** What was last read or written; it is read while the store is away. */
  readonly known: KeyValueStore;
  /** Keys in `known` from before there was a shared store. */
  readonly earlier: () => readonly string[];
  /** Which store it is. */
  readonly name: string;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Somebody waits to be acknowledged. */
const ANSWER_MS = 1000;
/** Whoever asks within this time after a failure gets what is known, at once. */
const AWAY_MS = 2000;
const MAX_WAITING = 500;
const REMEMBERED = 5000;
/** The name of the store that has what was kept before. */
const ADOPTED_KEY = "shared-settings:adopted";

/**
 * Settings in a store that several programs share, and that may be gone, hang or be full. Nobody waits for it longer than a second: reads are
 * then what was last known here, writes are a sentence. It is asked again every other second, by whoever needs it, over a new connection.
 */
export function createSharedStore({ open, known, earlier, name, clock, log }: SharedStoreDeps): SharedStore {
  let connection: (OpenedKeyv & { readonly store: KeyValueStore }) | undefined;
  let awayUntil = 0;
  let closed = false;
  let fault: string | undefined;
  let waiting = 0;
  let adoption: "due" | "under way" | "done" = "due";
  let noted: Promise<void> = Promise.resolve();
  const lastNoted = new Map<string, string | undefined>();

  function connect() {
    const opened = open();
    return { ...opened, store: createKeyValueStore(opened) };
  }

  function lost(error: unknown): void {
    connection?.close();
    connection = undefined;
    awayUntil = clock.now() + AWAY_MS;
    if (fault === undefined) log.warn("the store of settings is away; what was last known counts", { error });
    fault = "It does not answer: settings are those that were last known, and cannot be changed.";
  }

  function answered(): void {
    if (fault !== undefined) log.info("the store of settings is back");
    fault = undefined;
  }

  /** Rejects with UserError settings-away. */
  async function ask<T>(act: (store: KeyValueStore) => Promise<T>): Promise<T> {
    if (closed || clock.now() < awayUntil || waiting >= MAX_WAITING) throw new UserError("settings-away");
    const used = (connection ??= connect());
    waiting += 1;
    try {
      const answer = await withinTime(act(used.store));
      answered();
      return answer;
    } catch (error) {
      if (used.refuses(error)) log.warn("the store of settings refuses", { error });
      else if (used === connection) lost(used.cause(error));
      throw new UserError("settings-away", {}, { cause: error });
    } finally {
      waiting -= 1;
    }
  }

  async function withinTime<T>(work: Promise<T>): Promise<T> {
    let stopTimer: (() => void) | undefined;
    const late = new Promise<never>((_, reject) => {
      stopTimer = clock.after(ANSWER_MS, () => reject(new Error(`no answer within ${ANSWER_MS} ms`)));
    });
    try {
      return await Promise.race([work, late]);
    } finally {
      stopTimer?.();
    }
  }

  /** In the order in which it became known, and only what is new. */
  function note(key: string, value: unknown): void {
    const json = value === undefined ? undefined : JSON.stringify(value);
    if (lastNoted.has(key) && lastNoted.get(key) === json) return;
    lastNoted.set(key, json);
    if (lastNoted.size > REMEMBERED) lastNoted.delete(lastNoted.keys().next().value!);
    noted = noted
      .then(async () => {
        if (value !== undefined) await known.set(key, value);
        else if ((await known.get(key)) !== undefined) await known.delete(key);
      })
      .catch((error: unknown) => {
        lastNoted.delete(key);
        log.warn("settings could not be noted for when their store is away", { error });
      });
  }

  /** What was set before there was a shared store goes there, unless somebody has set it there already. Nobody waits for that. */
  async function adopt(): Promise<void> {
    if (adoption !== "due" || clock.now() < awayUntil) return;
    adoption = "under way";
    try {
      if ((await known.get(ADOPTED_KEY)) !== name) await bringOver(earlier());
      adoption = "done";
    } catch (error) {
      adoption = "due";
      log.debug("settings of before are not in the shared store yet", { error });
    }
  }

  async function bringOver(keys: readonly string[]): Promise<void> {
    for (const key of keys) {
      const value = await known.get(key);
      if (value === undefined || (await ask((store) => store.get(key))) !== undefined) continue;
      await ask((store) => store.set(key, value));
    }
    await known.set(ADOPTED_KEY, name);
    if (keys.length > 0) log.info("settings of this program are in the shared store now", { settings: keys.length });
  }

  return {
    async get<T>(key: string) {
      void adopt();
      try {
        const value = await ask((store) => store.get<T>(key));
        if (value === undefined && adoption !== "done") return await known.get<T>(key);
        note(key, value);
        return value;
      } catch {
        // That was said once, where it was lost.
        await noted;
        return known.get<T>(key);
      }
    },
    async set(key, value, ttlMs) {
      void adopt();
      await ask((store) => store.set(key, value, ttlMs));
      note(key, value);
    },
    async delete(key) {
      void adopt();
      const was = await ask((store) => store.delete(key));
      note(key, undefined);
      return was;
    },
    health: () => (fault === undefined ? HEALTHY : degraded(fault)),
    async close() {
      closed = true;
      connection?.close();
      connection = undefined;
      await noted;
    },
  };
}
