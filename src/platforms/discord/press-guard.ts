import type { Clock } from "../../core/clock.ts";
import { TOKEN_LIFE_MS } from "./limits.ts";

/** Knows which presses are being served, so that fifty clicks on a button draw once. */
export interface PressGuard {
  /** False while the same person's earlier press of the same button is being served. */
  begin(person: string, buttonId: string, interaction: string): boolean;
  /** The press is answered. */
  end(interaction: string): void;
}

/** In memory: after a restart a press may be repeated. What was never answered is forgotten when nobody can answer it any more. */
export function createPressGuard(clock: Clock): PressGuard {
  const presses = new Map<string, { readonly interaction: string; readonly until: number }>();

  return {
    begin(person, buttonId, interaction) {
      const key = `${person} ${buttonId}`;
      if ((presses.get(key)?.until ?? 0) > clock.now()) return false;
      // The newest last: the first ones are the ones to forget.
      presses.delete(key);
      presses.set(key, { interaction, until: clock.now() + TOKEN_LIFE_MS });
      for (const [old, { until }] of presses) {
        if (until > clock.now()) break;
        presses.delete(old);
      }
      return true;
    },
    end(interaction) {
      for (const [key, press] of presses) if (press.interaction === interaction) presses.delete(key);
    },
  };
}
