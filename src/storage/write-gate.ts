import type { Clock } from "../core/clock.ts";
import { UserError } from "../core/errors.ts";
import type { KeyValueStore } from "../core/stores.ts";
import { isBusy } from "./storage-error.ts";

/**
 * Where writers wait while another program holds the database. SQLite's own waiting would hold the bot's only thread, in which nobody could
 * be acknowledged meanwhile.
 */
export interface WriteGate {
  /** Another program was seen to hold the database, and still does. */
  closed(): boolean;
  /** The database met the other program: who writes from now on waits. */
  close(): void;
  /** Calls `write` when the database is free, at the latest after `patienceMs`; then rejects with UserError storage-busy. */
  pass<T>(write: () => Promise<T>, patienceMs?: number): Promise<T>;
}

/** Somebody waits for an answer. */
const PATIENCE_MS = 5000;
const FIRST_LOOK_MS = 50;
const LOOK_EVERY_MS = 250;

/** A gate that is open until `close`, and then until `isFree` says so. */
export function createWriteGate({
  clock,
  isFree,
}: {
  readonly clock: Clock;
  readonly isFree: () => boolean;
}): WriteGate {
  let opened: Promise<void> | undefined;

  const sleep = (ms: number) => new Promise<void>((resolve) => void clock.after(ms, resolve));

  async function open(): Promise<void> {
    for (let waitMs = FIRST_LOOK_MS; ; waitMs = LOOK_EVERY_MS) {
      await sleep(waitMs);
      if (isFree()) break;
    }
    opened = undefined;
  }

  function close(): void {
    opened ??= open();
  }

  return {
    closed: () => opened !== undefined,
    close,
    async pass(write, patienceMs = PATIENCE_MS) {
      const until = clock.now() + patienceMs;
      for (;;) {
        if (opened) await Promise.race([opened, sleep(until - clock.now())]);
        if (opened && clock.now() >= until) throw new UserError("storage-busy");
        try {
          return await write();
        } catch (error) {
          if (!isBusy(error) || clock.now() >= until) throw error;
          close();
        }
      }
    },
  };
}

/** A store whose writers wait at the gate. */
export function behindGate(store: KeyValueStore, gate: WriteGate): KeyValueStore {
  return {
    get: (key) => store.get(key),
    set: (key, value, ttlMs) => gate.pass(() => store.set(key, value, ttlMs)),
    delete: (key) => gate.pass(() => store.delete(key)),
  };
}
