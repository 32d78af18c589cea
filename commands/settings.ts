import type { Command, Context } from "../src/core/command.ts";
import { UserError } from "../src/core/errors.ts";
import type { OptionValues } from "../src/core/interaction.ts";
import { notice } from "../src/core/message.ts";
import { readSettings, SETTINGS_OPTIONS, writeSettings } from "../src/core/person-settings.ts";
import { readStyle } from "../src/core/picture-styles.ts";
import { CAP_OPTIONS, readPlaceSettings, writePlaceSettings, type PlaceScope } from "../src/core/place-settings.ts";

const HEADINGS = {
  me: "Your defaults (`/settings --reset` forgets them):",
  channel: "Defaults and limits of this channel (`/settings --for channel --reset` forgets them):",
  server: "Defaults and limits of this server (`/settings --for server --reset` forgets them):",
} as const;

type Scope = keyof typeof HEADINGS;

export default {
  name: "settings",
  description: "Your own defaults for /imagine; without options, shows them",
  options: [
    ...SETTINGS_OPTIONS,
    {
      name: "for",
      flags: ["for"],
      kind: "choice",
      choices: Object.keys(HEADINGS),
      description: "Whose: your own, or (for moderators) this channel's or the whole server's",
      example: "--for server",
    },
    ...CAP_OPTIONS,
    {
      name: "reset",
      flags: ["reset"],
      kind: "boolean",
      description: "Forget them all; what you set with it is kept",
      example: "--reset",
    },
  ],
  async run(context, { reset, for: whose = "me", ...asked }) {
    const scope = whose as Scope;
    checkScope(context, scope, asked);
    const known = reset === true ? {} : await read(context, scope);
    const values = { ...known, ...checkNames(context, { ...known, ...asked }, asked) };
    if (reset === true || Object.keys(asked).length > 0) {
      if (scope === "server") await changeModel(context, values);
      await write(context, scope, values);
    }
    await context.reply(notice(await describe(context, scope, values)));
  },
} satisfies Command;

/** Only moderators decide for others; what only one person or only a place can have is said. */
function checkScope({ interaction }: Context, scope: Scope, asked: OptionValues): void {
  if (scope !== "me" && !interaction.person.moderator) throw new UserError("moderators-only");
  const unfit = scope === "me" ? CAP_OPTIONS.map(({ name }) => name) : ["private"];
  const first = unfit.find((name) => asked[name] !== undefined);
  if (first !== undefined) throw new UserError("options-conflict", { first, second: `for: ${scope}` });
}

function read({ settings, interaction: { person, place } }: Context, scope: Scope): Promise<OptionValues> {
  return scope === "me" ? readSettings(settings, person) : readPlaceSettings(settings, place, scope);
}

function write({ settings, interaction: { person, place } }: Context, scope: Scope, values: OptionValues) {
  return scope === "me" ? writeSettings(settings, person, values) : writePlaceSettings(settings, place, scope, values);
}

/** A server's model is tried first, and its history kept: /admin model shows it. */
async function changeModel({ moderation, interaction }: Context, { model }: OptionValues): Promise<void> {
  const [current] = await moderation.models.history(interaction);
  const wanted = model === undefined ? undefined : String(model);
  if (wanted !== current.model) await moderation.models.use(wanted, interaction);
}

/** Names have to mean something: a style is one of the model that will draw. */
function checkNames({ models }: Context, all: OptionValues, asked: OptionValues): OptionValues {
  const model = models.get(String(asked["model"] ?? all["model"] ?? models.defaultId));
  const { style } = asked;
  return style === undefined ? asked : { ...asked, style: readStyle(model, String(style)) };
}

/** Who looks at their own sees what counts here besides. */
async function describe(context: Context, scope: Scope, values: OptionValues): Promise<string> {
  if (scope !== "me") {
    const none = `There are no defaults of this ${scope}. For example: \`/settings --for ${scope} --count 4 --max-count 4\``;
    return Object.keys(values).length === 0 ? none : [HEADINGS[scope], ...linesOf(values)].join("\n");
  }
  const own =
    Object.keys(values).length === 0
      ? ["You have no defaults of your own. For example: `/settings --count 4`"]
      : [HEADINGS.me, ...linesOf(values)];
  const { settings, interaction } = context;
  const places = (["channel", "server"] as const satisfies readonly PlaceScope[]).map(async (place) => {
    const found = await readPlaceSettings(settings, interaction.place, place);
    return Object.keys(found).length === 0 ? [] : [`This ${place}'s:`, ...linesOf(found)];
  });
  return [...own, ...(await Promise.all(places)).flat()].join("\n");
}

function linesOf(values: OptionValues): string[] {
  return Object.entries(values).map(([name, value]) => `${name}: \`${value}\``);
}
