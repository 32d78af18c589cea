import { describe, expect, it } from "vitest";
import { checkBlocks } from "../../../src/simulator/slack/block-kit/validate.ts";
import {
  actions,
  button,
  card,
  image,
  input,
  line,
  many,
  mrkdwn,
  option,
  plain,
  prompt,
  rich,
  select,
} from "./block-parts.ts";

const no = () => false;
const yes = () => true;

/** What is wrong, the blocks, and the sentence of it. */
const BAD_BLOCKS: readonly (readonly [string, readonly unknown[], string])[] = [
  ["a block that is a string", ["section"], "must provide an object [json-pointer:/blocks/0]"],
  ["a block without a type", [{}], "missing required field: type [json-pointer:/blocks/0]"],
  ["an unknown block", [{ type: "img" }], "unsupported type: img [json-pointer:/blocks/0/type]"],
  [
    "a block named like a method of objects",
    [{ type: "toString" }],
    "unsupported type: toString [json-pointer:/blocks/0/type]",
  ],
  [
    "an unknown field",
    [{ type: "divider", colour: "red" }],
    "invalid additional property: colour [json-pointer:/blocks/0]",
  ],
  ["an empty section", [{ type: "section" }], "must provide at least one of text, fields [json-pointer:/blocks/0]"],
  [
    "an empty text",
    [{ type: "section", text: mrkdwn("") }],
    "must be more than 0 characters [json-pointer:/blocks/0/text/text]",
  ],
  [
    "emoji in mrkdwn",
    [{ type: "section", text: { ...mrkdwn("a"), emoji: true } }],
    "invalid additional property: emoji [json-pointer:/blocks/0/text]",
  ],
  [
    "a header of mrkdwn",
    [{ type: "header", text: mrkdwn("a") }],
    "unsupported type: mrkdwn [json-pointer:/blocks/0/text/type]",
  ],
  [
    "11 fields",
    [{ type: "section", fields: many(11, () => mrkdwn("a")) }],
    "no more than 10 items allowed [json-pointer:/blocks/0/fields]",
  ],
  [
    "an input as accessory",
    [{ type: "section", text: mrkdwn("a"), accessory: { type: "plain_text_input" } }],
    "unsupported type: plain_text_input [json-pointer:/blocks/0/accessory/type]",
  ],
  ["no actions", [actions()], "no less than 1 items allowed [json-pointer:/blocks/0/elements]"],
  [
    "26 actions",
    [actions(...many(26, () => button()))],
    "no more than 25 items allowed [json-pointer:/blocks/0/elements]",
  ],
  [
    "a button of mrkdwn",
    [actions(button({ text: mrkdwn("a") }))],
    "unsupported type: mrkdwn [json-pointer:/blocks/0/elements/0/text/type]",
  ],
  [
    "a long button",
    [actions(button({ text: plain("x".repeat(76)) }))],
    "must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]",
  ],
  [
    "a button in red",
    [actions(button({ style: "red" }))],
    "must be one of primary, danger [json-pointer:/blocks/0/elements/0/style]",
  ],
  [
    "a value of 2001",
    [actions(button({ value: "x".repeat(2001) }))],
    "must be less than 2001 characters [json-pointer:/blocks/0/elements/0/value]",
  ],
  [
    "the same action twice",
    [actions(button({ action_id: "a" }), button({ action_id: "a" }))],
    "action_id must be unique: a [json-pointer:/blocks/0]",
  ],
  [
    "the same block twice",
    [
      { type: "divider", block_id: "a" },
      { type: "divider", block_id: "a" },
    ],
    "block_id must be unique: a [json-pointer:/blocks/1/block_id]",
  ],
  [
    "a menu without options",
    [actions(select({ options: [] }))],
    "no less than 1 items allowed [json-pointer:/blocks/0/elements/0/options]",
  ],
  [
    "a menu with both kinds of options",
    [actions(select({ option_groups: [{ label: plain("G"), options: [option("b")] }] }))],
    "must provide exactly one of options and option_groups [json-pointer:/blocks/0/elements/0]",
  ],
  [
    "a choice that is not there",
    [actions(select({ initial_option: option("b") }))],
    "initial option must match one of the options [json-pointer:/blocks/0/elements/0]",
  ],
  [
    "a text of 76 in an option",
    [actions(select({ options: [option("a", { text: plain("x".repeat(76)) })] }))],
    "must be less than 76 characters [json-pointer:/blocks/0/elements/0/options/0/text/text]",
  ],
  [
    "a text of 76 in an option of a group",
    [
      actions(
        select({
          options: undefined,
          option_groups: [{ label: plain("G"), options: [option("a", { text: plain("x".repeat(76)) })] }],
        }),
      ),
    ],
    "must be less than 76 characters [json-pointer:/blocks/0/elements/0/option_groups/0/options/0/text/text]",
  ],
  [
    "a field of 2001",
    [{ type: "section", fields: [mrkdwn("x".repeat(2001))] }],
    "must be less than 2001 characters [json-pointer:/blocks/0/fields/0/text]",
  ],
  [
    "a value of 151 in an option",
    [actions(select({ options: [option("a", { value: "x".repeat(151) })] }))],
    "must be less than 151 characters [json-pointer:/blocks/0/elements/0/options/0/value]",
  ],
  [
    "a placeholder of mrkdwn",
    [actions(select({ placeholder: mrkdwn("a") }))],
    "unsupported type: mrkdwn [json-pointer:/blocks/0/elements/0/placeholder/type]",
  ],
  [
    "six overflow options",
    [actions({ type: "overflow", options: many(6, (i) => option(String(i))) })],
    "no more than 5 items allowed [json-pointer:/blocks/0/elements/0/options]",
  ],
  [
    "a url in a menu's option",
    [actions(select({ options: [option("a", { url: "https://example.com" })] }))],
    "invalid additional property: url [json-pointer:/blocks/0/elements/0/options/0]",
  ],
  [
    "eleven checkboxes",
    [actions({ type: "checkboxes", options: many(11, (i) => option(String(i))) })],
    "no more than 10 items allowed [json-pointer:/blocks/0/elements/0/options]",
  ],
  [
    "a confirmation without text",
    [actions(button({ confirm: { title: plain("a") } }))],
    "missing required field: text [json-pointer:/blocks/0/elements/0/confirm]",
  ],
  [
    "a wrong date",
    [actions({ type: "datepicker", initial_date: "1.1.2026" })],
    "must be a date as YYYY-MM-DD [json-pointer:/blocks/0/elements/0/initial_date]",
  ],
  [
    "a picture from nowhere",
    [{ type: "image", alt_text: "a" }],
    "must provide either image_url or slack_file [json-pointer:/blocks/0]",
  ],
  [
    "a picture from two places",
    [image({ slack_file: { id: "F1" } })],
    "cannot provide both image_url and slack_file [json-pointer:/blocks/0]",
  ],
  [
    "a picture without words",
    [{ type: "image", image_url: "https://example.com/a.png" }],
    "missing required field: alt_text [json-pointer:/blocks/0]",
  ],
  [
    "a file by id and url",
    [image({ image_url: undefined, slack_file: { id: "F1", url: "https://example.com" } })],
    "must provide exactly one of id and url [json-pointer:/blocks/0/slack_file]",
  ],
  [
    "a button in a context",
    [{ type: "context", elements: [button()] }],
    "unsupported type: button [json-pointer:/blocks/0/elements/0/type]",
  ],
  [
    "eleven in a context",
    [{ type: "context", elements: many(11, () => mrkdwn("a")) }],
    "no more than 10 items allowed [json-pointer:/blocks/0/elements]",
  ],
  [
    "a file input in a message",
    [input({ type: "file_input" })],
    "unsupported type: file_input [json-pointer:/blocks/0/element/type]",
  ],
  [
    "a rich text in a colour that is none",
    [rich(line({ type: "color", value: "red" }))],
    "must be a colour as #rrggbb [json-pointer:/blocks/0/elements/0/elements/0/value]",
  ],
  [
    "a rich text with an unknown leaf",
    [rich(line({ type: "song" }))],
    "unsupported type: song [json-pointer:/blocks/0/elements/0/elements/0/type]",
  ],
  [
    "an empty card",
    [{ type: "card" }],
    "must provide at least one of hero_image, title, actions, body [json-pointer:/blocks/0]",
  ],
  [
    "eleven cards",
    [{ type: "carousel", elements: many(11, () => card()) }],
    "no more than 10 items allowed [json-pointer:/blocks/0/elements]",
  ],
  [
    "the same action twice in one carousel",
    [{ type: "carousel", elements: many(2, () => card({ actions: [button({ action_id: "a" })] })) }],
    "action_id must be unique: a [json-pointer:/blocks/0]",
  ],
  [
    "a container without a title",
    [{ type: "container", child_blocks: [{ type: "divider" }] }],
    "must provide at least one of title, rich_text_title [json-pointer:/blocks/0]",
  ],
  [
    "a container in a container",
    [{ type: "container", title: plain("T"), child_blocks: [{ type: "container" }] }],
    "unsupported type: container [json-pointer:/blocks/0/child_blocks/0/type]",
  ],
  [
    "a collapsed container that cannot be opened",
    [{ type: "container", title: plain("T"), default_collapsed: true, child_blocks: [{ type: "divider" }] }],
    "default_collapsed requires is_collapsible [json-pointer:/blocks/0]",
  ],
  [
    "a task in an unknown state",
    [{ type: "task_card", task_id: "1", title: "T", status: "lost" }],
    "must be one of pending, in_progress, complete, error [json-pointer:/blocks/0/status]",
  ],
  ["51 blocks", many(51, () => ({ type: "divider" })), "no more than 50 items allowed [json-pointer:/blocks]"],
];

