import type { Context } from "./command.ts";
import { UserError } from "./errors.ts";
import type { OptionValues } from "./interaction.ts";

/** How long a form may stay open. */
const TTL_MS = 60 * 60_000;

/** `platform` and `person` let a purge find it. */
interface Kept {
  readonly platform: string;
  readonly person: string;
  readonly options: OptionValues;
}

/** Keeps options that a form has no room for, under an id for the form. */
export async function keepOptions(
  { settings, interaction: { person }, random }: Context,
  options: OptionValues,
): Promise<string> {
  const id = Array.from({ length: 12 }, () => random(36).toString(36)).join("");
  await settings.set(key(id), { platform: person.platform, person: person.id, options } satisfies Kept, TTL_MS);
  return id;
}

/** What was kept; it may be asked for again. Rejects with UserError button-expired, job-not-yours. */
export async function keptOptions({ settings, interaction: { person } }: Context, id: string): Promise<OptionValues> {
  const kept = await settings.get<Kept>(key(id));
  if (!kept) throw new UserError("button-expired");
  if (kept.platform !== person.platform || kept.person !== person.id) throw new UserError("job-not-yours");
  return kept.options;
}

function key(id: string): string {
  return `form:${id}`;
}
