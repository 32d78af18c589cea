import { UserError } from "../core/errors.ts";
import type { OptionValues } from "../core/interaction.ts";
import { readOptionValues } from "../core/option-values.ts";
import type { OptionSpec } from "../core/options.ts";
import { parseCommandText } from "../core/parse-prompt.ts";

/**
 * What a platform handed over, checked by the command's table: fields by option name (Discord), or everything in one `text` (Slack,
 * terminal). Throws UserError.
 */
export function readOptions(options: readonly OptionSpec[], values: OptionValues): OptionValues {
  const { text, ...fields } = values;
  const written = typeof text === "string" ? parseCommandText(text, options) : {};
  const checked = { ...written, ...readOptionValues(options, fields) };
  // A command that takes a text apart says itself what it makes of an empty one: it may open a form.
  const missing = options.find(
    ({ name, required, holdsFlags }) => required && !holdsFlags && !Object.hasOwn(checked, name),
  );
  if (missing) throw new UserError("option-missing-value", { flag: missing.name, example: missing.example });
  return checked;
}
