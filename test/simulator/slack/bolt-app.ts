import { type App, type BlockAction, type ButtonAction, LogLevel, type MessageShortcut } from "@slack/bolt";
import type { KnownBlock, ModalView } from "@slack/types";
import { TINY_PNG } from "./tiny-png.ts";

/** Bolt is told to be quiet: faults are part of these tests. */
export const QUIET = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  setLevel() {},
  getLevel: () => LogLevel.ERROR,
  setName() {},
};

export const plain = (text: string) => ({ type: "plain_text" as const, text });

export const REROLL: KnownBlock = {
  type: "actions",
  elements: [{ type: "button", action_id: "reroll", value: "job-1", text: plain("Reroll") }],
};

export const form = (prompt: string): ModalView => ({
  type: "modal",
  callback_id: "form",
  notify_on_close: true,
  title: plain("Remix"),
  submit: plain("Draw"),
  blocks: [
    {
      type: "input",
      block_id: "prompt",
      label: plain("Prompt"),
      element: { type: "plain_text_input", action_id: "prompt", initial_value: prompt, max_length: 100 },
    },
    {
      type: "input",
      block_id: "picture",
      optional: true,
      label: plain("Picture"),
      element: { type: "file_input", action_id: "picture", filetypes: ["png"], max_files: 1 },
    },
  ],
});

/** A small picture bot, written as its authors would write it without knowing of the simulator. */
export function teachDrawing(app: App): void {
  app.command("/imagine", async ({ ack, command, say }) => {
    await ack({ response_type: "ephemeral", text: `queued: ${command.text}` });
    await say({ text: "a picture", blocks: [REROLL] });
  });
  app.action<BlockAction<ButtonAction>>("reroll", async ({ ack, action, body, client }) => {
    await ack();
    await client.chat.update({
      channel: body.channel!.id,
      ts: body.message!.ts,
      text: "again",
      blocks: [{ type: "section", text: { type: "mrkdwn", text: `*${action.value}*` } }, REROLL],
    });
    await client.views.open({ trigger_id: body.trigger_id, view: form("a red fox") });
  });
  app.view("form", async ({ ack, body, client, view }) => {
    const prompt = view.state.values["prompt"]!["prompt"]!.value!;
    if (prompt === "bad") return ack({ response_action: "errors", errors: { prompt: "Not that." } });
    await ack();
    const { channel } = await client.conversations.open({ users: body.user.id });
    await client.files.uploadV2({
      channel_id: channel!.id!,
      file: TINY_PNG,
      filename: "fox.png",
      title: prompt,
      initial_comment: prompt,
    });
  });
  app.shortcut<MessageShortcut>(
    { type: "message_action", callback_id: "describe" },
    async ({ ack, respond, shortcut }) => {
      await ack();
      await respond({ text: `It says: ${shortcut.message.text}` });
    },
  );
  app.shortcut({ type: "shortcut", callback_id: "imagine" }, async ({ ack, client, shortcut }) => {
    await ack();
    await client.views.open({ trigger_id: shortcut.trigger_id, view: form("from the menu") });
  });
  app.event("app_mention", async ({ event, say }) => {
    await say({ text: `drawing ${event.text}`, thread_ts: event.thread_ts ?? event.ts });
  });
  app.event("app_home_opened", async ({ client, event }) => {
    await client.views.publish({ user_id: event.user, view: { type: "home", blocks: [REROLL] } });
  });
  app.function("generate_image", async ({ complete, fail, inputs }) => {
    if (inputs["prompt"] === "") await fail({ error: "no prompt" });
    else await complete({ outputs: { file_id: "F1" } });
  });
  app.options("model", async ({ ack, payload }) => {
    await ack({ options: [{ text: plain(`${payload.value}-turbo`), value: "turbo" }] });
  });
}
