import { createRequire } from "node:module";
import { RateLimitError, REST, type RateLimitData, type RawFile, type RequestData, type RESTOptions } from "discord.js";
import type { Clock } from "../../core/clock.ts";
import type { Logger } from "../../core/logger.ts";
import { createCallbackPoster } from "./post-callback.ts";
import { CircuitOpenError, faultOf } from "./rest-faults.ts";

export interface DiscordRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: `/${string}`;
  readonly body?: unknown;
  readonly files?: readonly RawFile[];
  /** False: the path holds an interaction's token, and the bot's is not sent. */
  readonly auth: boolean;
  /** Doing it twice is doing it once: a lost reply is followed by another attempt. */
  readonly repeatable: boolean;
  /** How often in all; the default is 4. */
  readonly attempts?: number;
  /** For one attempt; the default grows with the bytes to upload. */
  readonly timeoutMs?: number;
}

export interface DiscordRest {
  /** Resolves to the JSON of the answer. Rejects as discord.js does, or with CircuitOpenError; see rest-faults.ts. */
  send<T = unknown>(request: DiscordRequest): Promise<T>;
  /** How far Discord's clock is ahead of ours, in milliseconds; 0 within what its answers can tell. */
  skewMs(): number;
  /** Why requests are not sent now, or not believed: a limit without a time, a token that was refused. */
  trouble(): string | undefined;
  /** For discord.js' gateway, which asks for its address by itself. */
  readonly bot: REST;
}

const MIN_TIMEOUT_MS = 15_000;
const MAX_TIMEOUT_MS = 115_000;
/** The slowest uplink that a picture is expected to pass, in bytes per millisecond. */
const SLOWEST_UPLINK = 100;
const FIRST_RETRY_MS = 250;
const MAX_RETRY_MS = 5000;
/** A ban of the whole address (Cloudflare) says no time: ask once a minute. */
const UNKNOWN_LIMIT_MS = 60_000;
/** Longer waits are for the outbox, which survives a restart. */
const MAX_WAIT_MS = 10_000;
const TOKEN_PROBES = 3;
const CALLBACK = /^\/interactions\/\d+\/[^/]+\/callback$/;
/** The Date header counts whole seconds. */
const MIN_SKEW_MS = 2000;

/**
 * Discord's REST API with what its stock client leaves out: back-off for 5xx and broken connections, a circuit for limits without a time, a
 * token that survives a stray 401, timeouts that grow with the upload, and interactions that a global limit does not delay.
 */
