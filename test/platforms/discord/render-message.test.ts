import { ComponentType, InteractionResponseType } from "discord-api-types/v10";
import { describe, expect, it } from "vitest";
import admin from "../../../commands/admin.ts";
import { composeError } from "../../../src/bot/router.ts";
import { composeAnswer } from "../../../src/core/compose-answer.ts";
import { composeCase } from "../../../src/core/compose-case.ts";
import { UserError } from "../../../src/core/errors.ts";
import { notice, type Message } from "../../../src/core/message.ts";
import { askDelete } from "../../../src/core/offer-delete.ts";
import { pictureForm } from "../../../src/core/picture-form.ts";
import { statusButtons, statusText } from "../../../src/core/status-text.ts";
import { toDiscordMarkdown } from "../../../src/platforms/discord/markdown.ts";
import { renderForm } from "../../../src/platforms/discord/render-form.ts";
import { renderMessage, type OutgoingFile, type RenderOptions } from "../../../src/platforms/discord/render-message.ts";
import { createFakeContext } from "../../commands/fake-context.ts";
import { sampleJob, sampleRequest } from "../../core/sample-jobs.ts";
import { createDiscordOpenApi } from "../../support/discord-openapi.ts";
import { createMenuForms } from "../../../src/platforms/discord/menu-forms.ts";
import { menuJson } from "../../../src/platforms/discord/menus.ts";
import { button, createMemoryStore, result } from "./open-discord.ts";

const openApi = createDiscordOpenApi();
const CALLBACK_ROUTE = "/interactions/{interaction_id}/{interaction_token}/callback";
const QUESTION = { kind: "ask", title: "Remix", command: "edit", image: "https://cdn.discordapp.com/a.png" } as const;

/** What Discord's own document finds wrong with a body. */
function judge(method: string, route: string, body: unknown) {
  const json: unknown = JSON.parse(JSON.stringify(body));
  const path = route.replaceAll(/\{\w+\}/g, "1");
  return openApi.checkRequest({ atMs: 0, method, path, route, query: new URLSearchParams(), body: json, files: [] });
}

function file(index: number, spoiler = false): OutgoingFile {
  return {
    name: `easel-k3f9x2ab-${index}.png`,
    data: new Uint8Array(),
    contentType: "image/png",
    altText: "AI-generated image: a red fox",
    spoiler,
  };
}

/** The answer of a job with so many pictures, as the outbox delivers it. */
function answer(pictures: number): Message {
  const job = sampleJob({ request: sampleRequest({}, pictures) });
  return composeAnswer(job);
}

function files(count: number): OutgoingFile[] {
  return Array.from({ length: count }, (_, i) => file(i + 1));
}

const CONFIRM: Message = {
  ...notice("That is 3 prompts, 3 pictures together:\n1. a red fox\n2. a blue fox\n3. a green fox"),
  buttons: [[{ id: "v1:confirm:k3f9x2ab", label: "Draw them", shortcut: "yes", style: "primary" }]],
};

const REFUSED = new UserError("refused", { rule: "gore/own", appeal: "k3f9x2ab7m4h" });
const CASE = composeCase({
  id: "m4hq7c2d",
  kind: "held-pictures",
  platform: "discord",
  community: "80351110224678914",
  person: "80351110224678912",
  rule: "nsfw/suggestive",
  openedAt: Date.UTC(2026, 0, 1),
  requests: [sampleRequest({}, 2)],
  job: sampleJob({ request: sampleRequest({}, 2) }),
  reports: [],
});
const PREVIEW = { ...file(1), name: "preview.webp", contentType: "image/webp", altText: "Unfinished picture" };

/** What /admin answers a moderator whose community has changed its model once. */
async function adminAnswers(): Promise<Readonly<Record<string, Message>>> {
  const context = createFakeContext({ person: { id: "80351110224678912", moderator: true } });
  const answers: Record<string, Message> = {};
  const asked = [
    { action: "model-use", model: "sd-turbo" },
    { action: "model" },
    { action: "limits", "max-count": 2 },
    { action: "model-rollback" },
  ];
  for (const options of asked) {
    await admin.run(context, options);
    answers[options.action] = context.replies.at(-1)!;
  }
  return answers;
}

const ADMIN = await adminAnswers();

