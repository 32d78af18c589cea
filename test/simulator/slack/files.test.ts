import { WebClient } from "@slack/web-api";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createSlackSimulator } from "../../../src/simulator/slack/create-slack-simulator.ts";
import type { SlackSimulator } from "../../../src/simulator/slack/slack-simulator.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { QUIET } from "./bolt-app.ts";
import { createCaller } from "./call-api.ts";
import { TINY_PNG } from "./tiny-png.ts";

const PROCESSING_MS = 800;

const image = (id: string) => ({ type: "image", slack_file: { id }, alt_text: "a fox" });

describe("files of the simulated Slack", () => {
  let slack: SlackSimulator;
  let client: WebClient;
  let channel: string;

  beforeEach(async () => {
    slack = await createSlackSimulator({ clock: createFakeClock(), fileProcessingMs: PROCESSING_MS });
    client = new WebClient(slack.botToken, { slackApiUrl: slack.apiUrl, logger: QUIET });
    channel = slack.workspace.general.id;
  });
  afterEach(() => slack.close());

  async function upload(filename = "fox.png", bytes = TINY_PNG): Promise<string> {
    const { file_id: id, upload_url: url } = await client.files.getUploadURLExternal({
      filename,
      length: bytes.length,
    });
    await fetch(url!, { method: "POST", body: new Uint8Array(bytes) });
    await client.files.completeUploadExternal({ files: [{ id: id!, title: "A fox" }] });
    return id!;
  }
  const post = (block: object) => createCaller(slack)("chat.postMessage", { channel, text: "a", blocks: [block] });

  it("are uploaded in three steps, and known after a while", async () => {
    const id = await upload();

    const early = await client.files.info({ file: id });
    slack.advanceClock(PROCESSING_MS);
    const late = await client.files.info({ file: id });

    expect(early.file).toMatchObject({ mimetype: "", filetype: "", title: "A fox" });
    expect(early.file).not.toHaveProperty("thumb_64");
    expect(late.file).toMatchObject({
      mimetype: "image/png",
      filetype: "png",
      original_w: 1,
      thumb_64: expect.any(String),
    });
  });

  it("cannot be shown by blocks before they are processed", async () => {
    const id = await upload();

    const early = await post(image(id));
    slack.advanceClock(PROCESSING_MS);
    const late = await post(image(id));

    expect(early.body).toMatchObject({
      error: "invalid_blocks",
      errors: ["invalid slack file [json-pointer:/blocks/0/slack_file]"],
    });
    expect(late.body.ok).toBe(true);
  });

  it("cannot be shown when they are unknown, deleted, no pictures, WebP, or somebody else's", async () => {
    const { alice } = slack.workspace;
    const text = await upload("a.txt", Buffer.from("text"));
    const webp = await upload("a.webp", Buffer.from("RIFF0000WEBPVP8L0000"));
    const gone = await upload();
    slack.advanceClock(PROCESSING_MS);
    await client.files.delete({ file: gone });
    const foreign = slack.inject.upload({ filename: "fox.png", bytes: TINY_PNG, userId: alice.id });

    const answers = [];
    for (const id of ["F1", text, webp, gone, foreign.id]) answers.push((await post(image(id))).body.error);

    expect(answers).toEqual(Array.from({ length: 5 }, () => "invalid_blocks"));
    expect((await client.files.list({})).files).toHaveLength(2);
  });

  it("of people are seen by the app where they are shared", async () => {
    const { message } = slack.inject.say({ text: "look", files: [{ filename: "fox.png", bytes: TINY_PNG }] });
    const [file] = slack.files.all();

    const { file: info } = await client.files.info({ file: file!.id });
    const { body } = await post({ ...image(file!.id), slack_file: { url: info!.permalink } });

    expect(info!.shares).toMatchObject({ public: { [channel]: [{ ts: message.ts }] } });
    expect(info!.channels).toEqual([channel]);
    expect(body.ok).toBe(true);
  });

  it("appear in a channel after a while, several in one message of a thread, with blocks", async () => {
    const { message: parent } = slack.inject.say({ text: "hello" });
    await client.filesUploadV2({
      channel_id: channel,
      thread_ts: parent.ts,
      file_uploads: [
        { file: TINY_PNG, filename: "1.png", alt_text: "one" },
        { file: TINY_PNG, filename: "2.png" },
      ],
      blocks: [{ type: "section", text: { type: "mrkdwn", text: "two foxes" } }],
    });

    const before = slack.messages.thread(channel, parent.ts).length;
    slack.advanceClock(PROCESSING_MS);
    const [, shared] = slack.messages.thread(channel, parent.ts);

    expect(before).toBe(1);
    expect(shared!.message).toMatchObject({
      subtype: "file_share",
      files: [
        { name: "1.png", alt_txt: "one", shares: { public: { [channel]: [{ thread_ts: parent.ts }] } } },
        { name: "2.png" },
      ],
      blocks: [{ type: "section" }],
    });
    expect(slack.log.violations).toEqual([]);
  });

  it("are sometimes confirmed and never shared", async () => {
    slack.shares.loseNext(1);
    slack.shares.loseWithAltText = true;
    await client.filesUploadV2({ channel_id: channel, file: TINY_PNG, filename: "lost.png" });
    await client.filesUploadV2({ channel_id: channel, file: TINY_PNG, filename: "alt.png", alt_text: "a fox" });
    await client.filesUploadV2({ channel_id: channel, file: TINY_PNG, filename: "seen.png" });

    slack.advanceClock(PROCESSING_MS);

    expect(slack.messages.inChannel(channel)).toMatchObject([{ message: { files: [{ name: "seen.png" }] } }]);
  });

  it("are refused when their length is not the announced one, and are complete only with bytes", async () => {
    const { file_id: id, upload_url: url } = await client.files.getUploadURLExternal({ filename: "a.png", length: 5 });

    const early = client.files.completeUploadExternal({ files: [{ id: id! }] });
    await expect(early).rejects.toMatchObject({ data: { error: "file_update_failed" } });
    const short = await fetch(url!, { method: "POST", body: "1234" });
    const form = new FormData();
    form.set("filename", new Blob(["12345"]), "a.png");
    const exact = await fetch(url!, { method: "POST", body: form });
    await client.files.completeUploadExternal({ files: [{ id: id! }] });
    const again = await fetch(url!, { method: "POST", body: "12345" });

    expect([short.status, exact.status, again.status]).toEqual([400, 200, 404]);
  });

  it("never get ready where processing never ends", async () => {
    slack.files.processingMs = Number.POSITIVE_INFINITY;
    const id = await upload();

    slack.advanceClock(3_600_000);

    expect((await client.files.info({ file: id })).file).toMatchObject({ mimetype: "" });
  });

  it("lead to a sign-in page without a token", async () => {
    const id = await upload();
    slack.advanceClock(PROCESSING_MS);
    const { file } = await client.files.info({ file: id });

    const page = await fetch(file!.url_private!);
    const bytes = await fetch(file!.url_private_download!, { headers: { authorization: `Bearer ${slack.botToken}` } });

    expect(page.headers.get("content-type")).toContain("text/html");
    expect(bytes.headers.get("content-type")).toBe("image/png");
    expect(Buffer.from(await bytes.arrayBuffer())).toEqual(TINY_PNG);
  });
});
