import type { DeviceSlot, Generated, GeneratedPicture, GenerateEvent, GenerateTask } from "../../src/core/generator.ts";

/** One call of a fake device: the test decides how it goes on. */
export interface FakeRun {
  readonly task: GenerateTask;
  readonly signal: AbortSignal;
  event(event: GenerateEvent): void;
  finish(fields?: Partial<Generated>): void;
  fail(error: Error): void;
}

export interface FakeSlot extends DeviceSlot {
  /** All runs so far; the last one may be under way. */
  readonly runs: readonly FakeRun[];
  setModel(model: string | undefined): void;
  /** While false, the device counts as starting. */
  setReady(ready: boolean): void;
}

/** The picture that a fake device draws for a seed: one colour. */
export function fakePicture(seed: number, fields: Partial<GeneratedPicture> = {}): GeneratedPicture {
  const data = new Uint8Array(2 * 2 * 3).fill(seed % 256);
  return { widthPx: 2, heightPx: 2, channels: 3, data, seed, verdict: { level: "allow" }, ...fields };
}

/** A device without a process or a model. A run that is cancelled ends with an AbortError by itself. */
export function createFakeSlot(id = "fake-0"): FakeSlot {
  const runs: FakeRun[] = [];
  let model: string | undefined;
  let notReady: Promise<void> | undefined;
  let getReady: (() => void) | undefined;

  return {
    id,
    runs,
    model: () => model,
    setModel(next) {
      model = next;
    },
    setReady(next) {
      getReady?.();
      notReady = next ? undefined : new Promise((resolve) => (getReady = resolve));
    },
    async whenIdle(signal) {
      signal.throwIfAborted();
      if (!notReady) return;
      const stopped = new Promise<never>((_, reject) =>
        signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true }),
      );
      await Promise.race([notReady, stopped]);
    },
    generate(task, onEvent, signal) {
      return new Promise<Generated>((resolve, reject) => {
        const abort = () => reject(new DOMException("cancelled", "AbortError"));
        if (signal.aborted) return abort();
        signal.addEventListener("abort", abort, { once: true });
        runs.push({
          task,
          signal,
          event: onEvent,
          fail: reject,
          finish: (fields = {}) =>
            resolve({
              pictures: task.request.pictures.map(({ seed }) => fakePicture(seed)),
              timings: { textMs: 1, denoiseMs: 2, decodeMs: 3, filterMs: 4, totalMs: 10 },
              notes: [],
              ...fields,
            }),
        });
      });
    },
  };
}
