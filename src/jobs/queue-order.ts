import { TIERS } from "../core/job.ts";
import type { Database } from "../storage/database.ts";

/** How many jobs are served before a job, and their predicted milliseconds. */
export interface Place {
  readonly ahead: number;
  readonly ms: number;
}

/** The order in which waiting jobs will start if nothing changes. */
export interface QueueOrder {
  /** Of the job with this sequence; undefined when it is not among the first. */
  placeOf(sequence: number): Place | undefined;
  changed(): void;
}

/** A person's first waiting job and its start tag. */
interface Head {
  readonly platform: string;
  readonly person: string;
  readonly weight: number;
  readonly since: number;
  readonly tag: number;
  readonly waiting: number;
  readonly sequence: number;
  readonly ms: number;
}

/** Replays the fair queueing for the first `length` jobs, once for all who ask until the queue changes. */
export function createQueueOrder(database: Database, length: number): QueueOrder {
  const heads = database.prepare<Head>(
    `SELECT s.platform, s.person, s.weight, s.since, s.start_tag AS tag, s.waiting, j.sequence, j.predicted_ms AS ms
     FROM shares s CROSS JOIN jobs j ON j.sequence = (
       SELECT min(sequence) FROM jobs
       WHERE state = 'queued' AND tier = s.tier AND platform = s.platform AND person = s.person)
     WHERE s.waiting > 0 AND s.tier = ? ORDER BY s.start_tag, s.since LIMIT ?`,
  );
  const following = database.prepare<{ sequence: number; ms: number }>(
    `SELECT sequence, predicted_ms AS ms FROM jobs
     WHERE state = 'queued' AND tier = ? AND platform = ? AND person = ? AND sequence > ? ORDER BY sequence LIMIT 1`,
  );
  // Tells whether another process has changed the file.
  const fileVersion = database.prepare<{ data_version: number }>("PRAGMA data_version");
  let places: Map<number, Place> | undefined;
  let version: number | undefined;

  function replay(): Map<number, Place> {
    const found = new Map<number, Place>();
    let ms = 0;
    for (let tier = 0; tier < TIERS.length && found.size < length; tier++) {
      const waiting = heads.all(tier, length - found.size);
      for (let head = waiting.shift(); head && found.size < length; head = waiting.shift()) {
        found.set(head.sequence, { ahead: found.size, ms });
        ms += head.ms;
        if (head.waiting === 1) continue;
        const tag = head.tag + head.ms / head.weight;
        const at = placeIn(waiting, tag, head.since);
        // Behind the last job that is asked for.
        if (at >= length - found.size) continue;
        const next = following.get(tier, head.platform, head.person, head.sequence);
        if (next) waiting.splice(at, 0, { ...head, ...next, tag, waiting: head.waiting - 1 });
      }
    }
    return found;
  }

  return {
    placeOf(sequence) {
      const current = fileVersion.get()?.data_version;
      if (current !== version) places = undefined;
      version = current;
      places ??= replay();
      return places.get(sequence);
    },
    changed() {
      places = undefined;
    },
  };
}

/** Where a head belongs in a list that is ordered by tag and then by arrival. */
function placeIn(heads: readonly Head[], tag: number, since: number): number {
  let low = 0;
  let high = heads.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const other = heads[middle]!;
    if (other.tag < tag || (other.tag === tag && other.since < since)) low = middle + 1;
    else high = middle;
  }
  return low;
}
