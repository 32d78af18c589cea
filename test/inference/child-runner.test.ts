import { describe, expect, it } from "vitest";
import { UserError } from "../../src/core/errors.ts";
import type { GenerateTask, RawPicture } from "../../src/core/generator.ts";
import type { ImageFilter } from "../../src/core/verdict.ts";
import { createRunner, type RunnerDeps } from "../../src/inference/child-runner.ts";
import type { ChildMessage } from "../../src/inference/protocol.ts";
import { imageRequest } from "../support/image-request.ts";
import { createRecordingLog } from "../support/recording-log.ts";

interface FakeModel {
  readonly path: string;
  release(): Promise<void>;
}

function picture(value: number): RawPicture {
  return { widthPx: 2, heightPx: 1, channels: 3, data: new Uint8Array(6).fill(value) };
}

const drawTwo: RunnerDeps<FakeModel>["draw"] = async () => ({
  pictures: [picture(1), picture(2)],
  timings: { textMs: 1, denoiseMs: 2, decodeMs: 3, totalMs: 6 },
  notes: ["a note"],
});

/** A runner over models that are only a path. */
function setUp(
  options: Partial<Pick<RunnerDeps<FakeModel>, "draw" | "uploadFilters">> & { filters?: readonly ImageFilter[] } = {},
) {
  const messages: ChildMessage[] = [];
  const released: string[] = [];
  const ends: ((message: ChildMessage) => void)[] = [];
  let closed = 0;
  const runner = createRunner<FakeModel>({
    loadModel: async (path) => {
      if (path === "/broken") throw new UserError("model-broken", { model: "m", reason: "no unet" });
      return { path, release: async () => void released.push(path) };
    },
    draw: options.draw ?? drawTwo,
    filtersOf: () => options.filters ?? [],
    uploadFilters: options.uploadFilters ?? (async () => options.filters ?? []),
    score: async (path, _, phrases) => {
      if (path === "/broken") throw new UserError("model-cannot", { model: "m", mode: "see" });
      return phrases.map((phrase) => phrase.length);
    },
    send: (message) => {
      messages.push(message);
      if (["done", "failed", "broken", "aborted"].includes(message.type)) ends.shift()?.(message);
    },
    rssBytes: () => 1000,
    log: createRecordingLog(),
    onClosed: () => void (closed += 1),
  });
  let runs = 0;
  const generate = (modelPath = "/m", fields: Partial<GenerateTask["request"]> = {}) => {
    const ended = new Promise<ChildMessage>((resolve) => ends.push(resolve));
    const task = { job: "job1", request: imageRequest(fields), inputs: {}, previews: true };
    runner.generate({ type: "generate", run: ++runs, task, modelPath });
    return ended;
  };
  return { runner, generate, messages, released, closed: () => closed };
}

const settle = () => new Promise((resolve) => void setImmediate(resolve));

