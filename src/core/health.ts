/** ok: it serves. degraded: it serves less, or later. down: it does not serve. */
export const HEALTH_STATES = ["ok", "degraded", "down"] as const;
export type HealthState = (typeof HEALTH_STATES)[number];

/** How a part of the program is. No prompts, no names, no tokens: whoever watches the machine reads it. */
export interface PartHealth {
  readonly state: HealthState;
  /** A sentence; absent when there is nothing to say. */
  readonly why?: string;
}

/** The parts by name, and the worst of them. */
export interface HealthReport {
  readonly state: HealthState;
  readonly parts: Readonly<Record<string, PartHealth>>;
}

export const HEALTHY: PartHealth = { state: "ok" };

export function degraded(why: string): PartHealth {
  return { state: "degraded", why };
}

export function down(why: string): PartHealth {
  return { state: "down", why };
}

export function healthOf(parts: HealthReport["parts"]): HealthReport {
  const worst = Math.max(0, ...Object.values(parts).map(({ state }) => HEALTH_STATES.indexOf(state)));
  return { state: HEALTH_STATES[worst]!, parts };
}
