import type { Arguments } from "./arguments.ts";
import { SlackError } from "./slack-error.ts";

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1000;

/** One page of a list, by the `cursor` and `limit` of a call. Throws `invalid_cursor`; the last page's cursor is empty. */
export function page<T>(
  all: readonly T[],
  args: Arguments,
): { readonly items: readonly T[]; readonly nextCursor: string } {
  const cursor = args.text("cursor");
  const place = cursor === undefined ? "0" : /^at:(\d+)$/.exec(Buffer.from(cursor, "base64").toString("utf8"))?.[1];
  if (place === undefined) throw new SlackError("invalid_cursor");
  const start = Number(place);
  const limit = Math.min(args.number("limit") ?? DEFAULT_LIMIT, MAX_LIMIT);
  const end = start + limit;
  return {
    items: all.slice(start, end),
    nextCursor: end < all.length ? Buffer.from(`at:${end}`).toString("base64") : "",
  };
}
