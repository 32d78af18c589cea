import { describe, expect, it } from "vitest";
import { composeAnswer } from "../../../src/core/compose-answer.ts";
import { notice, type Message } from "../../../src/core/message.ts";
import { pictureForm } from "../../../src/core/picture-form.ts";
import { statusButtons, statusText } from "../../../src/core/status-text.ts";
import { createCommandNames } from "../../../src/platforms/slack/command-names.ts";
import { toMrkdwn } from "../../../src/platforms/slack/mrkdwn.ts";
import { readForm, renderForm } from "../../../src/platforms/slack/render-form.ts";
import { jobOfBlocks, renderMessage, type ShownFile } from "../../../src/platforms/slack/render-message.ts";
import { sampleJob, sampleRequest } from "../../core/sample-jobs.ts";
import { button, result } from "../discord/open-discord.ts";
import { blockFaults, viewFaults } from "./block-kit.ts";

function file(index: number, spoiler = false): ShownFile {
  return { id: `F00000000${index}`, altText: "AI-generated image: a red fox", spoiler };
}

const manyChoices = () => Array.from({ length: 101 }, (_, i) => `model-${i}`);
const lists = () => ["easel-v0", "sd-turbo"];

const KINDS: readonly [string, Message, readonly ShownFile[]][] = [
  ["result", result({ buttons: [[button("reroll", "Reroll"), button("edit", "Remix")]] }, 2), [file(1), file(2)]],
  ["answer-four", composeAnswer(sampleJob({ request: sampleRequest() })), [1, 2, 3, 4].map((n) => file(n))],
  ["spoiler", result({ buttons: [[button("reroll", "Reroll")]] }, 1), [file(1, true)]],
  ["notice", notice("Cancelled `k3f9x2ab`."), []],
  ["error", { ...notice("The prompt is empty.", { kind: "error" }), buttons: [[button("retry", "Retry")]] }, []],
  ["list", notice("Waiting: 0. Being drawn: 1.\n\n**Yours**\n`k3f9x2ab` a fox", { kind: "list" }), []],
  [
    "status",
    { ...notice(statusText({ state: "running", step: 3, steps: 12 })), buttons: statusButtons("k3f9x2ab") },
    [],
  ],
];

describe("a message in Slack", () => {
  it.each(KINDS)("of kind %s is exactly this, and Slack takes it", async (name, message, files) => {
    const body = renderMessage(message, files, { mention: "U024BE7LH" });

    expect(blockFaults(body.blocks)).toEqual([]);
    await expect(`${JSON.stringify(body, undefined, 2)}\n`).toMatchFileSnapshot(`../../payloads/slack-${name}.json`);
  });

  it("of a form is exactly this, and Slack takes it", async () => {
    const form = pictureForm("v1:edit:k3f9x2ab", "Remix", {
      prompt: "a fox",
      ar: "21:9",
      count: 4,
      seed: 7,
      model: "sd-turbo",
    });
    const view = renderForm(form, "{}", lists);

    expect(viewFaults(view)).toEqual([]);
    await expect(`${JSON.stringify(view, undefined, 2)}\n`).toMatchFileSnapshot("../../payloads/slack-form.json");
  });

  it("case 43: of any size is cut to what Slack takes", () => {
    const buttons = Array.from({ length: 60 }, (_, row) => [
      button(`a${String(row).replaceAll(/\d/g, (digit) => "abcdefghij"[Number(digit)]!)}`, "x".repeat(76)),
    ]);
    const message = result({ text: `**${"fox & ".repeat(4000)}**\n${"<".repeat(3001)}`, buttons }, 10);
    const files = Array.from({ length: 12 }, (_, i) => ({ ...file(i), altText: "y".repeat(2001) }));

    const { blocks, text } = renderMessage(message, files);

    expect(blockFaults(blocks)).toEqual([]);
    expect(blocks).toHaveLength(50);
    expect(text.length).toBeLessThanOrEqual(3000);
  });

  it("case 43: of a form of any size is cut to what Slack takes", () => {
    const field = {
      name: "a",
      label: "l".repeat(2001),
      kind: "choice" as const,
      required: false,
      choices: "models" as const,
    };
    const view = renderForm(
      {
        id: "v1:new:form",
        title: "A title that is longer than Slack takes",
        fields: [{ name: "prompt", label: "p", kind: "paragraph", required: true, value: "z".repeat(3001) }],
        more: [field],
      },
      "{}",
      manyChoices,
    );

    expect(viewFaults(view)).toEqual([]);
  });

  it("numbers several pictures, and shows those behind a spoiler only to who asks", () => {
    const { blocks } = renderMessage(result({}, 2), [file(1), file(2, true)]);

    const images = blocks.filter(({ type }) => type === "image");
    expect(images).toEqual([
      expect.objectContaining({ slack_file: { id: "F000000001" }, title: { type: "plain_text", text: "1" } }),
    ]);
    expect(JSON.stringify(blocks)).toContain('"action_id":"reveal:F000000002"');
  });

  it("shows all buttons of an answer of eight pictures, each once", () => {
    const job = sampleJob({ request: sampleRequest({}, 8) });

    const { blocks } = renderMessage(composeAnswer(job), []);

    const shown = JSON.stringify(blocks).match(/"action_id":"v1:[^"]+"/g) ?? [];
    expect(shown).toHaveLength(composeAnswer(job).buttons.flat().length);
    expect(new Set(shown).size).toBe(shown.length);
    expect(blockFaults(blocks)).toEqual([]);
  });

  it("opens a form also with a number that its field would refuse: it is left out", () => {
    const view = renderForm(pictureForm("v1:new:form", "New picture", { count: 99, seed: 7 }), "{}", lists);

    const [count, seed] = ["count", "seed"].map((name) => view.blocks.find(({ block_id: id }) => id === name));
    expect(viewFaults(view)).toEqual([]);
    expect(count).not.toHaveProperty("element.initial_value");
    expect(count).toMatchObject({ element: { type: "number_input", min_value: "1", max_value: "8" } });
    expect(seed).toHaveProperty("element.initial_value", "7");
  });

  it("tells its job by its buttons", () => {
    const { blocks } = renderMessage(result({ buttons: [[button("reroll")]] }), []);

    expect(jobOfBlocks(blocks)).toBe("k3f9x2ab");
    expect(jobOfBlocks([{ type: "section" }])).toBeUndefined();
    expect(jobOfBlocks(undefined)).toBeUndefined();
  });
});