const KINDS: readonly [string, Message, readonly OutgoingFile[], RenderOptions?][] = [
  ["answer-one", answer(1), files(1)],
  ["answer-four", answer(4), files(4)],
  ["answer-eight", answer(8), files(8)],
  ["answer-mention", answer(1), files(1), { mention: "80351110224678912" }],
  ["answer-direct", answer(1), files(1), { lead: "I cannot write into <#80351110224678913>, so here it is:" }],
  ["confirm", CONFIRM, []],
  ["result", result({ buttons: [[button("reroll", "Reroll"), button("edit", "Remix")]] }, 2), [file(1), file(2, true)]],
  ["notice", notice("Cancelled `k3f9x2ab`."), []],
  ["error", { ...notice("The prompt is empty.", { kind: "error" }), buttons: [[button("retry", "Retry")]] }, []],
  ["list", notice("Waiting: 0. Being drawn: 1.\n\n**Yours**\n`k3f9x2ab` a fox", { kind: "list" }), []],
  ["spoiler", { ...answer(2), kind: "result" }, [file(1, true), file(2, true)]],
  ["refusal", composeError(REFUSED, "en-US"), []],
  ["case", CASE, [file(1, true), file(2, true)]],
  ["delete", askDelete("k3f9x2ab", "en-US"), []],
  ...Object.entries(ADMIN).map(([action, message]) => [`admin-${action}`, message, []] as [string, Message, []]),
  [
    "status-preview",
    {
      ...notice(statusText({ state: "running", step: 6, steps: 12, etaMs: 4200 })),
      buttons: statusButtons("k3f9x2ab"),
    },
    [PREVIEW],
  ],
  [
    "status",
    { ...notice(statusText({ state: "running", step: 3, steps: 12 })), buttons: statusButtons("k3f9x2ab") },
    [],
  ],
];

describe("a message in Discord", () => {
  it.each(KINDS)(
    "of kind %s is exactly this, and Discord's document takes it",
    async (name, message, files, options) => {
      const body = renderMessage(message, files, { ephemeral: message.private, ...options });

      expect(judge("POST", "/webhooks/{webhook_id}/{webhook_token}", body)).toEqual([]);
      await expect(`${JSON.stringify(body, undefined, 2)}\n`).toMatchFileSnapshot(
        `../../payloads/discord-${name}.json`,
      );
    },
  );

  it.each([
    ["form", pictureForm("v1:edit:k3f9x2ab", "Remix", { prompt: "a fox", count: 4, seed: 7 })],
    ["menu-form", createMenuForms(createMemoryStore()).ask(QUESTION, "1290000000000000000", "en-US").form],
  ])("of a %s is exactly this, and Discord's document takes it", async (name, form) => {
    const modal = renderForm(form);

    expect(judge("POST", CALLBACK_ROUTE, { type: InteractionResponseType.Modal, data: modal })).toEqual([]);
    await expect(`${JSON.stringify(modal, undefined, 2)}\n`).toMatchFileSnapshot(`../../payloads/discord-${name}.json`);
  });

  it("of the menus is exactly this, and Discord's document takes it", async () => {
    const menus = menuJson();

    expect(judge("PUT", "/applications/{application_id}/commands", menus)).toEqual([]);
    await expect(`${JSON.stringify(menus, undefined, 2)}\n`).toMatchFileSnapshot("../../payloads/discord-menus.json");
  });

  it("never has more than 40 components, and keeps rows of five", () => {
    const buttons = Array.from({ length: 12 }, (_, row) =>
      Array.from({ length: 7 }, (_, i) =>
        button(`a${row * 7 + i}`.replace(/\d/g, (digit) => "abcdefghij"[Number(digit)]!)),
      ),
    );

    const { components } = renderMessage(result({ buttons }), [file(1)]);

    const [container] = components;
    const rows = container!.components.filter(({ type }) => type === ComponentType.ActionRow) as {
      components: unknown[];
    }[];
    expect(Math.max(...rows.map((row) => row.components.length))).toBe(5);
    expect(
      1 + container!.components.length + rows.reduce((sum, row) => sum + row.components.length, 0),
    ).toBeLessThanOrEqual(40);
  });

  it("shows all buttons of an answer of eight pictures", () => {
    const job = sampleJob({ request: sampleRequest({}, 8) });

    const { components } = renderMessage(composeAnswer(job), []);

    const shown = JSON.stringify(components).match(/v1:[a-z-]+:/g) ?? [];
    expect(shown).toHaveLength(composeAnswer(job).buttons.flat().length);
  });
});

describe("Markdown", () => {
  it.each([
    ["**bold** and `co_de`", "**bold** and `co_de`"],
    ["||spoiler|| _it_ ~~no~~", String.raw`\|\|spoiler\|\| \_it\_ \~\~no\~\~`],
    ["[a](http://b)", String.raw`\[a\](http://b)`],
    ["<@123> <t:0>", String.raw`\<@123> \<t:0>`],
    ["# head\n- item\n> quote", "\\# head\n\\- item\n\\> quote"],
    ["a - b # c", "a - b # c"],
    ["one ` two", "one ` two"],
  ])("of %j is %j", (text, expected) => {
    expect(toDiscordMarkdown(text)).toBe(expected);
  });
});
