import type { KeyvStoreAdapter } from "keyv";
import type { Clock } from "../../core/clock.ts";
import type { Database } from "../database.ts";

export interface DriverOptions {
  /** KEYV_URL. */
  readonly url: string;
  readonly database: Database;
  readonly clock: Clock;
}

export interface OpenedKeyv {
  readonly adapter: KeyvStoreAdapter;
  /** It writes the namespace before keys itself. */
  readonly prefixes: boolean;
  /** The server answered, with a refusal: it is out of memory, say. Anything else that goes wrong is a broken connection. */
  refuses(error: unknown): boolean;
  /** What is behind a failure, where the driver knows more than the failure says. */
  cause(error: unknown): unknown;
  /** Ends the connection at once; what waits for an answer of it rejects. Never throws. */
  close(): void;
}

/** A place that keeps settings. Opening one does not connect yet. */
export interface KeyvDriver {
  open(options: DriverOptions): OpenedKeyv;
}

interface DriverRow {
  /** How a KEYV_URL begins, up to its colon; "" is none. */
  readonly protocols: readonly string[];
  /** A library that nobody asked for takes no time at the start. */
  readonly load: () => Promise<KeyvDriver>;
}

/** All drivers, by the names of their files. */
export const KEYV_DRIVERS: Readonly<Record<string, DriverRow>> = {
  redis: { protocols: ["redis:", "rediss:"], load: async () => (await import("./redis.ts")).redis },
  sqlite: { protocols: [""], load: async () => (await import("./sqlite.ts")).sqlite },
};

/** The driver of a KEYV_URL; rejects where there is none. */
export async function loadDriver(url: string): Promise<KeyvDriver> {
  const protocol = url.slice(0, url.indexOf(":") + 1);
  const row = Object.values(KEYV_DRIVERS).find(({ protocols }) => protocols.includes(protocol));
  if (!row) throw new Error(`no driver for addresses that begin with ${protocol}`);
  return row.load();
}
