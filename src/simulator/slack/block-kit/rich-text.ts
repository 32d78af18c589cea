import { anything, byType, type Check, flag, integer, list, matching, object, oneOf, text } from "./checks.ts";
import { typed } from "./composition.ts";

const style = {
  style: object(
    {},
    {
      bold: flag,
      code: flag,
      italic: flag,
      strike: flag,
      underline: flag,
      highlight: flag,
      client_highlight: flag,
      unlink: flag,
    },
  ),
};
const id = text(1, 255);
const border = { border: oneOf(0, 1) };

const leaves: Record<string, Check> = {
  text: typed({ text: text(1, 40_000) }, style),
  link: typed({ url: text(1, 3000) }, { text: text(0, 40_000), unsafe: flag, ...style }),
  emoji: typed({ name: id }, { unicode: text(1, 255), url: text(1, 3000), skin_tone: integer(1, 6), ...style }),
  user: typed({ user_id: id }, style),
  channel: typed({ channel_id: id }, style),
  usergroup: typed({ usergroup_id: id }, style),
  team: typed({ team_id: id }, style),
  broadcast: typed({ range: oneOf("here", "channel", "everyone") }, style),
  color: typed({ value: matching(/^#[0-9a-f]{6}$/i, "a colour as #rrggbb") }, style),
  date: typed(
    { timestamp: integer(0, Number.MAX_SAFE_INTEGER), format: text(1, 3000) },
    { url: text(1, 3000), fallback: text(1, 3000), ...style },
  ),
};

const line = list(0, 10_000, byType(leaves));
const section = typed({ elements: line });

/** A rich_text block, or the value of a rich_text_input. */
export const richText = typed(
  {
    elements: list(
      0,
      10_000,
      byType({
        rich_text_section: section,
        rich_text_quote: typed({ elements: line }, border),
        rich_text_preformatted: typed(
          { elements: list(0, 10_000, byType({ text: leaves["text"]!, link: leaves["link"]! })) },
          { ...border, language: text(1, 100) },
        ),
        rich_text_list: typed(
          { style: oneOf("bullet", "ordered"), elements: list(0, 10_000, byType({ rich_text_section: section })) },
          { indent: integer(0, 8), offset: integer(0, 10_000), ...border },
        ),
      }),
    ),
  },
  { block_id: anything },
);
