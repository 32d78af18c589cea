import type { OptionValues } from "../../core/interaction.ts";
import type { Form } from "../../core/message.ts";

type Field = Form["fields"][number];

/** Asks a form's fields one after the other on lines of text. */
export interface FormAsker {
  /** Resolves to the values, or undefined when it was given up; a second form gives up the first. */
  ask(form: Form): Promise<OptionValues | undefined>;
  /** True when the line was an answer to a field. */
  answer(line: string): boolean;
  giveUp(): boolean;
}

/** `print` gets the questions. An empty line keeps a field's value. */
export function createFormAsker(print: (text: string) => void): FormAsker {
  let open:
    | { form: Form; values: Record<string, string | number>; next: number; done: (values?: OptionValues) => void }
    | undefined;

  const close = (values?: OptionValues): boolean => {
    const closing = open;
    open = undefined;
    closing?.done(values);
    return closing !== undefined;
  };

  const askNext = (): void => {
    if (!open) return;
    const field = open.form.fields[open.next];
    if (field) print(question(field));
    else close(open.values);
  };

  return {
    ask(form) {
      close();
      print(`${form.title} (an empty line keeps what stands in brackets, Ctrl-C gives up)`);
      return new Promise((done) => {
        open = { form, values: {}, next: 0, done };
        askNext();
      });
    },
    answer(line) {
      const field = open?.form.fields[open.next];
      if (!open || !field) return false;
      const value = line.trim() === "" ? (field.value ?? "") : line.trim();
      const fault = faultOf(field, value);
      if (fault !== undefined) print(fault);
      else {
        if (value !== "") open.values[field.name] = field.kind === "number" ? Number(value) : value;
        open.next++;
      }
      askNext();
      return true;
    },
    giveUp: () => close(),
  };
}

function question({ label, value, choices, example, required }: Field): string {
  const choice = choices ? ` (${choices.join(", ")})` : example === undefined ? "" : ` (${example})`;
  const kept = value === undefined || value === "" ? (required ? "" : " [nothing]") : ` [${value}]`;
  return `${label}${choice}${kept}:`;
}

function faultOf({ kind, required, choices }: Field, value: string): string | undefined {
  if (value === "") return required ? "This is needed." : undefined;
  if (kind === "number" && !Number.isFinite(Number(value))) return `“${value}” is not a number.`;
  return choices && !choices.includes(value) ? `“${value}” is not one of the choices.` : undefined;
}