export function createDiscordRest(deps: {
  readonly token: string;
  readonly apiUrl: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly random: (below: number) => number;
  /** The token does not work any more. */
  readonly onUnauthorized: () => void;
}): DiscordRest {
  const { clock, log, token } = deps;
  const options = {
    version: "10",
    api: deps.apiUrl.replace(/\/+$/, ""),
    retries: 0,
    agent: new Agent(),
    // Every request has its own limit.
    timeout: 10 * MAX_TIMEOUT_MS,
    rejectOnRateLimit: rejects,
  };
  const bot = new REST(options).setToken(token);
  const webhooks = new REST({ ...options, globalRequestsPerSecond: 10_000 });
  const postCallback = createCallbackPoster();
  const closedUntil = new Map<string, number>();
  let skewMs = 0;
  let probing: Promise<boolean> | undefined;
  for (const rest of [bot, webhooks]) {
    rest.on("response", (_, { headers }) => readDate(headers.get("date")));
    rest.on("rateLimited", ({ route, retryAfter, scope }) =>
      log.debug("rate limited by Discord", { route, retryAfter, scope }),
    );
  }

  function rejects({ retryAfter, global, route }: RateLimitData): boolean {
    // Unless Discord says a time, the client would ask again at once, and again.
    if (retryAfter > 0 || global) return retryAfter > MAX_WAIT_MS;
    openCircuit(route);
    return true;
  }

  function openCircuit(route: string): void {
    closedUntil.set("*", clock.now() + UNKNOWN_LIMIT_MS);
    log.warn("Discord limits this bot without saying for how long; waiting", { route, forMs: UNKNOWN_LIMIT_MS });
  }

  function readDate(date: string | null): void {
    const difference = date === null ? Number.NaN : Date.parse(date) - clock.now();
    if (!Number.isNaN(difference)) skewMs = Math.abs(difference) < MIN_SKEW_MS ? 0 : difference;
  }

  function checkOpen(path: string): void {
    for (const key of ["*", path]) {
      const waitMs = (closedUntil.get(key) ?? 0) - clock.now();
      if (waitMs > 0) throw new CircuitOpenError(waitMs);
      closedUntil.delete(key);
    }
  }

  const isOpen = (): boolean => (closedUntil.get("*") ?? 0) <= clock.now();

  async function once(request: DiscordRequest): Promise<unknown> {
    checkOpen(request.path);
    const controller = new AbortController();
    const stopTimer = clock.after(request.timeoutMs ?? timeoutFor(request), () => controller.abort());
    try {
      const { method, path: fullRoute, body, auth, files } = request;
      if (CALLBACK.test(fullRoute)) {
        const url = `${options.api}/v${options.version}${fullRoute}`;
        const { date } = await postCallback({ url, body, signal: controller.signal });
        return readDate(date ?? null);
      }
      const data: RequestData = {
        auth,
        signal: controller.signal,
        ...(body === undefined ? {} : { body }),
        ...(files === undefined || files.length === 0 ? {} : { files: [...files] }),
      };
      const rest = auth ? bot : webhooks;
      return await rest.request({ ...data, method: method as never, fullRoute });
    } catch (error) {
      if (error instanceof RateLimitError) {
        const { retryAfter, route } = error;
        if (retryAfter > MAX_WAIT_MS) closedUntil.set(request.path, clock.now() + retryAfter);
        // Acknowledgements do not come by the client that `rejects` is asked by.
        else if (retryAfter <= 0 && isOpen()) openCircuit(route);
      }
      throw error;
    } finally {
      stopTimer();
    }
  }

  /** Whether the token works after all: one stray 401 makes the client forget it. */
  function recoverToken(): Promise<boolean> {
    probing ??= probe().finally(() => (probing = undefined));
    return probing;
  }

  async function probe(): Promise<boolean> {
    for (let tries = 1; tries <= TOKEN_PROBES; tries++) {
      bot.setToken(token);
      try {
        await once({ method: "GET", path: "/users/@me", auth: true, repeatable: true });
        log.warn("Discord refused the token once and takes it again");
        return true;
      } catch (error) {
        // Not about the token: whoever asked tries again later.
        if (faultOf(error).kind !== "unauthorized") return true;
      }
      await sleep(backoffMs(tries));
    }
    deps.onUnauthorized();
    return false;
  }

  function backoffMs(failures: number): number {
    const ms = Math.min(MAX_RETRY_MS, FIRST_RETRY_MS * 2 ** failures);
    return ms / 2 + deps.random(Math.ceil(ms / 2));
  }

  function sleep(ms: number): Promise<void> {
    return new Promise((resolve) => clock.after(ms, resolve, { keepAlive: true }));
  }

  return {
    bot,
    skewMs: () => skewMs,
    trouble() {
      const waitMs = (closedUntil.get("*") ?? 0) - clock.now();
      if (waitMs > 0) return new CircuitOpenError(waitMs).message;
      return probing ? "Discord refused the token; asking whether it takes it again" : undefined;
    },
    async send<T>(request: DiscordRequest): Promise<T> {
      const attempts = request.attempts ?? 4;
      let recovered = false;
      for (let tries = 1; ; tries++) {
        try {
          return (await once(request)) as T;
        } catch (error) {
          const { kind } = faultOf(error);
          if (kind === "unauthorized" && request.auth && !recovered) {
            recovered = await recoverToken();
            if (!recovered) throw error;
            continue;
          }
          const again = kind === "down" || kind === "unsent" || (kind === "lost" && request.repeatable);
          if (!again || tries >= attempts) throw error;
          log.debug("a request to Discord is tried again", { method: request.method, kind, tries });
          await sleep(backoffMs(tries - 1));
        }
      }
    },
  };
}

/**
 * The agent of the very undici that discord.js sends with. Without one it takes the process's, which belongs to whoever loaded an undici
 * first: Slack's newer one cannot upload discord.js' forms.
 */
const { Agent } = createRequire(createRequire(import.meta.url).resolve("@discordjs/rest"))("undici") as {
  readonly Agent: new () => NonNullable<RESTOptions["agent"]>;
};

/** Time for one attempt: a base, and more for every byte that has to go up. */
export function timeoutFor({ files = [] }: Pick<DiscordRequest, "files">): number {
  const bytes = files.reduce((sum, { data }) => sum + (typeof data === "object" ? data.length : 0), 0);
  return Math.min(MAX_TIMEOUT_MS, MIN_TIMEOUT_MS + bytes / SLOWEST_UPLINK);
}
