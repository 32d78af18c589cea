import type { Ids } from "./ids.ts";
import { SlackError } from "./slack-error.ts";

/** What an interaction allows: opening one modal within three seconds, and answering at an address for half an hour. */
export interface Trigger {
  readonly id: string;
  readonly teamId: string;
  readonly userId: string;
  readonly createdAtMs: number;
  /** The view in which it happened. */
  readonly viewId?: string;
  used: boolean;
}

export interface ResponseUrl {
  readonly path: string;
  readonly createdAtMs: number;
  readonly channelId: string;
  readonly teamId: string;
  readonly userId: string;
  /** The message whose button was pressed. */
  readonly ts?: string;
  uses: number;
}

export interface Triggers {
  issue(seed: { teamId: string; userId: string; viewId?: string; ageMs?: number }): Trigger;
  /** Throws `invalid_trigger_id`, `exchanged_trigger_id` or `expired_trigger_id`. */
  exchange(id: string): Trigger;
  /** A path of this server under which an app may answer. */
  issueResponseUrl(seed: {
    channelId: string;
    teamId: string;
    userId: string;
    ts?: string;
    ageMs?: number;
    kind: "commands" | "actions";
  }): ResponseUrl;
  /** Counts a use. Throws `used_url` or `expired_url`. */
  useResponseUrl(path: string): ResponseUrl;
}

const TRIGGER_MS = 3000;
const RESPONSE_URL_MS = 30 * 60_000;
const RESPONSE_URL_USES = 5;

export function createTriggers(ids: Ids, now: () => number): Triggers {
  const triggers = new Map<string, Trigger>();
  const responseUrls = new Map<string, ResponseUrl>();

  return {
    issue({ ageMs = 0, ...seed }) {
      const trigger: Trigger = { id: `${ids.ts()}.${ids.uuid()}`, createdAtMs: now() - ageMs, used: false, ...seed };
      triggers.set(trigger.id, trigger);
      return trigger;
    },
    exchange(id) {
      const trigger = triggers.get(id);
      if (!trigger) throw new SlackError("invalid_trigger_id");
      if (trigger.used) throw new SlackError("exchanged_trigger_id");
      if (now() - trigger.createdAtMs > TRIGGER_MS) throw new SlackError("expired_trigger_id");
      trigger.used = true;
      return trigger;
    },
    issueResponseUrl({ ageMs = 0, kind, ...seed }) {
      const path = `/${kind}/${seed.teamId}/${ids.uuid()}`;
      const issued: ResponseUrl = { path, createdAtMs: now() - ageMs, uses: 0, ...seed };
      responseUrls.set(path, issued);
      return issued;
    },
    useResponseUrl(path) {
      const found = responseUrls.get(path);
      if (!found || now() - found.createdAtMs > RESPONSE_URL_MS) throw new SlackError("expired_url");
      if (found.uses >= RESPONSE_URL_USES) throw new SlackError("used_url");
      found.uses += 1;
      return found;
    },
  };
}
