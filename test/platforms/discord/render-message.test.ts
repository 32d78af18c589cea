import { ComponentType } from "discord-api-types/v10";
import { describe, expect, it } from "vitest";
import { composeAnswer } from "../../../src/core/compose-answer.ts";
import { notice, type Message } from "../../../src/core/message.ts";
import { pictureForm } from "../../../src/core/picture-form.ts";
import { statusButtons, statusText } from "../../../src/core/status-text.ts";
import { toDiscordMarkdown } from "../../../src/platforms/discord/markdown.ts";
import { renderForm } from "../../../src/platforms/discord/render-form.ts";
import { renderMessage, type OutgoingFile } from "../../../src/platforms/discord/render-message.ts";
import { sampleJob, sampleRequest } from "../../core/sample-jobs.ts";
import { button, result } from "./open-discord.ts";

function file(index: number, spoiler = false): OutgoingFile {
  return {
    name: `easel-k3f9x2ab-${index}.png`,
    data: new Uint8Array(),
    contentType: "image/png",
    altText: "AI-generated image: a red fox",
    spoiler,
  };
}

const KINDS: readonly [string, Message, readonly OutgoingFile[]][] = [
  ["result", result({ buttons: [[button("reroll", "Reroll"), button("edit", "Edit")]] }, 2), [file(1), file(2, true)]],
  ["notice", notice("Cancelled `k3f9x2ab`."), []],
  ["error", { ...notice("The prompt is empty.", { kind: "error" }), buttons: [[button("retry", "Retry")]] }, []],
  ["list", notice("Waiting: 0. Being drawn: 1.\n\n**Yours**\n`k3f9x2ab` a fox", { kind: "list" }), []],
  [
    "status",
    { ...notice(statusText({ state: "running", step: 3, steps: 12 })), buttons: statusButtons("k3f9x2ab") },
    [],
  ],
];

describe("a message in Discord", () => {
  it.each(KINDS)("of kind %s is exactly this", async (name, message, files) => {
    const body = renderMessage(message, files, { ephemeral: message.private });

    await expect(`${JSON.stringify(body, undefined, 2)}\n`).toMatchFileSnapshot(`../../payloads/discord-${name}.json`);
  });

  it("of a form is exactly this", async () => {
    const modal = renderForm(pictureForm("v1:edit:k3f9x2ab", "Edit", { prompt: "a fox", count: 4, seed: 7 }));

    await expect(`${JSON.stringify(modal, undefined, 2)}\n`).toMatchFileSnapshot("../../payloads/discord-form.json");
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
