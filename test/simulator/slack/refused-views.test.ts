import { describe, expect, it } from "vitest";
import { checkView } from "../../../src/simulator/slack/block-kit/validate.ts";
import { button, card, input, many, modal, mrkdwn, option, plain, prompt } from "./block-parts.ts";

const yes = () => true;

/** What is wrong, the view, and the sentence of it. */
const BAD_VIEWS: readonly (readonly [string, unknown, string])[] = [
  ["no title", { ...modal([prompt()]), title: undefined }, "missing required field: title [json-pointer:/view]"],
  [
    "a title of 25",
    modal([prompt()], { title: plain("x".repeat(25)) }),
    "must be less than 25 characters [json-pointer:/view/title/text]",
  ],
  [
    "a submit of mrkdwn",
    modal([prompt()], { submit: mrkdwn("a") }),
    "unsupported type: mrkdwn [json-pointer:/view/submit/type]",
  ],
  [
    "inputs without a submit",
    { ...modal([prompt()]), submit: undefined },
    "submit is required when an input block is within the blocks array [json-pointer:/view]",
  ],
  ["no blocks", modal([]), "no less than 1 items allowed [json-pointer:/view/blocks]"],
  [
    "101 blocks",
    modal(many(101, () => ({ type: "divider" }))),
    "no more than 100 items allowed [json-pointer:/view/blocks]",
  ],
  [
    "metadata of 3001",
    modal([prompt()], { private_metadata: "x".repeat(3001) }),
    "must be less than 3001 characters [json-pointer:/view/private_metadata]",
  ],
  [
    "a callback_id of 256",
    modal([prompt()], { callback_id: "x".repeat(256) }),
    "must be less than 256 characters [json-pointer:/view/callback_id]",
  ],
  [
    "a carousel",
    modal([{ type: "carousel", elements: [card()] }]),
    "unsupported type: carousel [json-pointer:/view/blocks/0/type]",
  ],
  [
    "a button as input",
    modal([input(button())]),
    "unsupported type: button [json-pointer:/view/blocks/0/element/type]",
  ],
  [
    "a label of mrkdwn",
    modal([{ ...prompt(), label: mrkdwn("a") }]),
    "unsupported type: mrkdwn [json-pointer:/view/blocks/0/label/type]",
  ],
  [
    "a text longer than its own limit",
    modal([prompt({ initial_value: "abc", max_length: 2 })]),
    "must be less than 3 characters [json-pointer:/view/blocks/0/element/initial_value]",
  ],
  [
    "limits that exclude each other",
    modal([prompt({ min_length: 3, max_length: 2 })]),
    "min_length must not be greater than max_length [json-pointer:/view/blocks/0/element]",
  ],
  [
    "a number input that says nothing of fractions",
    modal([input({ type: "number_input" })]),
    "missing required field: is_decimal_allowed [json-pointer:/view/blocks/0/element]",
  ],
  [
    "a number as a number",
    modal([input({ type: "number_input", is_decimal_allowed: true, initial_value: 5 })]),
    "must be a number in a string [json-pointer:/view/blocks/0/element/initial_value]",
  ],
  [
    "a number out of its range",
    modal([input({ type: "number_input", is_decimal_allowed: true, initial_value: "5", max_value: "4" })]),
    "initial_value must be between min_value and max_value [json-pointer:/view/blocks/0/element/initial_value]",
  ],
  [
    "a fraction where none is allowed",
    modal([input({ type: "number_input", is_decimal_allowed: false, initial_value: "1.5" })]),
    "must be an integer [json-pointer:/view/blocks/0/element/initial_value]",
  ],
  [
    "eleven files",
    modal([input({ type: "file_input", max_files: 11 })]),
    "must be between 1 and 10 [json-pointer:/view/blocks/0/element/max_files]",
  ],
];

describe("checkView", () => {
  it.each(BAD_VIEWS)("refuses %s", (_, view, sentence) => {
    expect(checkView(view, "modal", yes)).toContain(sentence);
  });

  it("refuses a modal as a Home tab, and what only modals have", () => {
    expect(checkView(modal([prompt()]), "home", yes)).toContain("must be one of home [json-pointer:/view/type]");
    expect(checkView({ type: "home", blocks: [input({ type: "file_input" })] }, "home", yes)).toEqual([
      "unsupported type: file_input [json-pointer:/view/blocks/0/element/type]",
    ]);
  });

  it("takes a form and a Home tab", () => {
    const form = modal([
      prompt({ multiline: true, min_length: 1, max_length: 3000, placeholder: plain("A fox"), focus_on_load: true }),
      input({ type: "file_input", filetypes: ["png"], max_files: 1 }, { optional: true, hint: plain("PNG") }),
      input({ type: "number_input", is_decimal_allowed: false, min_value: "1", max_value: "50", initial_value: "20" }),
      input({ type: "checkboxes", options: [option("a")], initial_options: [option("a")] }),
    ]);

    expect(checkView(form, "modal", yes)).toEqual([]);
    expect(checkView({ type: "home", blocks: [] }, "home", yes)).toEqual([]);
  });
});
