import type { Command, Context } from "../src/core/command.ts";
import type { OptionValues } from "../src/core/interaction.ts";
import { notice } from "../src/core/message.ts";
import { readSettings, SETTINGS_OPTIONS, writeSettings } from "../src/core/person-settings.ts";
import { readStyle } from "../src/core/picture-styles.ts";

export default {
  name: "settings",
  description: "Your own defaults for /imagine; without options, shows them",
  options: [
    ...SETTINGS_OPTIONS,
    {
      name: "reset",
      flags: ["reset"],
      kind: "boolean",
      description: "Forget them all; what you set with it is kept",
      example: "--reset",
    },
  ],
  async run(context, { reset, ...asked }) {
    const { settings, interaction, reply } = context;
    const known = reset === true ? {} : await readSettings(settings, interaction.person);
    const values = { ...known, ...checkNames(context, { ...known, ...asked }, asked) };
    if (reset === true || Object.keys(asked).length > 0) await writeSettings(settings, interaction.person, values);
    await reply(notice(describe(values)));
  },
} satisfies Command;

/** Names have to mean something: a style is one of the model that will draw. */
function checkNames({ models }: Context, all: OptionValues, asked: OptionValues): OptionValues {
  const model = models.get(String(asked["model"] ?? all["model"] ?? models.defaultId));
  const { style } = asked;
  return style === undefined ? asked : { ...asked, style: readStyle(model, String(style)) };
}

function describe(values: OptionValues): string {
  const lines = Object.entries(values).map(([name, value]) => `${name}: \`${value}\``);
  if (lines.length === 0) return "You have no defaults of your own. For example: `/settings --count 4`";
  return ["Your defaults (`/settings --reset` forgets them):", ...lines].join("\n");
}
