import { describe, expect, it } from "vitest";
import type { KeyValueStore } from "../../src/core/stores.ts";
import { createFakeClock, type FakeClock } from "../support/fake-clock.ts";

export interface KeyValueStoreUnderTest {
  readonly store: KeyValueStore;
  /** Opens the same data again, as after a restart. */
  readonly reopen: () => KeyValueStore;
}

/** What every KeyValueStore must do. `create` makes an empty one that reads the given clock. */
export function keyValueStoreContract(name: string, create: (clock: FakeClock) => KeyValueStoreUnderTest): void {
  describe(`${name} as a KeyValueStore`, () => {
    it("gives back JSON values as they were set", async () => {
      const { store } = create(createFakeClock());
      const value = { style: "ink", sizes: [256, 512], nested: { on: true, note: null } };

      await store.set("settings:discord:1", value);

      expect(await store.get("settings:discord:1")).toEqual(value);
    });

    it("answers undefined for a key that was never set", async () => {
      const { store } = create(createFakeClock());

      expect(await store.get("settings:discord:1")).toBeUndefined();
    });

    it("keeps the last value of a key", async () => {
      const { store } = create(createFakeClock());
      await store.set("a", 1);

      await store.set("a", 2);

      expect(await store.get("a")).toBe(2);
    });

    it("says whether there was something to delete", async () => {
      const { store } = create(createFakeClock());
      await store.set("a", 1);

      const answers = [await store.delete("a"), await store.delete("a")];

      expect(answers).toEqual([true, false]);
      expect(await store.get("a")).toBeUndefined();
    });

    it("forgets a value when its time is over", async () => {
      const clock = createFakeClock();
      const { store } = create(clock);
      await store.set("short", "x", 1000);
      await store.set("long", "y", 5000);
      await store.set("for ever", "z");

      await clock.advance(1000);

      expect(await store.get("short")).toBeUndefined();
      expect(await store.get("long")).toBe("y");
      expect(await store.get("for ever")).toBe("z");
      expect(await store.delete("short")).toBe(false);
    });

    it("survives a restart", async () => {
      const { store, reopen } = create(createFakeClock());
      await store.set("a", ["kept"]);

      const again = reopen();

      expect(await again.get("a")).toEqual(["kept"]);
    });
  });
}
