import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { Clock } from "../../src/core/clock.ts";
import { listHubModel } from "../../src/models/hub-listing.ts";
import { downloadPlan, planPull, type PullProgress } from "../../src/models/pull-model.ts";
import { startFakeHub, FAKE_COMMIT, type FakeHub, type FakeRepo } from "../support/fake-hub.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const GRAPH = Buffer.from(Array.from({ length: 50_000 }, (_, i) => (i * 7919) % 251));
const REPO = "someone/tiny-turbo";
const files: FakeRepo["files"] = {
  "README.md": Buffer.from("---\nlicense: mit\n---\n# Tiny\n"),
  "model_index.json": Buffer.from('{"_class_name":"StableDiffusionPipeline"}'),
  "unet/model.onnx": GRAPH,
  "unet/model.onnx_data": Buffer.alloc(20_000, 3),
  "unet/model_fp16.onnx": Buffer.alloc(30_000, 1),
  "unet/model_fp16.onnx_data": Buffer.alloc(30_000, 2),
  "unet/diffusion_pytorch_model.safetensors": Buffer.alloc(90_000),
  "vae_decoder/model.onnx": Buffer.alloc(2_000, 5),
  "tokenizer/vocab.json": Buffer.from("{}"),
  "sample.png": Buffer.alloc(5_000),
};

let hub: FakeHub;
const hubs: FakeHub[] = [];
afterEach(async () => {
  await Promise.all(hubs.splice(0).map((each) => each.stop()));
});

async function startHub(repos: Readonly<Record<string, FakeRepo>>): Promise<FakeHub> {
  hub = await startFakeHub(repos);
  hubs.push(hub);
  return hub;
}

/** Waits pass at once. */
const eagerClock: Clock = {
  now: () => 0,
  after: (ms, callback) => {
    const timer = ms < 60_000 ? setImmediate(callback) : undefined;
    return () => timer && clearImmediate(timer);
  },
};

async function plan(repo: Partial<FakeRepo> = {}, token = "") {
  await startHub({ [REPO]: { files, licence: "mit", ...repo } });
  const access = { endpoint: hub.endpoint, token };
  const folder = join(temporaryFolder(), "download");
  const made = planPull(await listHubModel(REPO, "main", access));
  const progress: PullProgress[] = [];
  const download = () =>
    downloadPlan(made, folder, { hub: access, clock: eagerClock, onProgress: (entry) => progress.push(entry) });
  return { plan: made, folder, download, progress };
}

const graphDownloads = () => hub.downloads.filter(({ path }) => path === "unet/model.onnx");

