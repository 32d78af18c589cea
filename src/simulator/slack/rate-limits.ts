/** Slack's tiers: calls a minute, for each method and workspace (docs.slack.dev, apis/web-api/rate-limits). "posting" is one a second and channel. */
export type Tier = 1 | 2 | 3 | 4 | "posting" | "special";

export interface RateLimits {
  /** Whether limits are enforced; by default not, so that tests run fast. */
  enforced: boolean;
  /** Another limit for one method, enforced at once. */
  set(method: string, rule: { readonly calls: number; readonly windowMs: number }): void;
  clear(): void;
  /** Counts a call: undefined, or the seconds to wait. */
  take(call: { method: string; tier: Tier; place: string; channelId: string | undefined }): number | undefined;
}

const MINUTE_MS = 60_000;
const CALLS_A_MINUTE = { 1: 1, 2: 20, 3: 50, 4: 100, special: 600 } as const;

/** Windows on Slack's clock. */
export function createRateLimits(now: () => number, enforced: boolean): RateLimits {
  const rules = new Map<string, { calls: number; windowMs: number }>();
  const windows = new Map<string, { used: number; endsAtMs: number }>();

  const self: RateLimits = {
    enforced,
    set(method, rule) {
      rules.set(method, rule);
    },
    clear() {
      rules.clear();
      windows.clear();
    },
    take({ method, tier, place, channelId }) {
      const own = rules.get(method);
      if (!own && !self.enforced) return undefined;
      const posting = { calls: 1, windowMs: 1000 };
      const rule = own ?? (tier === "posting" ? posting : { calls: CALLS_A_MINUTE[tier], windowMs: MINUTE_MS });
      const key = tier === "posting" ? `${method} ${place} ${channelId ?? ""}` : `${method} ${place}`;
      const known = windows.get(key);
      const window = known && known.endsAtMs > now() ? known : { used: 0, endsAtMs: now() + rule.windowMs };
      windows.set(key, window);
      if (window.used >= rule.calls) return Math.max(1, Math.ceil((window.endsAtMs - now()) / 1000));
      window.used += 1;
      return undefined;
    },
  };
  return self;
}
