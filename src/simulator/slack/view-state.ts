import { asObject, asText, type JsonObject } from "../discord/json.ts";
import { lengthOf } from "./block-kit/checks.ts";
import { asObjects } from "./json.ts";

/** What a person gives to an input: text, the value of a choice, values of several choices or ids of uploaded files. */
export type InputValue = string | number | readonly string[];

/**
 * `state.values` of a view that a person filled in: initial values, and the given ones by action_id or block_id. Throws where Slack's own
 * client would not let the person submit: unknown inputs and choices, missing values, lengths, ranges and numbers of files.
 */
export function filledState(
  view: JsonObject,
  values: Readonly<Record<string, InputValue>>,
  file: (id: string) => JsonObject,
): JsonObject {
  const state: Record<string, Record<string, JsonObject>> = {};
  const unused = new Set(Object.keys(values));
  for (const block of asObjects(view["blocks"])) {
    const elements = [...asObjects([block["element"], block["accessory"]]), ...asObjects(block["elements"])];
    for (const element of elements) {
      const actionId = asText(element["action_id"]);
      if (actionId === undefined || !hasState(element)) continue;
      const blockId = String(block["block_id"]);
      const name = [actionId, blockId].find((key) => Object.hasOwn(values, key));
      if (name !== undefined) unused.delete(name);
      const value = filled(element, name === undefined ? undefined : values[name], file);
      if (block["type"] === "input" && block["optional"] !== true && isEmpty(value))
        throw new Error(`“${String(asObject(block["label"])?.["text"])}” (${actionId}) has to be filled in`);
      (state[blockId] ??= {})[actionId] = value;
    }
  }
  if (unused.size > 0) throw new Error(`the view has no input ${[...unused].join(", ")}`);
  return { values: state };
}

function hasState(element: JsonObject): boolean {
  return !["button", "overflow", "workflow_button", "image"].includes(String(element["type"]));
}

function isEmpty(value: JsonObject): boolean {
  const { type: _, ...given } = value;
  return Object.values(given).every((one) => one === null || (Array.isArray(one) && one.length === 0));
}

function filled(element: JsonObject, given: InputValue | undefined, file: (id: string) => JsonObject): JsonObject {
  const type = String(element["type"]);
  const list = given === undefined ? undefined : Array.isArray(given) ? (given as readonly string[]) : [String(given)];
  const one = given === undefined ? undefined : String(given);
  switch (type) {
    case "plain_text_input":
    case "email_text_input":
    case "url_text_input":
      return { type, value: checkedText(element, one ?? asText(element["initial_value"])) };
    case "number_input":
      return { type, value: checkedNumber(element, one ?? asText(element["initial_value"])) };
    case "static_select":
    case "external_select":
    case "radio_buttons":
      return {
        type,
        selected_option: one === undefined ? (element["initial_option"] ?? null) : choice(element, one),
      };
    case "multi_static_select":
    case "checkboxes":
      return {
        type,
        selected_options: list ? list.map((value) => choice(element, value)) : (element["initial_options"] ?? []),
      };
    case "file_input":
      return { type, files: (list ?? []).map((id) => checkedFile(element, file(id), list!.length)) };
    case "users_select":
      return { type, selected_user: one ?? element["initial_user"] ?? null };
    case "conversations_select":
      return { type, selected_conversation: one ?? element["initial_conversation"] ?? null };
    case "channels_select":
      return { type, selected_channel: one ?? element["initial_channel"] ?? null };
    case "datepicker":
      return { type, selected_date: one ?? element["initial_date"] ?? null };
    case "timepicker":
      return { type, selected_time: one ?? element["initial_time"] ?? null };
    case "multi_users_select":
      return { type, selected_users: list ?? element["initial_users"] ?? [] };
    case "multi_conversations_select":
      return { type, selected_conversations: list ?? element["initial_conversations"] ?? [] };
    default:
      throw new Error(`nobody can fill in a ${type} here`);
  }
}

function checkedText(element: JsonObject, value: string | undefined): string | null {
  if (value === undefined || value === "") return null;
  const [min, max] = [Number(element["min_length"] ?? 0), Number(element["max_length"] ?? 3000)];
  const length = lengthOf(value);
  if (length < min || length > max)
    throw new Error(`${String(element["action_id"])} takes ${min} to ${max} characters`);
  return value;
}

function checkedNumber(element: JsonObject, value: string | undefined): string | null {
  if (value === undefined || value === "") return null;
  const number = Number(value);
  const min = Number(element["min_value"] ?? Number.NEGATIVE_INFINITY);
  const max = Number(element["max_value"] ?? Number.POSITIVE_INFINITY);
  const whole = element["is_decimal_allowed"] === true || Number.isInteger(number);
  if (Number.isNaN(number) || !whole || number < min || number > max)
    throw new Error(`${String(element["action_id"])} does not take “${value}”`);
  return value;
}

function checkedFile(element: JsonObject, file: JsonObject, count: number): JsonObject {
  const name = String(file["name"]);
  const types = element["filetypes"] as readonly string[] | undefined;
  const ending = name.slice(name.lastIndexOf(".") + 1).toLowerCase();
  if (types && !types.includes(ending)) throw new Error(`${String(element["action_id"])} does not take ${name}`);
  if (count > Number(element["max_files"] ?? 10)) throw new Error(`${count} files are too many`);
  return file;
}

/** The chosen option of a menu, by its value. */
export function choice(element: JsonObject, value: string): JsonObject {
  const groups = asObjects(element["option_groups"]).flatMap((group) => asObjects(group["options"]));
  const found = [...asObjects(element["options"]), ...groups].find((one) => one["value"] === value);
  if (found) return found;
  if (String(element["type"]).includes("external"))
    return { text: { type: "plain_text", text: value, emoji: true }, value };
  throw new Error(`${String(element["action_id"])} has no option “${value}”`);
}
