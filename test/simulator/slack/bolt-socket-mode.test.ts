import { App } from "@slack/bolt";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createSlackSimulator } from "../../../src/simulator/slack/create-slack-simulator.ts";
import type { StoredMessage } from "../../../src/simulator/slack/messages.ts";
import type { SlackSimulator } from "../../../src/simulator/slack/slack-simulator.ts";
import { realClock } from "../../support/real-clock.ts";
import { plain, QUIET, teachDrawing } from "./bolt-app.ts";
import { TINY_PNG } from "./tiny-png.ts";

const hasFiles = ({ message }: StoredMessage) => message["files"] !== undefined;
const says = (text: string) => (one: StoredMessage) => one.message["text"] === text;

describe("the simulated Slack, seen by Bolt in Socket Mode", () => {
  let slack: SlackSimulator;
  let app: App;

  beforeEach(async () => {
    slack = await createSlackSimulator({ clock: realClock, fileProcessingMs: 20 });
    app = new App({
      token: slack.botToken,
      appToken: slack.appToken,
      socketMode: true,
      logger: QUIET,
      clientOptions: { slackApiUrl: slack.apiUrl },
    });
    teachDrawing(app);
    await app.start();
    await slack.waitForSockets();
  });
  afterEach(async () => {
    expect(slack.log.violations).toEqual([]);
    await app.stop();
    await slack.close();
  });

  it("goes from a command through buttons, an edit and a form to an uploaded picture", async () => {
    const sent = slack.inject.slash({ command: "/imagine", text: "a fox & @bob <3" });
    await sent.waitForAck();
    const posted = await slack.waitForMessage(says("a picture"));
    const pressed = slack.inject.press({ on: posted, actionId: "reroll", userId: slack.workspace.bob.id });
    const modal = await slack.waitForView(({ type }) => type === "modal");
    const refused = slack.inject.submit(modal, { values: { prompt: "bad" } });
    const { payload: errors } = await refused.waitForAck();
    const stillOpen = slack.views.get(modal.id)!.isOpen;
    const submitted = slack.inject.submit(modal, { values: { prompt: "a blue fox" } });
    await submitted.waitForAck();
    const shared = await slack.waitForMessage(hasFiles);

    const [queued] = slack.messages.all().filter(({ visibleTo }) => visibleTo !== undefined);
    expect(queued).toMatchObject({
      visibleTo: slack.workspace.alice.id,
      message: { text: `queued: a fox &amp; <@${slack.workspace.bob.id}|bob> &lt;3` },
    });
    const edited = slack.messages.get(posted.channelId, posted.ts)!;
    expect(edited.history).toHaveLength(1);
    expect(edited.message).toMatchObject({ text: "again", edited: { user: slack.botUserId() } });
    expect(await pressed.waitForOutcome()).toBe("acked");
    expect(modal.userId).toBe(slack.workspace.bob.id);
    expect(errors).toEqual({ response_action: "errors", errors: { prompt: "Not that." } });
    expect(stillOpen).toBe(true);
    expect(slack.views.get(modal.id)!.isOpen).toBe(false);
    expect(shared.message).toMatchObject({
      text: "a blue fox",
      files: [{ title: "a blue fox", mimetype: "image/png" }],
    });
    expect(slack.world.conversation(shared.channelId)!.members).toContain(slack.workspace.bob.id);
  });

  it("hears message and global shortcuts, and answers at the response_url", async () => {
    const { message } = slack.inject.say({ text: "a fox in the snow" });

    slack.inject.messageShortcut({ callbackId: "describe", on: message });
    const answer = await slack.waitForMessage(says("It says: a fox in the snow"));
    slack.inject.shortcut({ callbackId: "imagine" });
    const modal = await slack.waitForView(({ type }) => type === "modal");

    expect(answer.visibleTo).toBe(slack.workspace.alice.id);
    expect(modal.view["blocks"]).toMatchObject([{ element: { initial_value: "from the menu" } }, {}]);
  });

  it("answers a mention in its thread", async () => {
    const { message, events } = slack.inject.say({ text: "@easel a red fox" });
    const answer = await slack.waitForMessage(({ message: one }) => one["thread_ts"] !== undefined);

    expect(events).toHaveLength(1);
    expect(answer.message).toMatchObject({
      text: `drawing <@${slack.botUserId()}> a red fox`,
      thread_ts: message.ts,
      parent_user_id: slack.workspace.alice.id,
    });
    expect(slack.messages.get(message.channelId, message.ts)!.message).toMatchObject({ reply_count: 1 });
  });

  it("shows a Home tab and hears its buttons", async () => {
    slack.inject.openHome();
    const home = await slack.waitForView(({ type }) => type === "home");
    const heard = new Promise((resolve) => {
      app.action("reroll", async ({ ack, body }) => {
        await ack();
        resolve(body);
      });
    });

    slack.inject.press({ on: home, actionId: "reroll" });

    expect(await heard).toMatchObject({ container: { type: "view", view_id: home.id }, view: { type: "home" } });
    expect(slack.views.home(slack.workspace.alice.id)).toEqual(home);
  });

  it("completes and fails steps of workflows", async () => {
    const good = slack.inject.workflowStep({ callbackId: "generate_image", inputs: { prompt: "a fox" } });
    const bad = slack.inject.workflowStep({ callbackId: "generate_image", inputs: { prompt: "" } });

    expect(await good.waitForResult()).toEqual({ outputs: { file_id: "F1" } });
    expect(await bad.waitForResult()).toEqual({ error: "no prompt" });
  });

  it("gives a picture to a form's file input", async () => {
    slack.inject.shortcut({ callbackId: "imagine" });
    const modal = await slack.waitForView(({ type }) => type === "modal");
    const file = slack.inject.upload({ filename: "fox.png", bytes: TINY_PNG });

    const sent = slack.inject.submit(modal, { values: { picture: [file.id] } });
    await sent.waitForAck();
    const { files } = (
      sent.payload as { view: { state: { values: { picture: { picture: { files: { url_private: string }[] } } } } } }
    ).view.state.values.picture.picture;
    const download = await fetch(files[0]!.url_private, { headers: { authorization: `Bearer ${slack.botToken}` } });
    const stranger = await fetch(files[0]!.url_private, { redirect: "manual" });

    expect(Buffer.from(await download.arrayBuffer())).toEqual(TINY_PNG);
    expect(stranger.status).toBe(302);
    expect(() => slack.inject.submit(modal, { values: {} })).toThrow("is not on anybody's screen");
  });

  it("asks for the options of a menu", async () => {
    const menu = { type: "external_select", action_id: "model", placeholder: plain("Model"), min_query_length: 1 };
    await app.client.apiCall("chat.postMessage", {
      channel: slack.workspace.general.id,
      text: "menu",
      blocks: [{ type: "actions", elements: [menu] }],
    });
    const posted = await slack.waitForMessage(says("menu"));

    const { payload } = await slack.inject.suggest(posted, "model", "sd").waitForAck();

    expect(payload).toEqual({ options: [{ text: plain("sd-turbo"), value: "turbo" }] });
  });

  it("tells the app when it is removed, and its token dies", async () => {
    const removed = new Promise((resolve) => {
      app.event("app_uninstalled", async ({ body }) => resolve(body));
    });

    slack.inject.uninstall();

    expect(await removed).toMatchObject({ team_id: slack.workspace.id, event: { type: "app_uninstalled" } });
    await expect(app.client.auth.test()).rejects.toMatchObject({ data: { error: "account_inactive" } });
  });
});
