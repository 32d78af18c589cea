import { createHash } from "node:crypto";

/** One of Discord's buckets (discord-api-docs, topics/rate-limits.mdx). */
export interface RateLimitRule {
  /** Upper case; by default any. */
  readonly method?: string;
  /** Matched against the path without /api/v10; each distinct first capture group has a bucket of its own. */
  readonly path: RegExp;
  readonly limit: number;
  readonly windowMs: number;
  /** "shared" limits are everybody's: they do not count as invalid requests. */
  readonly scope?: "user" | "shared";
}

/** A request that has to wait. */
export interface RateLimited {
  readonly retryAfterMs: number;
  readonly scope: "user" | "global" | "shared";
  readonly headers: Readonly<Record<string, string>>;
}

export interface RateLimits {
  /** Enforces a bucket from now on. */
  add(rule: RateLimitRule): void;
  /** Requests a second over all routes but those of interactions; by default 50. */
  setGlobal(perSecond: number): void;
  /** Invalid requests in ten minutes after which every answer is a ban; by default 10,000. */
  setInvalidLimit(requests: number): void;
  countInvalid(): void;
  isBanned(): boolean;
  clear(): void;
  /** Counts a request: the headers of its answer, or how long it has to wait. */
  take(
    method: string,
    path: string,
  ): { readonly headers: Readonly<Record<string, string>>; readonly limited?: RateLimited };
}

/** Buckets that people have measured on the routes that a bot like this one uses. */
const REALISTIC: readonly RateLimitRule[] = [
  { method: "POST", path: /^\/channels\/(\d+)\/messages$/, limit: 5, windowMs: 5000 },
  { method: "PATCH", path: /^\/channels\/(\d+)\/messages\/\d+$/, limit: 5, windowMs: 5000 },
  { method: "DELETE", path: /^\/channels\/(\d+)\/messages\/\d+$/, limit: 5, windowMs: 1000 },
  { path: /^\/webhooks\/(\d+\/[^/]+)(?:\/|$)/, limit: 5, windowMs: 2000 },
  { method: "PUT", path: /^\/applications\/(\d+)\/(?:guilds\/\d+\/)?commands$/, limit: 2, windowMs: 60_000 },
];

const INVALID_WINDOW_MS = 10 * 60_000;
const INTERACTION_ROUTES = /^\/(interactions|webhooks)\//;

interface Window {
  used: number;
  endsAtMs: number;
}

/** Buckets on the service's clock. Without a rule a route has one so wide that nobody meets its end. */
export function createRateLimits(now: () => number, realistic: boolean): RateLimits {
  let rules: RateLimitRule[] = realistic ? [...REALISTIC] : [];
  let globalPerSecond = 50;
  let invalidLimit = 10_000;
  const invalidAtMs: number[] = [];
  const windows = new Map<string, Window>();

  function open(key: string, windowMs: number): Window {
    const known = windows.get(key);
    if (known && known.endsAtMs > now()) return known;
    const fresh = { used: 0, endsAtMs: now() + windowMs };
    windows.set(key, fresh);
    return fresh;
  }

  return {
    add(rule) {
      rules.unshift(rule);
    },
    setGlobal(perSecond) {
      globalPerSecond = perSecond;
    },
    setInvalidLimit(requests) {
      invalidLimit = requests;
    },
    countInvalid() {
      invalidAtMs.push(now());
    },
    isBanned() {
      while (invalidAtMs[0] !== undefined && invalidAtMs[0] <= now() - INVALID_WINDOW_MS) invalidAtMs.shift();
      return invalidAtMs.length >= invalidLimit;
    },
    clear() {
      rules = [];
      windows.clear();
    },
    take(method, path) {
      if (!INTERACTION_ROUTES.test(path)) {
        const second = open("global", 1000);
        if (second.used >= globalPerSecond) {
          const retryAfterMs = second.endsAtMs - now();
          const headers = { "x-ratelimit-global": "true", ...limitedHeaders(retryAfterMs, "global") };
          return { headers, limited: { retryAfterMs, scope: "global", headers } };
        }
        second.used += 1;
      }
      const rule = rules.find((rule) => (rule.method ?? method) === method && rule.path.test(path));
      const { limit, windowMs } = rule ?? { limit: 1000, windowMs: 1000 };
      const parameter = rule?.path.exec(path)?.[1] ?? "";
      const bucket = rule ? `${rule.method ?? "*"} ${rule.path.source}` : `${method} ${path.split("/")[1] ?? ""}`;
      const window = open(`${bucket} ${parameter}`, windowMs);
      const full = window.used >= limit;
      if (!full) window.used += 1;
      const leftMs = window.endsAtMs - now();
      const headers = {
        "x-ratelimit-limit": String(limit),
        "x-ratelimit-remaining": String(limit - window.used),
        "x-ratelimit-reset": (window.endsAtMs / 1000).toFixed(3),
        "x-ratelimit-reset-after": (leftMs / 1000).toFixed(3),
        "x-ratelimit-bucket": createHash("sha256").update(bucket).digest("hex").slice(0, 32),
      };
      if (!full) return { headers };
      const scope = rule?.scope ?? "user";
      const limitedWith = { ...headers, ...limitedHeaders(leftMs, scope) };
      return { headers: limitedWith, limited: { retryAfterMs: leftMs, scope, headers: limitedWith } };
    },
  };
}

/** Headers that only a 429 has. Retry-After is in whole seconds, rounded up. */
export function limitedHeaders(retryAfterMs: number, scope: RateLimited["scope"]): Record<string, string> {
  return { "retry-after": String(Math.ceil(retryAfterMs / 1000)), "x-ratelimit-scope": scope };
}
