import { UserError } from "./errors.ts";
import type { OptionValues } from "./interaction.ts";
import type { OptionSpec } from "./options.ts";
import { parsePrompt } from "./parse-prompt.ts";

/**
 * A command's words and its options, wherever they were typed: in fields of their own, or as flags in the text of the field `prompt`. Throws
 * UserError, also for what is said twice.
 */
export function typedOptions(
  options: readonly OptionSpec[],
  { prompt, ...fields }: OptionValues,
): { readonly prompt: string; readonly options: OptionValues } {
  const { text, values } = parsePrompt(String(prompt ?? ""), options);
  const twice = Object.keys(values).find((name) => Object.hasOwn(fields, name));
  if (twice !== undefined) throw new UserError("option-repeated", { flag: twice });
  return { prompt: text, options: { ...fields, ...values } };
}
