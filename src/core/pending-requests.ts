import { UserError } from "./errors.ts";
import type { ImageRequest } from "./image-request.ts";
import type { Person } from "./platform.ts";
import type { KeyValueStore } from "./stores.ts";

/** How long a question waits for its yes. */
export const PENDING_TTL_MS = 15 * 60_000;

interface Pending {
  readonly platform: string;
  readonly person: string;
  readonly requests: readonly ImageRequest[];
}

/** Keeps complete requests under an id until their person says yes. */
export async function keepPending(
  store: KeyValueStore,
  person: Person,
  id: string,
  requests: readonly ImageRequest[],
): Promise<void> {
  const pending: Pending = { platform: person.platform, person: person.id, requests };
  await store.set(pendingKey(id), pending, PENDING_TTL_MS);
}

/** Hands the requests out once. Throws UserError button-expired, job-not-yours. */
export async function takePending(store: KeyValueStore, person: Person, id: string): Promise<readonly ImageRequest[]> {
  const pending = await store.get<Pending>(pendingKey(id));
  if (!pending) throw new UserError("button-expired");
  if (pending.platform !== person.platform || pending.person !== person.id) throw new UserError("job-not-yours");
  // Of two presses at once, one deletes.
  if (!(await store.delete(pendingKey(id)))) throw new UserError("button-expired");
  return pending.requests;
}

function pendingKey(id: string): string {
  return `pending:${id}`;
}