describe("pulling a model", () => {
  it("chooses one graph of each component with its weights, configurations, licence and card", async () => {
    const { plan: made } = await plan();

    expect(made.listing).toMatchObject({ commit: FAKE_COMMIT, licence: "mit" });
    expect(made.files.map(({ path }) => path)).toEqual([
      "README.md",
      "model_index.json",
      "unet/model.onnx",
      "unet/model.onnx_data",
      "vae_decoder/model.onnx",
      "tokenizer/vocab.json",
    ]);
  });

  it("downloads every byte, and shows how much is done up to the end", async () => {
    const { folder, download, progress, plan: made } = await plan();

    await download();

    for (const { path } of made.files) expect(readFileSync(join(folder, path))).toEqual(files[path]);
    expect(progress.at(-1)).toMatchObject({ doneBytes: made.bytes, totalBytes: made.bytes });
  });

  it("goes on where a connection was cut, again and again", async () => {
    const { folder, download } = await plan();
    hub.faults.cutAfter = [10_000, 15_000, 1];

    await download();

    expect(readFileSync(join(folder, "unet/model.onnx"))).toEqual(GRAPH);
    const [first, ...later] = graphDownloads().map(({ range }) => range);
    expect(first).toBeUndefined();
    expect(later.length).toBeGreaterThanOrEqual(2);
    expect(later.every((range) => /^bytes=\d+-$/.test(range!))).toBe(true);
  });

  it("keeps what has arrived when it gives up, and needs only the rest the next time", async () => {
    const { folder, download } = await plan();
    hub.faults.cutAfter = [20_000, ...Array.from({ length: 20 }, () => 0)];

    await expect(download()).rejects.toThrow(
      /^unet\/model\.onnx could not be downloaded: .*the same command goes on from there\.$/,
    );
    const kept = statSync(join(folder, "unet/model.onnx.part")).size;
    hub.faults.cutAfter = [];
    await download();

    expect(kept).toBeGreaterThan(0);
    expect(graphDownloads().at(-1)!.range).toBe(`bytes=${kept}-`);
    expect(readFileSync(join(folder, "unet/model.onnx"))).toEqual(GRAPH);
  });

  it("starts again where the server knows no ranges", async () => {
    const { folder, download } = await plan();
    hub.faults.cutAfter = [30_000];
    hub.faults.noRanges = true;

    await download();

    expect(readFileSync(join(folder, "unet/model.onnx"))).toEqual(GRAPH);
  });

  it("does not go on from a beginning that is not the file's", async () => {
    const { folder, download } = await plan();
    hub.faults.cutAfter = Array.from({ length: 20 }, () => 0);
    await expect(download()).rejects.toThrow("could not be downloaded");
    writeFileSync(join(folder, "unet/model.onnx.part"), Buffer.alloc(40_000, 9));
    hub.faults.cutAfter = [];

    await download();

    expect(readFileSync(join(folder, "unet/model.onnx"))).toEqual(GRAPH);
  });

  it("refuses content whose hash is wrong twice, and keeps none of it", async () => {
    const { folder, download } = await plan();
    hub.faults.spoilt = 2;

    await expect(download()).rejects.toThrow("its content has another sha256 than the hub says");

    expect(existsSync(join(folder, "unet/model.onnx"))).toBe(false);
    expect(existsSync(join(folder, "unet/model.onnx.part"))).toBe(false);
  });

  it("checks small files by their git id", async () => {
    const { plan: made } = await plan();

    const card = made.files.find(({ path }) => path === "README.md");

    expect(card?.hash.kind).toBe("git");
  });

  it("waits out a hub that is busy, and stops at once where waiting does not help", async () => {
    const { download } = await plan();
    hub.faults.statuses = [503, 429];

    await download();
    const { download: forbidden } = await plan();
    hub.faults.statuses = [403];

    await expect(forbidden()).rejects.toThrow(/terms must be accepted.*HF_TOKEN/);
  });

  it("shows its token to the hub and not to the file store behind it", async () => {
    const { download } = await plan({ token: "hf_secret" }, "hf_secret");

    await download();

    expect(hub.downloads.find(({ path }) => path === "README.md")!.hasToken).toBe(true);
    expect(graphDownloads()[0]!.hasToken).toBe(false);
  });

  it.each([
    [
      "a gated model without a token",
      REPO,
      "main",
      { token: "hf_secret" },
      /private.*put your access token into HF_TOKEN/,
    ],
    ["an unknown model", "someone/else", "main", {}, /there is no such model/],
    ["an unknown revision", REPO, "v9", {}, /no such revision/],
    ["a name that is no model's", "../../etc", "main", {}, /a model is named like owner\/name/],
  ])("says what to do about %s", async (_, repo, revision, rest, sentence) => {
    await startHub({ [REPO]: { files, ...rest } });

    await expect(listHubModel(repo, revision, { endpoint: hub.endpoint, token: "" })).rejects.toThrow(sentence);
  });

  it("says that a hub does not answer", async () => {
    await startHub({});
    const { endpoint } = hub;
    await hub.stop();

    await expect(listHubModel(REPO, "main", { endpoint, token: "" })).rejects.toThrow(
      `${REPO} cannot be read from ${endpoint}: there is no answer (ECONNREFUSED)`,
    );
  });

  it("refuses files that would lie outside the model's folder", async () => {
    await expect(plan({ files: { "../../.bashrc": Buffer.from("x") } })).rejects.toThrow("which could lie anywhere");
  });

  it("says that a model for PyTorch has to be exported", async () => {
    await expect(plan({ files: { "unet/model.safetensors": Buffer.from("x") } })).rejects.toThrow(
      `${REPO} holds no ONNX model that Easel knows: its weights are for PyTorch. Export them first`,
    );
  });
});
