import type { Context } from "../../src/core/command.ts";
import type { OptionValues } from "../../src/core/interaction.ts";
import { CAP_OPTIONS, readPlaceSettings, writePlaceSettings, type PlaceScope } from "../../src/core/place-settings.ts";
import type { Action } from "./action.ts";

const CAP_NAMES = CAP_OPTIONS.map(({ name }) => name);

/** Which limits hold here: the operator's, and within them the community's. */
export const LIMIT_ACTIONS = { limits: showLimits } as const satisfies Record<string, Action>;

async function showLimits(context: Context, options: OptionValues): Promise<string> {
  const { moderation } = context;
  const asked = Object.fromEntries(Object.entries(options).filter(([name]) => CAP_NAMES.includes(name)));
  if (Object.keys(asked).length > 0) await setLimits(context, asked);
  const places = (["server", "channel"] as const).map((scope) => linesOf(context, scope));
  return [
    "The operator's:",
    ...moderation.rules.map((rule) => `• ${rule}`),
    ...(await Promise.all(places)).flat(),
    "`/admin limits --max-count 4` sets one of this server, `/settings --for channel --max-count 2` one of a channel; the stricter one holds.",
  ].join("\n");
}

/** The same settings as those of /settings. */
async function setLimits({ settings, interaction: { place } }: Context, asked: OptionValues): Promise<void> {
  const known = await readPlaceSettings(settings, place, "server");
  await writePlaceSettings(settings, place, "server", { ...known, ...asked });
}

async function linesOf({ settings, interaction: { place } }: Context, scope: PlaceScope): Promise<string[]> {
  if (scope === "channel" && place.community === undefined) return [];
  const known = await readPlaceSettings(settings, place, scope);
  const lines = CAP_NAMES.filter((name) => known[name] !== undefined).map((name) => `• ${name}: \`${known[name]}\``);
  return lines.length === 0 ? [`This ${scope} has none of its own.`] : [`This ${scope}'s:`, ...lines];
}
