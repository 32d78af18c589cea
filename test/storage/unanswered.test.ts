import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { silentLogger } from "../../src/core/logger.ts";
import { openDatabase } from "../../src/storage/database.ts";
import { createUnansweredStore } from "../../src/storage/unanswered.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const clock = createFakeClock();
const one = (id: string, more: object = {}) => ({ id, body: { id }, tries: 0, expiresAt: clock.now() + 1000, ...more });

function open(path = ":memory:") {
  const database = openDatabase({ path, log: silentLogger });
  return { database, store: createUnansweredStore({ database, clock }) };
}

describe("what is promised and not answered yet", () => {
  it("is there after a restart, the oldest first, each platform's own", async () => {
    const path = join(temporaryFolder(), "easel.db");
    const { database, store } = open(path);

    await store.change("discord", { add: [one("2", { expiresAt: clock.now() + 2000 }), one("1")], remove: [] });
    await store.change("slack", { add: [one("1")], remove: [] });
    database.close();

    const again = open(path).store;
    expect((await again.list("discord")).map(({ id }) => id)).toEqual(["1", "2"]);
    expect(await again.list("slack")).toEqual([one("1")]);
  });

  it("is replaced by a later word on it, and gone when it is answered", async () => {
    const { store } = open();
    await store.change("discord", { add: [one("1"), one("2")], remove: [] });

    await store.change("discord", { add: [one("1", { tries: 1 })], remove: ["2", "never heard of"] });

    expect(await store.list("discord")).toEqual([one("1", { tries: 1 })]);
  });

  it("is forgotten when nobody can answer it any more: it holds what people wrote", async () => {
    const { database, store } = open();
    await store.change("discord", { add: [one("1"), one("2", { expiresAt: clock.now() + 5000 })], remove: [] });

    await clock.advance(1000);

    expect((await store.list("discord")).map(({ id }) => id)).toEqual(["2"]);
    expect(database.prepare("SELECT id FROM unanswered").all()).toHaveLength(1);
  });
});
