import {
  ComponentType,
  TextInputStyle,
  type APILabelComponent,
  type APIModalInteractionResponseCallbackData,
} from "discord-api-types/v10";
import type { Form } from "../../core/message.ts";
import { DISCORD_LIMITS } from "./limits.ts";
import { clampText } from "./markdown.ts";

type Field = Form["fields"][number];

/** A form as a modal: at most five labelled fields; numbers are typed as text and checked by whoever reads them. */
export function renderForm({ id, title, fields }: Form): APIModalInteractionResponseCallbackData {
  return {
    custom_id: id,
    title: clampText(title, DISCORD_LIMITS.modalTitleChars),
    components: fields.slice(0, DISCORD_LIMITS.modalFields).map((field) => toLabel(field)),
  };
}

function toLabel(field: Field): APILabelComponent {
  return {
    type: ComponentType.Label,
    label: clampText(field.label, DISCORD_LIMITS.labelChars),
    component: field.kind === "choice" ? toSelect(field) : toTextInput(field),
  };
}

function toSelect({ name, choices = [], value, required }: Field) {
  return {
    type: ComponentType.StringSelect as const,
    custom_id: name,
    required,
    options: choices.slice(0, DISCORD_LIMITS.choices).map((choice) => {
      const text = clampText(choice, DISCORD_LIMITS.choiceChars);
      return { label: text, value: text, ...(choice === value ? { default: true } : {}) };
    }),
  };
}

function toTextInput({ name, kind, value, required, example }: Field) {
  return {
    type: ComponentType.TextInput as const,
    custom_id: name,
    style: kind === "paragraph" ? TextInputStyle.Paragraph : TextInputStyle.Short,
    required,
    ...(example === undefined ? {} : { placeholder: clampText(example, DISCORD_LIMITS.placeholderChars) }),
    ...(value === undefined || value === "" ? {} : { value: clampText(value, DISCORD_LIMITS.fieldChars) }),
  };
}
