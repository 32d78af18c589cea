import type { OptionValues } from "../../core/interaction.ts";
import type { Form } from "../../core/message.ts";
import { MAX_PROMPT_CHARS } from "../../core/options.ts";
import type { KeyValueStore } from "../../core/stores.ts";
import { textOf } from "../../core/texts/text.ts";
import { TOKEN_LIFE_MS } from "./limits.ts";
import type { Choice } from "./menus.ts";

type Question = Extract<Choice, { kind: "ask" }>;

/** What a filled form asks for. */
export interface FilledMenu {
  readonly kind: "command";
  readonly command: string;
  readonly options: OptionValues;
}

/** Forms that menus open: the picture waits in the store until the words are there, for its address is too long for a form's id. */
export interface MenuForms {
  /** The form of an interaction. `keep` has to be called once it is open. */
  ask(
    question: Question,
    interaction: string,
    locale: string,
  ): { readonly form: Form; readonly keep: () => Promise<void> };
  isOne(formId: string): boolean;
  /** The command that a form stands for; undefined when it was open for too long. */
  read(formId: string, values: OptionValues): Promise<FilledMenu | undefined>;
}

const PREFIX = "menu:";
/** People think for a while; nobody fills a form of yesterday. */
const OPEN_MS = 24 * 4 * TOKEN_LIFE_MS;

export function createMenuForms(store: KeyValueStore): MenuForms {
  return {
    ask({ title, command, image }, interaction, locale) {
      const id = `${PREFIX}${interaction}`;
      const form: Form = {
        id,
        title,
        fields: [
          { name: "prompt", label: textOf(locale, "form.becomes"), kind: "paragraph", required: true },
          { name: "strength", label: textOf(locale, "form.strength"), kind: "number", required: false },
        ],
      };
      return { form, keep: () => store.set(storeKey(id), { command, image }, OPEN_MS) };
    },
    isOne: (formId) => formId.startsWith(PREFIX),
    async read(formId, values) {
      const kept = await store.get<{ command: string; image: string }>(storeKey(formId));
      if (!kept) return undefined;
      const { prompt, strength } = values;
      const words = String(prompt ?? "").slice(0, MAX_PROMPT_CHARS);
      const given = typeof strength === "string" && strength.trim() !== "" ? { strength: strength.trim() } : {};
      return { kind: "command", command: kept.command, options: { image: kept.image, prompt: words, ...given } };
    },
  };
}

function storeKey(formId: string): string {
  return `discord:${formId}`;
}
