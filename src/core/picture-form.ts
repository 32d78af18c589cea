import { encodeButtonId } from "./button-id.ts";
import type { OptionValues } from "./interaction.ts";
import type { Form } from "./message.ts";
import { readOptionValues } from "./option-values.ts";
import { IMAGE_OPTIONS, IMAGINE_OPTIONS } from "./options.ts";

/** The id of the form that starts from nothing. */
export const NEW_FORM_ID = encodeButtonId({ action: "new", job: "form" });

/** What people ask for; others can be typed: --ar 21:9. */
const ASPECTS = ["1:1", "4:3", "3:4", "3:2", "2:3", "16:9", "9:16"] as const;
/** Discord's forms have five fields; everything else can be written into the prompt. */
const FIELDS = ["negative", "ar", "count", "seed"] as const;
/** Where there is room for more. */
const MORE_FIELDS = ["model", "steps"] as const;

/** The form for a picture, filled with what is known. */
export function pictureForm(id: string, title: string, values: OptionValues): Form {
  const valueOf = (name: string): { value?: string } => {
    const value = values[name];
    return value === undefined ? {} : { value: String(value) };
  };
  const toField = (wanted: string) => {
    const { name, kind, description, example, min, max } = IMAGE_OPTIONS.find((option) => option.name === wanted)!;
    if (kind === "aspect") {
      const { value } = valueOf(name);
      const choices = value === undefined || ASPECTS.some((aspect) => aspect === value) ? ASPECTS : [value, ...ASPECTS];
      return { name, label: description, kind: "choice" as const, required: false, choices, ...valueOf(name) };
    }
    return {
      name,
      label: description,
      // --ar 16:9 is what one types elsewhere.
      example: example.replace(/^--\S+\s+/, ""),
      kind: kind === "integer" ? ("number" as const) : ("text" as const),
      required: false,
      ...(kind === "integer" ? { min, max } : {}),
      ...valueOf(name),
    };
  };
  const prompt = { name: "prompt", label: "What to draw", kind: "paragraph", required: true } as const;
  return {
    id,
    title,
    fields: [{ ...prompt, ...valueOf("prompt") }, ...FIELDS.map(toField)],
    more: [
      ...MORE_FIELDS.map((name) => {
        const { choices } = IMAGE_OPTIONS.find((option) => option.name === name)!;
        return choices === undefined ? toField(name) : { ...toField(name), kind: "choice" as const, choices };
      }),
      { name: "image", label: "A picture to begin with", kind: "picture", required: false },
    ],
  };
}

/** A filled form as prompt and options; empty fields are not asked for. Throws UserError. */
export function readPictureForm(values: OptionValues): { prompt: string; options: OptionValues } {
  const { prompt, ...fields } = values;
  const filled = Object.fromEntries(Object.entries(fields).filter(([, value]) => String(value).trim() !== ""));
  return { prompt: String(prompt ?? ""), options: readOptionValues(IMAGINE_OPTIONS, filled) };
}
