import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { createSafetyWatch } from "../src/safety-watch.ts";
import { createFakeClock } from "./support/fake-clock.ts";
import { createRecordingLog } from "./support/recording-log.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

const OK = { ok: true } as const;

function openWatch() {
  const folder = temporaryFolder();
  const [rules, classifier] = [join(folder, "rules.json"), join(folder, "model.onnx")];
  writeFileSync(rules, "1");
  writeFileSync(classifier, "1");
  const clock = createFakeClock();
  const told: string[] = [];
  const state = { faults: [] as string[], rules: undefined as string | undefined, tests: 0, loads: 0, bad: false };
  const watch = createSafetyWatch({
    safety: {
      reloadRules() {
        state.loads++;
        return state.bad ? { ok: false, fault: "own.json: line 2: is not JSON", field: "", line: 2 } : OK;
      },
      fault: () => state.rules,
      files: () => [rules],
    },
    filterFiles: () => [classifier],
    async testFilters() {
      state.tests++;
      return { filters: ["one"], faults: state.faults };
    },
    clock,
    log: createRecordingLog(),
    tell: async (text) => void told.push(text),
  });
  /** Time for a look, and for the file system. */
  async function wait(ms = 2000): Promise<void> {
    await sleep(20);
    await clock.advance(ms);
    await sleep(20);
  }
  return { watch, told, state, wait, rules, classifier, clock };
}

describe("the watch over the safety filters", () => {
  it("tests the classifiers at the start, and says nothing when they are sound", async () => {
    const { watch, told, state, wait } = openWatch();

    await wait();

    expect([watch.fault(), told, state.tests, state.loads]).toEqual([undefined, [], 1, 0]);
  });

  it("stops the drawing for a damaged classifier and goes on when it is repaired", async () => {
    const { watch, told, state, wait, classifier } = openWatch();
    await wait();

    state.faults = ["the sha256 is another"];
    writeFileSync(classifier, "damaged");
    await wait();
    const damaged = watch.fault();
    state.faults = [];
    writeFileSync(classifier, "1");
    await wait();

    expect([damaged, watch.fault()]).toEqual(["the sha256 is another", undefined]);
    expect(told).toEqual([
      "Nothing is drawn: the safety filters fail their test (the sha256 is another). See `easel doctor`.",
      "The safety filters pass their test again: drawing goes on.",
    ]);
  });

  it("tries again after a minute what failed without its files being at fault", async () => {
    const { watch, state, wait } = openWatch();
    state.faults = ["no memory"];
    await watch.recheck();
    const before = watch.fault();
    state.faults = [];

    await wait(60_000);

    expect([before, watch.fault()]).toEqual(["no memory", undefined]);
  });

  it("keeps the rules before when a file is bad, and tells the moderators why", async () => {
    const { watch, told, state, wait, rules } = openWatch();
    await wait();

    state.bad = true;
    writeFileSync(rules, "bad rules");
    await wait();

    expect(watch.fault()).toBeUndefined();
    expect(told).toEqual([
      "The rules file was changed and cannot be used; the rules before stay in force. own.json: line 2: is not JSON",
    ]);
  });

  it("stops the drawing while no rules are in force", async () => {
    const { watch, told, state, wait, rules } = openWatch();
    await wait();

    state.bad = true;
    state.rules = "rules.json: is not JSON";
    writeFileSync(rules, "bad rules");
    await wait();

    expect(watch.fault()).toBe("rules.json: is not JSON");
    expect(told).toHaveLength(1);
  });

  it("looks at everything when it is told to, changed or not, and at nothing once stopped", async () => {
    const { watch, state, wait, rules, clock } = openWatch();
    await wait();

    await watch.recheck();
    const counts = [state.loads, state.tests];
    watch.stop();
    writeFileSync(rules, "other");
    await wait();

    expect([counts, [state.loads, state.tests], clock.pending()]).toEqual([[1, 2], [1, 2], 0]);
  });
});
