import { asList, asObject, type JsonObject } from "../../discord/json.ts";
import { byType, type Check, flag, list, object, oneOf, text, type Walk } from "./checks.ts";

/** Slack's composition objects (docs.slack.dev, reference/block-kit/composition-objects). */

const type: Check = (value, pointer, walk) => {
  if (typeof value !== "string") walk.refuse("must provide a string", pointer);
};
export const typed = (
  required: Record<string, Check>,
  optional: Record<string, Check> = {},
  rule?: Parameters<typeof object>[2],
) => object({ type, ...required }, optional, rule);

export const plainText = (max: number, min = 1) => byType({ plain_text: plain(max, min) });
export const mrkdwn = (max: number, min = 1) => byType({ mrkdwn: formatted(max, min) });
export const anyText = (max: number, min = 1) => byType({ plain_text: plain(max, min), mrkdwn: formatted(max, min) });

function plain(max: number, min: number): Check {
  return typed({ text: text(min, max) }, { emoji: flag });
}

function formatted(max: number, min: number): Check {
  return typed({ text: text(min, max) }, { verbatim: flag });
}

export const confirm = object(
  { text: anyText(300) },
  { title: plainText(100), confirm: plainText(30), deny: plainText(30), style: oneOf("primary", "danger") },
);

/** A length that inner-lengths.ts looks at. */
export const INNER_LENGTH = Number.POSITIVE_INFINITY;

/** Choices of menus have plain text, those of radio buttons and checkboxes may have mrkdwn; URLs only in overflow menus. */
export function option(label: Check, more: Record<string, Check> = {}): Check {
  return object({ text: label, value: text(1, INNER_LENGTH) }, { description: anyText(75), ...more });
}
export const menuOption = option(plainText(INNER_LENGTH));

export const optionGroups = list(1, 100, object({ label: plainText(75), options: list(1, 100, menuOption) }));

/** Refuses an initial choice that is not among the options. */
export function initialAmongOptions(value: JsonObject, pointer: string, walk: Walk): void {
  const groups = asList(value["option_groups"]).flatMap((group) => asList(asObject(group)?.["options"]));
  const known = [...asList(value["options"]), ...groups].map((one) => JSON.stringify(choiceOf(one)));
  const initial = [value["initial_option"], ...asList(value["initial_options"])].filter((one) => one !== undefined);
  for (const one of initial)
    if (!known.includes(JSON.stringify(choiceOf(one))))
      walk.refuse("initial option must match one of the options", pointer);
}

function choiceOf(option: unknown): readonly unknown[] {
  const given = asObject(option);
  return [given?.["value"], asObject(given?.["text"])?.["text"]];
}

const slackFile = object({}, { id: text(1, 255), url: text(1, 3000) }, (value, pointer, walk) => {
  if ((value["id"] === undefined) === (value["url"] === undefined))
    walk.refuse("must provide exactly one of id and url", pointer);
  else if (!walk.slackFileIsUsable(value)) walk.refuse("invalid slack file", pointer);
});

/** The fields that show a picture, and the rule that there is exactly one of them. */
export const picture = {
  required: { alt_text: text(1, 2000) },
  optional: {
    image_url: text(1, 3000),
    slack_file: slackFile,
    image_width: (): void => {},
    image_height: (): void => {},
    image_bytes: (): void => {},
    is_animated: flag,
    fallback: (): void => {},
  },
  rule: (value: JsonObject, pointer: string, walk: Walk): void => {
    if (value["image_url"] === undefined && value["slack_file"] === undefined)
      walk.refuse("must provide either image_url or slack_file", pointer);
    if (value["image_url"] !== undefined && value["slack_file"] !== undefined)
      walk.refuse("cannot provide both image_url and slack_file", pointer);
  },
} as const;

export const imageElement = typed(picture.required, picture.optional, picture.rule);
