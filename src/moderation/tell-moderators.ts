import type { Clock } from "../core/clock.ts";
import type { Logger } from "../core/logger.ts";
import { notice } from "../core/message.ts";
import type { Platform, ReplyAddress } from "../core/platform.ts";
import type { Database } from "../storage/database.ts";

/** Posts a notice into the moderators' channel of every community that has one. Never rejects: what cannot be posted is logged. */
export function createTellModerators(deps: {
  readonly database: Database;
  readonly platforms: ReadonlyMap<string, Pick<Platform, "post">>;
  readonly clock: Clock;
  readonly log: Logger;
}): (text: string) => Promise<void> {
  const { platforms, clock, log } = deps;
  // keyv keeps values as {"value": …}, below its namespace.
  const channels = deps.database.prepare<{ key: string; address: string }>(
    "SELECT key, value ->> '$.value' AS address FROM key_values WHERE key GLOB '*:moderators:*' ORDER BY key",
  );
  let told = 0;

  return async (text) => {
    const id = `notice-${clock.now()}-${++told}`;
    for (const { key, address } of channels.all()) {
      try {
        const place = JSON.parse(address) as ReplyAddress;
        await platforms
          .get(place.platform)
          ?.post?.(place, notice(text, { kind: "error", private: false }), `${id}-${key}`);
      } catch (error) {
        log.warn("moderators could not be told", { channel: key, error });
      }
    }
  };
}
