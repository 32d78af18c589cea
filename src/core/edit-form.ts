import type { GivenPicture } from "./given-picture.ts";
import { REGIONS } from "./image-request.ts";
import type { OptionValues } from "./interaction.ts";
import { readOptionValues } from "./option-values.ts";
import { EDIT_OPTIONS, MAX_ZOOM } from "./edit-options.ts";
import type { Form } from "./message.ts";

/** The fields that forms about a picture are put together from, by the option that they fill. */
const FIELDS = {
  prompt: { name: "prompt", label: "What it should become", kind: "paragraph", required: false },
  region: { name: "region", label: "Which part may change", kind: "choice", required: true, choices: REGIONS },
  zoom: { name: "zoom", label: `How many times wider (1.1 to ${MAX_ZOOM})`, kind: "text", required: false },
  ar: { name: "ar", label: "Or a shape to grow to (16:9)", kind: "text", required: false },
  strength: { name: "strength", label: "How much may change (0 to 1)", kind: "text", required: false },
  count: { name: "count", label: "How many pictures", kind: "number", required: false },
} as const satisfies Record<string, Form["fields"][number]>;

export type EditField = keyof typeof FIELDS;

/** A form with some of the fields; `values` fills them. */
export function editForm(id: string, title: string, names: readonly EditField[], values: OptionValues = {}): Form {
  return {
    id,
    title,
    fields: names.map((name) => {
      const value = values[name];
      return { ...FIELDS[name], ...(value === undefined ? {} : { value: String(value) }) };
    }),
  };
}

/** A filled form as words and options of /edit; empty fields say nothing. Throws UserError. */
export function readEditForm(values: OptionValues): { readonly prompt: string; readonly options: OptionValues } {
  const { prompt, ...fields } = values;
  const filled = Object.fromEntries(Object.entries(fields).filter(([, value]) => String(value).trim() !== ""));
  return { prompt: String(prompt ?? ""), options: readOptionValues(EDIT_OPTIONS, filled) };
}

/** What a picture's words were, for a form to begin with. */
export function promptOf({ source }: GivenPicture): OptionValues {
  return source ? { prompt: source.job.request.prompt } : {};
}
