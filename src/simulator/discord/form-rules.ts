import { ComponentType } from "discord-api-types/v10";
import { checkChoices, checkSelect } from "./component-rules.ts";
import { asList, asObject, type JsonObject } from "./json.ts";
import type { Problems } from "./problems.ts";

const INPUTS: readonly unknown[] = [
  ComponentType.StringSelect,
  ComponentType.TextInput,
  ComponentType.UserSelect,
  ComponentType.RoleSelect,
  ComponentType.MentionableSelect,
  ComponentType.ChannelSelect,
  ComponentType.FileUpload,
  ComponentType.RadioGroup,
  ComponentType.CheckboxGroup,
  ComponentType.Checkbox,
];

/** Checks the data of a callback of type 9 (discord-api-docs, interactions/receiving-and-responding.mdx, "Modal"). */
export function checkModal(data: JsonObject, problems: Problems): void {
  const customIds = new Set<unknown>();
  problems.length("data.title", data["title"], 1, 45);
  problems.length("data.custom_id", data["custom_id"], 1, 100);
  const parts = asList(data["components"]);
  if (parts.length < 1 || parts.length > 5) problems.refuse("data.components", "Must be between 1 and 5 in length.");

  for (const [i, value] of parts.entries()) {
    const at = `data.components.${i}`;
    const part = asObject(value) ?? {};
    if (part["type"] === ComponentType.TextDisplay) problems.length(`${at}.content`, part["content"], 1, 4000);
    else if (part["type"] === ComponentType.Label) {
      problems.length(`${at}.label`, part["label"], 1, 45);
      if (part["description"] !== undefined) problems.length(`${at}.description`, part["description"], 0, 100);
      checkInput(asObject(part["component"]) ?? {}, `${at}.component`, INPUTS);
    } else if (part["type"] === ComponentType.ActionRow) {
      const children = asList(part["components"]);
      if (children.length !== 1) problems.refuse(`${at}.components`, "Must be 1 in length.");
      checkInput(asObject(children[0]) ?? {}, `${at}.components.0`, [ComponentType.TextInput]);
    } else problems.refuse(`${at}.type`, "Value must be one of (1, 10, 18).");
  }

  function checkInput(input: JsonObject, at: string, allowed: readonly unknown[]): void {
    if (!allowed.includes(input["type"]))
      return problems.refuse(`${at}.type`, `Value must be one of (${allowed.join(", ")}).`);
    problems.length(`${at}.custom_id`, input["custom_id"], 1, 100);
    if (customIds.has(input["custom_id"]))
      problems.refuse(`${at}.custom_id`, "Component custom id cannot be duplicated");
    customIds.add(input["custom_id"]);
    if (input["type"] === ComponentType.TextInput) checkTextInput(input, at, problems);
    else if (input["type"] === ComponentType.RadioGroup || input["type"] === ComponentType.CheckboxGroup)
      checkChoices(input, at, 10, problems);
    else if (input["type"] === ComponentType.FileUpload) {
      const most = input["max_values"];
      if (most !== undefined && (typeof most !== "number" || most < 1 || most > 10))
        problems.refuse(`${at}.max_values`, "Must be between 1 and 10.");
    } else if (input["type"] !== ComponentType.Checkbox) checkSelect(input, at, problems);
  }
}

function checkTextInput(input: JsonObject, at: string, problems: Problems): void {
  if (input["style"] !== 1 && input["style"] !== 2) problems.refuse(`${at}.style`, "Value must be one of (1, 2).");
  if (input["placeholder"] !== undefined) problems.length(`${at}.placeholder`, input["placeholder"], 0, 100);
  const most = input["max_length"] ?? 4000;
  if (typeof most !== "number" || most < 1 || most > 4000)
    problems.refuse(`${at}.max_length`, "Must be between 1 and 4000.");
  else if (input["value"] !== undefined && input["value"] !== null)
    problems.length(`${at}.value`, input["value"], 0, most);
}

/** Checks the data of a callback of type 8: at most 25 choices, names of 1 to 100 characters. */
export function checkAutocomplete(data: JsonObject, problems: Problems): void {
  const choices = asList(data["choices"]);
  if (!Array.isArray(data["choices"])) problems.refuse("data.choices", "This field is required");
  if (choices.length > 25) problems.refuse("data.choices", "Must be 25 or fewer in length.");
  for (const [i, value] of choices.entries()) {
    const choice = asObject(value) ?? {};
    problems.length(`data.choices.${i}.name`, choice["name"], 1, 100);
    if (typeof choice["value"] !== "number") problems.length(`data.choices.${i}.value`, choice["value"], 1, 100);
  }
}