describe("the runner", () => {
  it("loads a model once and says when", async () => {
    const { generate, messages } = setUp();

    await generate();
    await generate();

    const types = messages.map((message) => (message.type === "event" ? message.event.type : message.type));
    expect(types).toEqual(["loading", "loaded", "done", "loaded", "done"]);
  });

  it("gives every picture its seed and verdict, and the filters' time to the total", async () => {
    const spoilerForTwo: ImageFilter = {
      id: "two",
      review: async ({ data }) => (data[0] === 2 ? { level: "spoiler", rule: "two" } : { level: "allow" }),
    };
    const { generate } = setUp({ filters: [spoilerForTwo] });

    const end = await generate();

    expect(end).toMatchObject({
      type: "done",
      generated: {
        pictures: [
          { seed: 7, verdict: { level: "allow" } },
          { seed: 8, verdict: { level: "spoiler", rule: "two" } },
        ],
        notes: ["a note"],
      },
    });
    const { timings } = (end as Extract<ChildMessage, { type: "done" }>).generated;
    expect(timings.totalMs).toBe(6 + timings.filterMs);
  });

  it("refuses what a filter could not check", async () => {
    const broken: ImageFilter = { id: "nsfw", review: () => Promise.reject(new Error("no session")) };
    const { generate } = setUp({ filters: [broken] });

    const end = await generate();

    expect(end).toMatchObject({
      generated: { pictures: [{ verdict: { level: "refuse", rule: "nsfw could not check it" } }, {}] },
    });
  });

  it("releases the old model before it loads another", async () => {
    const { generate, released } = setUp();
    await generate("/a");

    await generate("/b");

    expect(released).toEqual(["/a"]);
  });

  it("tells people why a model cannot be loaded, and can load another one then", async () => {
    const { generate } = setUp();

    const first = await generate("/broken");
    const second = await generate("/m");

    expect(first).toMatchObject({ type: "failed", failure: { code: "model-broken", params: { reason: "no unet" } } });
    expect(second.type).toBe("done");
  });

  it("hides a bug from people and keeps it for the log", async () => {
    const { generate } = setUp({ draw: () => Promise.reject(new RangeError("x is not iterable")) });

    const end = await generate();

    expect(end).toMatchObject({ type: "broken", failure: { code: "unexpected", params: { reference: "job1" } } });
    expect((end as Extract<ChildMessage, { type: "broken" }>).stack).toContain("RangeError: x is not iterable");
  });

  it.each([
    [
      "black pixels",
      async () => ({
        pictures: [picture(0), picture(3)],
        timings: { textMs: 0, denoiseMs: 0, decodeMs: 0, totalMs: 0 },
        notes: [],
      }),
    ],
    ["numbers that are not finite", () => Promise.reject(new UserError("picture-not-finite", { model: "m" }))],
  ])("draws once more after %s and then says so", async (_, draw) => {
    let draws = 0;
    const { generate } = setUp({ draw: () => ((draws += 1), draw()) });

    const end = await generate();

    expect(draws).toBe(2);
    expect(end).toMatchObject({
      type: "failed",
      failure: { code: "picture-not-finite", params: { model: "m" } },
    });
  });

  it("keeps the picture when the second try is sound", async () => {
    let draws = 0;
    const timings = { textMs: 0, denoiseMs: 0, decodeMs: 0, totalMs: 0 };
    const { generate } = setUp({
      draw: async () => ({ pictures: [picture(draws++), picture(3)], timings, notes: [] }),
    });

    const end = await generate();

    expect(end).toMatchObject({ type: "done", generated: { pictures: [{ data: new Uint8Array(6).fill(1) }, {}] } });
  });

  it("takes black ink on a transparent ground for a picture", async () => {
    const ink: RawPicture = { widthPx: 2, heightPx: 1, channels: 4, data: new Uint8Array([0, 0, 0, 255, 0, 0, 0, 0]) };
    const timings = { textMs: 0, denoiseMs: 0, decodeMs: 0, totalMs: 0 };
    const { generate } = setUp({ draw: async () => ({ pictures: [ink, ink], timings, notes: [] }) });

    const end = await generate();

    expect(end.type).toBe("done");
  });

  it("reports a cancelled run as aborted, and ignores a cancel that comes too late", async () => {
    const { runner, generate } = setUp({
      draw: (_model, _task, _onEvent, signal) =>
        new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason as Error))),
    });
    const ended = generate();
    await settle();

    runner.cancel(99);
    runner.cancel(1);

    expect(await ended).toMatchObject({ type: "aborted", run: 1 });
  });

  it("forwards the engine's events", async () => {
    const { generate, messages } = setUp({
      draw: (model, task, onEvent, signal) => {
        onEvent({ type: "step", step: 1, steps: 2 });
        return drawTwo(model, task, onEvent, signal);
      },
    });

    await generate();

    expect(messages).toContainEqual({ type: "event", run: 1, event: { type: "step", step: 1, steps: 2 } });
  });

  it("reviews an upload without a model and without a run", async () => {
    const refusing = { id: "f", review: async () => ({ level: "refuse", rule: "test/no" }) as const };
    const { runner, messages } = setUp({ filters: [refusing] });

    runner.review({ type: "review", review: 5, picture: picture(1) });
    await settle();

    expect(messages).toEqual([
      { type: "reviewed", review: 5, verdict: { level: "refuse", rule: "test/no" }, rssBytes: 1000 },
    ]);
  });

  it("refuses an upload when a filter fails, or when there are no filters to be had", async () => {
    const failing = { id: "f", review: () => Promise.reject(new Error("no memory")) };
    const broken = setUp({ uploadFilters: () => Promise.reject(new Error("no file")) });
    const { runner, messages } = setUp({ filters: [failing] });

    runner.review({ type: "review", review: 1, picture: picture(1) });
    broken.runner.review({ type: "review", review: 1, picture: picture(1) });
    await settle();

    expect(messages).toMatchObject([{ verdict: { level: "refuse", rule: "f could not check it" } }]);
    expect(broken.messages).toMatchObject([{ verdict: { level: "refuse", rule: "filter/classifier-failed" } }]);
  });

  it("tells how well phrases fit a picture, or why it cannot", async () => {
    const { runner, messages } = setUp();

    runner.score({ type: "score", scoring: 1, modelPath: "/m", picture: picture(1), phrases: ["a", "bcd"] });
    runner.score({ type: "score", scoring: 2, modelPath: "/broken", picture: picture(1), phrases: ["a"] });
    await settle();

    expect(messages).toMatchObject([
      { type: "scored", scoring: 1, scores: [1, 3] },
      { type: "scored", scoring: 2, failure: { code: "model-cannot" } },
    ]);
  });

  it("closes after the run that is under way, with nothing left loaded", async () => {
    const { runner, generate, released, closed } = setUp();
    const ended = generate();

    runner.close({ now: false });

    expect((await ended).type).toBe("done");
    await settle();
    expect(released).toEqual(["/m"]);
    expect(closed()).toBe(1);
  });

  it("closes once, also when told twice", async () => {
    const { runner, closed } = setUp();

    runner.close({ now: false });
    runner.close({ now: true });

    await settle();
    expect(closed()).toBe(1);
  });
});
