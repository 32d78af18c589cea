import type { types } from "@slack/bolt";
import type { Form, MoreField } from "../../core/message.ts";
import type { ChoiceLists } from "../../core/option-docs.ts";
import type { OptionValues } from "../../core/interaction.ts";
import { SLACK_LIMITS } from "./limits.ts";
import { clampText } from "./mrkdwn.ts";

/** Each field is a block of its own, so that the names of both are free: the block has the field's, the element this one. */
const ELEMENT_ID = "value";
const FILE_TYPES = ["png", "jpg", "jpeg", "webp", "gif"];

/** A form as a modal with all its fields; `where` is what the answer will need to know, and comes back with it. */
export function renderForm({ id, title, fields, more = [] }: Form, where: string, lists: ChoiceLists): types.ModalView {
  return {
    type: "modal",
    callback_id: id,
    private_metadata: where,
    title: plain(title, SLACK_LIMITS.titleChars),
    submit: plain("Send", SLACK_LIMITS.titleChars),
    close: plain("Cancel", SLACK_LIMITS.titleChars),
    blocks: [...fields, ...more].slice(0, SLACK_LIMITS.viewBlocks).flatMap((field) => toInput(field, lists)),
  };
}

/** A choice without choices is no field: Slack refuses an empty list. */
function toInput(field: MoreField, lists: ChoiceLists): types.InputBlock[] {
  const choices = typeof field.choices === "string" ? lists(field.choices) : (field.choices ?? []);
  if (field.kind === "choice" && choices.length === 0) return [];
  return [
    {
      type: "input",
      block_id: field.name,
      label: plain(field.label, SLACK_LIMITS.labelChars),
      optional: !field.required,
      element: field.kind === "choice" ? toSelect(field, choices) : ELEMENTS[field.kind](field),
    },
  ];
}

type Elements = Readonly<
  Record<Exclude<MoreField["kind"], "choice">, (field: MoreField) => types.InputBlock["element"]>
>;

const ELEMENTS: Elements = {
  text: (field) => toTextInput(field, false),
  paragraph: (field) => toTextInput(field, true),
  number: ({ value, example, min, max }) => ({
    type: "number_input",
    action_id: ELEMENT_ID,
    is_decimal_allowed: false,
    ...(min === undefined ? {} : { min_value: String(min) }),
    ...(max === undefined ? {} : { max_value: String(max) }),
    ...placeholder(example),
    ...(isWithin(value, min, max) ? { initial_value: value } : {}),
  }),
  picture: () => ({ type: "file_input", action_id: ELEMENT_ID, filetypes: FILE_TYPES, max_files: 1 }),
};

/** Slack does not open a form with a number that it would refuse. */
function isWithin(value: string | undefined, min = -Infinity, max = Infinity): value is string {
  return value !== undefined && value !== "" && Number(value) >= min && Number(value) <= max;
}

function toTextInput({ value, example }: MoreField, multiline: boolean): types.PlainTextInput {
  return {
    type: "plain_text_input",
    action_id: ELEMENT_ID,
    multiline,
    max_length: SLACK_LIMITS.fieldChars,
    ...placeholder(example),
    ...(value === undefined || value === "" ? {} : { initial_value: clampText(value, SLACK_LIMITS.fieldChars) }),
  };
}

function toSelect({ value }: MoreField, choices: readonly string[]): types.StaticSelect {
  const options = choices
    .filter((choice) => choice.length <= SLACK_LIMITS.optionChars)
    .slice(0, SLACK_LIMITS.options)
    .map((choice) => ({ text: plain(choice, SLACK_LIMITS.optionChars), value: choice }));
  const chosen = options.find((option) => option.value === value);
  return { type: "static_select", action_id: ELEMENT_ID, options, ...(chosen ? { initial_option: chosen } : {}) };
}

/** What stands in an empty field. */
function placeholder(example: string | undefined): { readonly placeholder?: types.PlainTextElement } {
  return example === undefined ? {} : { placeholder: plain(example, SLACK_LIMITS.placeholderChars) };
}

function plain(text: string, maxChars: number): types.PlainTextElement {
  return { type: "plain_text", text: clampText(text, maxChars) };
}

/** What Slack says about one element of a modal when it is sent. */
export interface ElementState {
  readonly value?: string | null;
  readonly selected_option?: { readonly value: string } | null;
  readonly files?: readonly { readonly url_private?: string }[];
}

/** The values of a modal's fields: empty ones are empty texts, a file is its address, and no file is no field, for it cannot be shown again. */
export function readForm(values: Readonly<Record<string, Readonly<Record<string, ElementState>>>>): OptionValues {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, elements]) => {
      const { value, selected_option: selected, files } = elements[ELEMENT_ID] ?? {};
      if (files === undefined) return [[name, value ?? selected?.value ?? ""]];
      const url = files[0]?.url_private;
      return url === undefined ? [] : [[name, url]];
    }),
  );
}