describe("mrkdwn", () => {
  it.each([
    ["**bold** and `co_de`", "*bold* and `co_de`"],
    ["a < b & c > d", "a &lt; b &amp; c &gt; d"],
    ["<!channel> <@U1> <https://x.y|z>", "&lt;!channel&gt; &lt;@U1&gt; &lt;https://x.y|z&gt;"],
    ["_it_ ~no~ snake_case *star*", "ˍitˍ ∼no∼ snake_case ∗star∗"],
    [":fox: at 10:30:15", "∶fox: at 10∶30:15"],
    ["> quoted\n> again", "› quoted\n› again"],
    ["**a *b* c**", "∗∗a ∗b∗ c∗∗"],
  ])("%j is %j", (plain, expected) => {
    const written = toMrkdwn(plain);

    expect(written).toBe(expected);
  });
});

describe("names of commands", () => {
  const name = createCommandNames(["imagine", "queue", "help", "cancel"]);

  it.each([
    ["Wait, or cancel one with /cancel.", "Wait, or cancel one with /easel cancel."],
    ["`/help imagine` lists them; try /imagine", "`/easel help imagine` lists them; try /imagine"],
    ["see https://x.y/queue and a/help", "see https://x.y/queue and a/help"],
    ["/unknown stays", "/unknown stays"],
  ])("%j is %j", (text, expected) => {
    const named = name(text);

    expect(named).toBe(expected);
  });
});

describe("a form that was sent", () => {
  it("gives its values by field, with a file as its address and what is empty as empty", () => {
    const values = readForm({
      prompt: { value: { value: "a wolf" } },
      negative: { value: { value: null } },
      model: { value: { selected_option: { value: "sd-turbo" } } },
      style: { value: { selected_option: null } },
      image: { value: { files: [{ url_private: "https://files.slack.com/files-pri/T1-F1/a.png" }] } },
    });

    expect(values).toEqual({
      prompt: "a wolf",
      negative: "",
      model: "sd-turbo",
      style: "",
      image: "https://files.slack.com/files-pri/T1-F1/a.png",
    });
  });

  it("has no choice where there is nothing to choose", () => {
    const view = renderForm(pictureForm("v1:new:form", "New picture", {}), "{}", () => []);

    expect(view.blocks.map(({ block_id: id }) => id)).not.toContain("model");
    expect(viewFaults(view)).toEqual([]);
  });
});
