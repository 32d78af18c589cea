import KeyvRedis, { createClient } from "@keyv/redis";
import type { KeyvDriver } from "./index.ts";

/** Longer than anybody waits for one answer; see shared-store.ts. */
const CONNECT_MS = 2000;
/** What is asked while it connects; more is refused. */
const MAX_QUEUED = 1000;

/**
 * Redis or Valkey by `@keyv/redis`. A connection that breaks stays broken: whoever asks opens another one, when it is time for that, so that no
 * command waits in a queue for a server that is away.
 */
export const redis: KeyvDriver = {
  open({ url }) {
    const client = createClient({
      url,
      commandsQueueMaxLength: MAX_QUEUED,
      socket: { connectTimeout: CONNECT_MS, reconnectStrategy: false },
    });
    const adapter = new KeyvRedis(client, { throwOnConnectError: true, throwOnErrors: true });
    let broken: unknown;
    // Every failure is a rejection, too, but one that does not say why there is no connection.
    client.on("error", (error: unknown) => (broken = error));
    adapter.on("error", () => {});
    return {
      adapter,
      prefixes: true,
      refuses: (error) => error instanceof Error && REFUSALS.includes(error.constructor.name),
      cause: (error) => (error instanceof Error && error.message.includes("not connected") ? (broken ?? error) : error),
      close() {
        if (client.isOpen) client.destroy();
      },
    };
  },
};

/** Classes of what the server answers, in @redis/client. */
const REFUSALS: readonly string[] = ["SimpleError", "BlobError", "ErrorReply"];
