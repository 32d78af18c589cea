import type { Clock } from "../core/clock.ts";
import type { ReplyAddress } from "../core/platform.ts";

/** Keeps the answers to one address in the order in which they became ready, also while an earlier one is tried again. */
export interface AddressLanes {
  /** 0 = it is this one's turn; else look again in so many milliseconds. */
  waitMs(address: ReplyAddress, job: string): number;
  /** This answer could not be posted: returns after how many milliseconds to try again, given its failures so far (from 1). */
  failed(address: ReplyAddress, job: string, delayMsOf: (failures: number) => number): number;
  /** This answer is settled: the next one's turn. */
  done(address: ReplyAddress, job: string): void;
}

interface Turn {
  readonly job: string;
  /** Since this process started; after a restart the first tries are quick again. */
  failures: number;
  /** When it is expected to be tried again, or to be through. */
  dueAt: number;
}

/**
 * `lookAgainMs`: how long followers wait while the first is being posted. A first one that is not seen for `patienceMs` after it was due
 * (another process has it) blocks nobody any more.
 */
export function createAddressLanes(deps: { clock: Clock; lookAgainMs: number; patienceMs: number }): AddressLanes {
  const { clock, lookAgainMs, patienceMs } = deps;
  const lanes = new Map<string, Turn[]>();

  return {
    waitMs(address, job) {
      const key = keyOf(address);
      const lane = (lanes.get(key) ?? []).filter((turn) => turn.job === job || turn.dueAt + patienceMs > clock.now());
      lanes.set(key, lane);
      const mine = lane.find((turn) => turn.job === job);
      if (mine) mine.dueAt = clock.now();
      else lane.push({ job, failures: 0, dueAt: clock.now() });
      const first = lane[0]!;
      return first.job === job ? 0 : Math.max(lookAgainMs, first.dueAt - clock.now() + 1);
    },
    failed(address, job, delayMsOf) {
      const mine = lanes.get(keyOf(address))?.find((turn) => turn.job === job);
      const failures = (mine?.failures ?? 0) + 1;
      const delayMs = delayMsOf(failures);
      if (mine) Object.assign(mine, { failures, dueAt: clock.now() + delayMs });
      return delayMs;
    },
    done(address, job) {
      const key = keyOf(address);
      const rest = (lanes.get(key) ?? []).filter((turn) => turn.job !== job);
      if (rest.length === 0) lanes.delete(key);
      else lanes.set(key, rest);
    },
  };
}

function keyOf(address: ReplyAddress): string {
  return JSON.stringify(address);
}
