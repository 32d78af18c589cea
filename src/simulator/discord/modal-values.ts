import { ComponentType } from "discord-api-types/v10";
import type { AttachmentInput, ModalSubmission } from "./discord-simulator.ts";
import { asList, asObject, asText, type JsonObject } from "./json.ts";

type Values = ModalSubmission["values"];

/** A form's components as they come back, with what the person filled in; throws for inputs that the form does not have. */
export function filledModal(shown: unknown, values: Values, store: (file: AttachmentInput) => string): JsonObject[] {
  const left = new Set(Object.keys(values));
  let number = 0;

  function input(part: JsonObject): JsonObject {
    const customId = asText(part["custom_id"]) ?? "";
    left.delete(customId);
    const value = values[customId];
    number += 1;
    const base = { type: part["type"], id: part["id"] ?? number, custom_id: customId };
    switch (part["type"]) {
      case ComponentType.TextInput:
        return { ...base, value: checkedText(part, value, customId) };
      case ComponentType.Checkbox:
        return { ...base, value: value ?? part["default"] === true };
      case ComponentType.RadioGroup:
        return { ...base, value: value ?? defaults(part)[0] ?? null };
      case ComponentType.FileUpload:
        return { ...base, values: ((value ?? []) as readonly AttachmentInput[]).map(store) };
      default:
        return { ...base, values: typeof value === "string" ? [value] : (value ?? defaults(part)) };
    }
  }

  const filled = asList(shown).map((value) => {
    const part = asObject(value) ?? {};
    number += 1;
    const base = { type: part["type"], id: part["id"] ?? number };
    if (part["type"] === ComponentType.Label) return { ...base, component: input(asObject(part["component"]) ?? {}) };
    if (part["type"] === ComponentType.ActionRow)
      return { ...base, components: asList(part["components"]).map((child) => input(asObject(child) ?? {})) };
    return base;
  });
  if (left.size > 0) throw new Error(`the form has no input ${[...left].join(", ")}`);
  return filled;
}

function checkedText(part: JsonObject, value: Values[string] | undefined, customId: string): string {
  const text = typeof value === "string" ? value : (asText(part["value"]) ?? "");
  const most = typeof part["max_length"] === "number" ? part["max_length"] : 4000;
  if (text.length > most) throw new Error(`${customId} takes ${most} characters`);
  if (text === "" && part["required"] !== false) throw new Error(`${customId} must be filled in`);
  return text;
}

/** The values that a select or a group has chosen before the person does anything. */
function defaults(part: JsonObject): unknown[] {
  return asList(part["options"])
    .map((option) => asObject(option) ?? {})
    .filter((option) => option["default"] === true)
    .map((option) => option["value"]);
}
