import { type Check, flag, integer, lengthOf, list, matching, object, oneOf, text } from "./checks.ts";
import {
  anyText,
  confirm,
  imageElement,
  INNER_LENGTH,
  initialAmongOptions,
  menuOption,
  option,
  optionGroups,
  plainText,
  typed,
} from "./composition.ts";
import { richText } from "./rich-text.ts";

/** Slack's block elements (docs.slack.dev, reference/block-kit/block-elements). */

const action = { action_id: text(1, 255) };
const confirmable = { ...action, confirm };
const focusable = { focus_on_load: flag };
const placeholder = { placeholder: plainText(150) };
const menu = { ...confirmable, ...focusable, ...placeholder };
const dispatch = {
  dispatch_action_config: object({
    trigger_actions_on: list(1, 2, oneOf("on_enter_pressed", "on_character_entered")),
  }),
};
const style = oneOf("primary", "danger");
const label = { accessibility_label: text(1, 75) };
const many = { max_selected_items: integer(1, 100) };
const ids = list(0, 100, text(1, 255));
const filter = object(
  {},
  {
    include: list(1, 4, oneOf("im", "mpim", "private", "public")),
    exclude_external_shared_channels: flag,
    exclude_bot_users: flag,
  },
);
const conversationMenu = { default_to_current_conversation: flag, filter };

const button = typed(
  { text: plainText(75) },
  { ...confirmable, value: text(1, 2000), url: text(1, 3000), style, ...label },
);

/** Static menus have options or option groups, not both. */
function staticMenu(more: Record<string, Check>): Check {
  return typed(
    {},
    { ...menu, options: list(1, 100, menuOption), option_groups: optionGroups, ...more },
    (value, pointer, walk) => {
      if ((value["options"] === undefined) === (value["option_groups"] === undefined))
        walk.refuse("must provide exactly one of options and option_groups", pointer);
      initialAmongOptions(value, pointer, walk);
    },
  );
}

const choices = (initial: Record<string, Check>) =>
  typed(
    { options: list(1, 10, option(anyText(INNER_LENGTH))) },
    { ...confirmable, ...focusable, ...initial },
    initialAmongOptions,
  );

const select: Record<string, Check> = {
  static_select: staticMenu({ initial_option: menuOption }),
  external_select: typed({}, { ...menu, initial_option: menuOption, min_query_length: integer(0, 1000) }),
  users_select: typed({}, { ...menu, initial_user: text(1, 255) }),
  conversations_select: typed(
    {},
    { ...menu, ...conversationMenu, initial_conversation: text(1, 255), response_url_enabled: flag },
  ),
  channels_select: typed({}, { ...menu, initial_channel: text(1, 255), response_url_enabled: flag }),
  multi_static_select: staticMenu({ ...many, initial_options: list(1, 100, menuOption) }),
  multi_external_select: typed(
    {},
    { ...menu, ...many, initial_options: list(1, 100, menuOption), min_query_length: integer(0, 1000) },
  ),
  multi_users_select: typed({}, { ...menu, ...many, initial_users: ids }),
  multi_conversations_select: typed({}, { ...menu, ...conversationMenu, ...many, initial_conversations: ids }),
  multi_channels_select: typed({}, { ...menu, ...many, initial_channels: ids }),
};

const pickers: Record<string, Check> = {
  checkboxes: choices({ initial_options: list(1, 10, option(anyText(INNER_LENGTH))) }),
  radio_buttons: choices({ initial_option: option(anyText(INNER_LENGTH)) }),
  datepicker: typed({}, { ...menu, initial_date: matching(/^\d{4}-\d\d-\d\d$/, "a date as YYYY-MM-DD") }),
  timepicker: typed(
    {},
    { ...menu, initial_time: matching(/^([01]\d|2[0-3]):[0-5]\d$/, "a time as HH:mm"), timezone: text(1, 255) },
  ),
  datetimepicker: typed({}, { ...confirmable, ...focusable, initial_date_time: integer(1_000_000_000, 9_999_999_999) }),
};

const typedIn = { ...action, ...focusable, ...placeholder, ...dispatch };
const number = matching(/^-?\d+(\.\d+)?$/, "a number in a string");

/** Elements in which a person writes; only input blocks have them. */
const inputs: Record<string, Check> = {
  plain_text_input: typed(
    {},
    {
      ...typedIn,
      initial_value: text(0, 3000),
      multiline: flag,
      min_length: integer(0, 3000),
      max_length: integer(1, 3000),
    },
    (value, pointer, walk) => {
      const { min_length: min, max_length: max, initial_value: initial } = value;
      if (typeof min === "number" && typeof max === "number" && min > max)
        walk.refuse("min_length must not be greater than max_length", pointer);
      if (typeof initial === "string" && typeof max === "number" && lengthOf(initial) > max)
        walk.refuse(`must be less than ${max + 1} characters`, `${pointer}/initial_value`);
    },
  ),
  number_input: typed(
    { is_decimal_allowed: flag },
    { ...typedIn, initial_value: number, min_value: number, max_value: number },
    (value, pointer, walk) => {
      const at = (name: string) => (typeof value[name] === "string" ? Number(value[name]) : undefined);
      const [min, max, initial] = [at("min_value"), at("max_value"), at("initial_value")];
      if (min !== undefined && max !== undefined && min > max)
        walk.refuse("min_value must not be greater than max_value", pointer);
      if (initial !== undefined && (initial < (min ?? initial) || initial > (max ?? initial)))
        walk.refuse("initial_value must be between min_value and max_value", `${pointer}/initial_value`);
      if (value["is_decimal_allowed"] === false && initial !== undefined && !Number.isInteger(initial))
        walk.refuse("must be an integer", `${pointer}/initial_value`);
    },
  ),
  email_text_input: typed({}, { ...typedIn, initial_value: text(0, 3000) }),
  url_text_input: typed({}, { ...typedIn, initial_value: text(0, 3000) }),
  rich_text_input: typed(
    {},
    { ...typedIn, initial_value: richText, min_lines: integer(1, 100), max_lines: integer(1, 100) },
  ),
  file_input: typed(
    {},
    { ...action, filetypes: list(1, 100, text(1, 50)), max_files: integer(1, 10) },
    (_value, pointer, walk) => {
      if (walk.surface !== "modal") walk.refuse("unsupported type: file_input", `${pointer}/type`);
    },
  ),
};

const overflow = typed({ options: list(1, 5, option(plainText(INNER_LENGTH), { url: text(1, 3000) })) }, confirmable);
const workflowButton = typed(
  {
    text: plainText(75),
    workflow: object({
      trigger: object(
        { url: text(1, 3000) },
        { customizable_input_parameters: list(0, 100, object({ name: text(1, 255), value: text(0, 3000) })) },
      ),
    }),
  },
  { ...confirmable, style, ...label },
);

const feedback = object({ text: plainText(75), value: text(1, 2000) }, label);
const contextActions: Record<string, Check> = {
  feedback_buttons: typed({ positive_button: feedback, negative_button: feedback }, action),
  icon_button: typed(
    { icon: oneOf("trash"), text: plainText(75) },
    { ...confirmable, ...label, value: text(1, 2000), visible_to_user_ids: ids },
  ),
};

const pressed = { button, overflow, workflow_button: workflowButton, ...select, ...pickers };

/** The elements that each place allows. */
export const ELEMENTS = {
  actions: { ...pressed, rich_text_input: inputs["rich_text_input"]! },
  section: { ...pressed, image: imageElement },
  input: { ...select, ...pickers, ...inputs },
  contextActions,
  card: { button },
} as const satisfies Record<string, Readonly<Record<string, Check>>>;
