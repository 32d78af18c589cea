import type { JsonObject } from "../../discord/json.ts";
import {
  anything,
  byType,
  type Check,
  flag,
  integer,
  list,
  object,
  oneOf,
  type Surface,
  text,
  type Walk,
} from "./checks.ts";
import { anyText, imageElement, INNER_LENGTH, mrkdwn, picture, plainText, typed } from "./composition.ts";
import { ELEMENTS } from "./elements.ts";
import { richText } from "./rich-text.ts";

/** Slack's blocks (docs.slack.dev, reference/block-kit/blocks). */

const named = { block_id: text(1, 255) };

function block(
  required: Record<string, Check>,
  optional: Record<string, Check> = {},
  rule?: (value: JsonObject, pointer: string, walk: Walk) => void,
): Check {
  return typed(required, { ...named, ...optional }, rule);
}

/** Refuses an object that has none of these fields. */
function oneAtLeast(...names: readonly string[]) {
  return (value: JsonObject, pointer: string, walk: Walk): void => {
    if (names.every((name) => value[name] === undefined))
      walk.refuse(`must provide at least one of ${names.join(", ")}`, pointer);
  };
}

const section = block(
  {},
  {
    text: anyText(3000),
    fields: list(1, 10, anyText(INNER_LENGTH)),
    accessory: byType(ELEMENTS.section),
    expand: flag,
  },
  oneAtLeast("text", "fields"),
);
const image = block(picture.required, { ...picture.optional, title: plainText(2000) }, picture.rule);
const actions = block({ elements: list(1, 25, byType(ELEMENTS.actions)) });
const context = block({
  elements: list(1, 10, (value, pointer, walk) =>
    byType({ image: imageElement, plain_text: anyText(2000), mrkdwn: anyText(2000) })(value, pointer, walk),
  ),
});
const input = block(
  { label: plainText(2000), element: byType(ELEMENTS.input) },
  { hint: plainText(2000), optional: flag, dispatch_action: flag },
);
const header = block({ text: plainText(150) });
const divider = block({});
const video = block(
  { video_url: text(1, 3000), thumbnail_url: text(1, 3000), alt_text: text(1, 2000), title: plainText(200) },
  {
    title_url: text(1, 3000),
    author_name: text(1, 50),
    provider_name: text(1, 3000),
    provider_icon_url: text(1, 3000),
    description: plainText(200),
  },
);
const file = block({ source: oneOf("remote"), external_id: text(1, 255) });
const cell = byType({
  rich_text: richText,
  raw_text: typed({ text: text(1, 3000) }),
  raw_number: typed({ value: anything, text: text(1, 3000) }),
});
const rows = list(1, 100, list(1, 20, cell));
const table = block(
  { rows },
  {
    column_settings: list(0, 20, object({}, { align: oneOf("left", "center", "right"), is_wrapped: flag })),
  },
);

const card = block(
  {},
  {
    hero_image: imageElement,
    icon: imageElement,
    title: mrkdwn(150),
    subtitle: mrkdwn(150),
    body: mrkdwn(200),
    actions: list(1, 25, byType(ELEMENTS.card)),
  },
  oneAtLeast("hero_image", "title", "actions", "body"),
);
const taskCard = block(
  { task_id: text(1, 255), title: text(1, 3000), status: oneOf("pending", "in_progress", "complete", "error") },
  {
    details: richText,
    output: richText,
    sources: list(0, 100, typed({ url: text(1, 3000), text: text(1, 3000) })),
  },
);
const inContainer = {
  actions,
  context,
  divider,
  file,
  header,
  image,
  input,
  rich_text: richText,
  section,
  table,
  video,
};
const container = block(
  { child_blocks: list(1, 10, byType(inContainer)) },
  {
    title: plainText(150),
    rich_text_title: richText,
    subtitle: anyText(150),
    width: oneOf("narrow", "standard", "wide", "full"),
    icon: imageElement,
    is_collapsible: flag,
    default_collapsed: flag,
    has_header_divider: flag,
  },
  (value, pointer, walk) => {
    oneAtLeast("title", "rich_text_title")(value, pointer, walk);
    if (value["default_collapsed"] === true && value["is_collapsible"] !== true)
      walk.refuse("default_collapsed requires is_collapsible", pointer);
  },
);

const everywhere = { section, image, actions, context, input, header, divider, video, rich_text: richText };

/** The blocks that each surface shows. */
export const BLOCKS: Readonly<Record<Surface, Check>> = {
  message: byType({
    ...everywhere,
    file,
    table,
    card,
    container,
    markdown: block({ text: text(1, 12_000) }),
    context_actions: block({ elements: list(1, 5, byType(ELEMENTS.contextActions)) }),
    alert: block({ text: anyText(3000) }, { level: oneOf("default", "info", "warning", "error", "success") }),
    carousel: block({ elements: list(1, 10, byType({ card })) }),
    data_table: block(
      { rows, caption: text(1, 3000) },
      { page_size: integer(1, 100), row_header_column_index: integer(0, 19) },
    ),
    task_card: taskCard,
    plan: block({ title: text(1, 3000) }, { tasks: list(0, 50, byType({ task_card: taskCard })) }),
  }),
  modal: byType({
    ...everywhere,
    alert: block({ text: anyText(3000) }, { level: oneOf("default", "info", "warning", "error", "success") }),
  }),
  home: byType(everywhere),
};
