import type { PurgeOutcome } from "./moderation.ts";

/** Erased: 3 requests, 9 files; 2 messages taken back. 1 message could not be: delete it in the channel. */
export function purgeText({ jobs, pictures, withdrawn, left }: PurgeOutcome): string {
  const messages = withdrawn === 0 ? "" : `; ${count(withdrawn, "message")} taken back`;
  const remains = left === 0 ? "" : ` ${count(left, "message")} could not be: delete by hand what still stands there.`;
  return `Erased: ${count(jobs, "request")}, ${count(pictures, "file")}${messages}.${remains}`;
}

function count(items: number, what: string): string {
  return `${items} ${what}${items === 1 ? "" : "s"}`;
}