describe("checkBlocks", () => {
  it.each(BAD_BLOCKS)("refuses %s", (_, blocks, sentence) => {
    expect(checkBlocks(blocks, yes)).toContain(sentence);
  });

  it("refuses a file that cannot be shown", () => {
    const block = { type: "image", alt_text: "a", slack_file: { id: "F1" } };

    expect(checkBlocks([block], no)).toEqual(["invalid slack file [json-pointer:/blocks/0/slack_file]"]);
    expect(checkBlocks([block], yes)).toEqual([]);
  });

  it("counts code points", () => {
    expect(checkBlocks([{ type: "header", text: plain("🦊".repeat(150)) }], yes)).toEqual([]);
    expect(checkBlocks([{ type: "header", text: plain("🦊".repeat(151)) }], yes)).toHaveLength(1);
  });

  it("takes one of everything", () => {
    const blocks = [
      { type: "header", text: plain("a") },
      { type: "section", text: mrkdwn("a"), fields: [plain("b")], accessory: image() },
      actions(
        button({
          action_id: "1",
          value: "v",
          style: "primary",
          confirm: { title: plain("Sure?"), text: mrkdwn("*?*") },
        }),
        select({ action_id: "2", initial_option: option("a") }),
        { type: "users_select", action_id: "3" },
        { type: "conversations_select", action_id: "4", filter: { include: ["im"] } },
        { type: "multi_static_select", action_id: "5", option_groups: [{ label: plain("G"), options: [option("a")] }] },
        { type: "overflow", action_id: "6", options: [option("a", { url: "https://example.com" })] },
        { type: "radio_buttons", action_id: "7", options: [{ text: mrkdwn("*a*"), value: "a" }] },
        { type: "timepicker", action_id: "8", initial_time: "23:59" },
      ),
      { type: "context", elements: [mrkdwn("a"), image()] },
      prompt(),
      rich(line({ type: "text", text: "a", style: { bold: true } }, { type: "user", user_id: "U1" }), {
        type: "rich_text_list",
        style: "bullet",
        elements: [line({ type: "emoji", name: "fox_face" })],
      }),
      { type: "markdown", text: "**a**" },
      { type: "alert", text: plain("a"), level: "warning" },
      { type: "carousel", elements: [card({ hero_image: image(), actions: [button({ action_id: "u1" })] })] },
      { type: "container", title: plain("T"), is_collapsible: true, default_collapsed: true, child_blocks: [image()] },
      { type: "plan", title: "P", tasks: [{ type: "task_card", task_id: "1", title: "T", status: "complete" }] },
      {
        type: "context_actions",
        elements: [
          {
            type: "feedback_buttons",
            positive_button: { text: plain("+"), value: "1" },
            negative_button: { text: plain("-"), value: "0" },
          },
          { type: "icon_button", icon: "trash", text: plain("Delete") },
        ],
      },
      { type: "table", rows: [[{ type: "raw_text", text: "a" }]] },
      { type: "divider" },
    ];

    expect(checkBlocks(blocks, yes)).toEqual([]);
  });
});
