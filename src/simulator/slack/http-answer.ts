import type { Fault } from "./faults.ts";
import type { ServiceClock } from "./service-clock.ts";

/** What goes back over HTTP. */
export interface HttpAnswer {
  readonly status: number;
  readonly body: string | Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

/** A request that is never answered. */
export type Broken = "hang" | "reset-before" | "reset-after-processing";

const EDGE_PAGE = "<!DOCTYPE html><html><body>Something went wrong. This is Slack's edge.</body></html>";

export function json(value: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): HttpAnswer {
  return {
    status,
    body: JSON.stringify(value),
    headers: { "content-type": "application/json; charset=utf-8", ...headers },
  };
}

export function plain(body: string, status = 200): HttpAnswer {
  return { status, body, headers: { "content-type": "text/plain; charset=utf-8" } };
}

export function html(body: string, status = 200): HttpAnswer {
  return { status, body, headers: { "content-type": "text/html; charset=utf-8" } };
}

export function redirect(location: string): HttpAnswer {
  return { status: 302, body: "", headers: { location } };
}

/** Works on a request, bent by a fault; answers are late by a timer of `clock`. */
export async function bend(
  fault: Fault | undefined,
  work: () => Promise<HttpAnswer>,
  clock: ServiceClock,
): Promise<HttpAnswer | Broken> {
  if (!fault) return work();
  switch (fault.kind) {
    case "hang":
    case "reset-before":
      return fault.kind;
    case "reset-after-processing":
      await work();
      return fault.kind;
    case "slow": {
      const answer = await work();
      return new Promise((resolve) => {
        clock.after(fault.delayMs, () => resolve(answer), { keepAlive: true });
      });
    }
    case "error":
      return json({ ok: false, error: fault.error });
    case "malformed":
      return { ...json({}), body: '{"ok":true,"chan' };
    case "ratelimit":
      return json({ ok: false, error: "ratelimited" }, 429, { "retry-after": String(fault.retryAfterS) });
    case "status":
      break;
  }
  const page = html(fault.body ?? EDGE_PAGE, fault.status);
  return fault.contentType === undefined ? page : { ...page, headers: { "content-type": fault.contentType } };
}
