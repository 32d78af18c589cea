import { createKeyValueStore } from "./key-value.ts";
import { loadDriver, type DriverOptions } from "./keyv-drivers/index.ts";

const KEY = "doctor";
const TIMEOUT_MS = 3000;

/** Writes, reads and deletes in the store of a KEYV_URL; rejects with what the store, or the way there, says. */
export async function checkSettingsStore(options: DriverOptions): Promise<void> {
  const opened = (await loadDriver(options.url)).open(options);
  const store = createKeyValueStore(opened);
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const late = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(new Error(`no answer within ${TIMEOUT_MS / 1000} seconds`)));
  });
  try {
    await Promise.race([late, tryOut(store)]);
  } catch (error) {
    throw opened.cause(error);
  } finally {
    opened.close();
  }
}

async function tryOut(store: ReturnType<typeof createKeyValueStore>): Promise<void> {
  await store.set(KEY, "written", 60_000);
  if ((await store.get(KEY)) !== "written") throw new Error("what is written cannot be read");
  await store.delete(KEY);
}
