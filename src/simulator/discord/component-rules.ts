import { ButtonStyle, ComponentType } from "discord-api-types/v10";
import { asList, asObject, asText, type JsonObject } from "./json.ts";
import type { Problems } from "./problems.ts";

/** What a message's components refer to and hold, for rules that look at the whole message. */
export interface ComponentSummary {
  readonly references: ReadonlySet<string>;
  readonly count: number;
}

const MAX_COMPONENTS = 40;
const MAX_TEXT = 4000;
const MAX_LEGACY_ROWS = 5;
const STYLES: readonly unknown[] = [1, 2, 3, 4, 5, 6];
const SELECTS: readonly unknown[] = [
  ComponentType.StringSelect,
  ComponentType.UserSelect,
  ComponentType.RoleSelect,
  ComponentType.MentionableSelect,
  ComponentType.ChannelSelect,
];
const IN_CONTAINER: readonly unknown[] = [
  ComponentType.ActionRow,
  ComponentType.Section,
  ComponentType.TextDisplay,
  ComponentType.MediaGallery,
  ComponentType.File,
  ComponentType.Separator,
];

/** Checks a message's components (discord-api-docs, components/reference.mdx): places, counts, lengths, unique custom ids, media. */
export function checkComponents(list: unknown, isV2: boolean, problems: Problems): ComponentSummary {
  const references = new Set<string>();
  const customIds = new Set<string>();
  const ids = new Set<number>();
  let count = 0;
  let textChars = 0;

  function visit(value: unknown, at: string, allowed: readonly unknown[]): JsonObject | undefined {
    const component = asObject(value);
    if (!component) {
      problems.refuse(at, "A component must be an object.");
      return undefined;
    }
    count += 1;
    const { type, id } = component;
    if (!allowed.includes(type)) {
      problems.refuse(`${at}.type`, `Value must be one of (${allowed.join(", ")}).`);
      return undefined;
    }
    if (typeof id === "number" && id !== 0) {
      if (ids.has(id)) problems.refuse(`${at}.id`, "Component ids must be unique.");
      ids.add(id);
    }
    return component;
  }

  function customId(component: JsonObject, at: string): void {
    problems.length(`${at}.custom_id`, component["custom_id"], 1, 100);
    const text = asText(component["custom_id"]) ?? "";
    if (customIds.has(text)) problems.refuse(`${at}.custom_id`, "Component custom id cannot be duplicated");
    customIds.add(text);
  }

  function media(value: unknown, at: string, onlyAttachments = false): void {
    const url = asText(asObject(value)?.["url"]);
    if (url === undefined) return problems.refuse(`${at}.url`, "This field is required");
    const attached = /^attachment:\/\/(.+)$/.exec(url)?.[1];
    if (attached !== undefined) references.add(attached);
    else if (onlyAttachments) problems.refuse(`${at}.url`, "Only attachment:// URLs are supported here.");
    else if (!/^https?:\/\//.test(url))
      problems.refuse(`${at}.url`, 'Scheme must be one of ("http", "https", "attachment").');
  }

  function described(component: JsonObject, at: string): void {
    if (component["description"] !== undefined && component["description"] !== null)
      problems.length(`${at}.description`, component["description"], 1, 1024);
  }

  function text(component: JsonObject, at: string): void {
    problems.length(`${at}.content`, component["content"], 1, MAX_TEXT);
    textChars += asText(component["content"])?.length ?? 0;
  }

  function button(component: JsonObject, at: string): void {
    const { style, label, emoji, url } = component;
    if (!STYLES.includes(style)) return problems.refuse(`${at}.style`, "Value must be one of (1, 2, 3, 4, 5, 6).");
    if (label !== undefined && label !== null) problems.length(`${at}.label`, label, 0, 80);
    if (style === ButtonStyle.Premium) return;
    if ((asText(label) ?? "") === "" && !asObject(emoji))
      problems.refuse(`${at}.label`, "A button needs a label or an emoji.");
    if (style === ButtonStyle.Link) {
      problems.length(`${at}.url`, url, 1, 512);
      if (component["custom_id"] !== undefined)
        problems.refuse(`${at}.custom_id`, "A custom id and url cannot both be specified");
    } else {
      if (url !== undefined) problems.refuse(`${at}.url`, "A custom id and url cannot both be specified");
      customId(component, at);
    }
  }

  function row(component: JsonObject, at: string): void {
    const children = asList(component["components"]);
    const select = children.some((child) => SELECTS.includes(asObject(child)?.["type"]));
    const most = select ? 1 : 5;
    if (children.length < 1 || children.length > most)
      problems.refuse(`${at}.components`, `Must be between 1 and ${most} in length.`);
    for (const [i, value] of children.entries()) {
      const child = visit(value, `${at}.components.${i}`, [ComponentType.Button, ...SELECTS]);
      if (!child) continue;
      if (child["type"] === ComponentType.Button) button(child, `${at}.components.${i}`);
      else {
        customId(child, `${at}.components.${i}`);
        checkSelect(child, `${at}.components.${i}`, problems);
      }
    }
  }

  function section(component: JsonObject, at: string): void {
    const children = asList(component["components"]);
    if (children.length < 1 || children.length > 3)
      problems.refuse(`${at}.components`, "Must be between 1 and 3 in length.");
    for (const [i, value] of children.entries()) {
      const child = visit(value, `${at}.components.${i}`, [ComponentType.TextDisplay]);
      if (child) text(child, `${at}.components.${i}`);
    }
    const accessory = visit(component["accessory"], `${at}.accessory`, [ComponentType.Button, ComponentType.Thumbnail]);
    if (accessory?.["type"] === ComponentType.Button) button(accessory, `${at}.accessory`);
    if (accessory?.["type"] === ComponentType.Thumbnail) {
      media(accessory["media"], `${at}.accessory.media`);
      described(accessory, `${at}.accessory`);
    }
  }

  function gallery(component: JsonObject, at: string): void {
    const items = asList(component["items"]);
    if (items.length < 1 || items.length > 10) problems.refuse(`${at}.items`, "Must be between 1 and 10 in length.");
    for (const [i, value] of items.entries()) {
      const item = asObject(value) ?? {};
      media(item["media"], `${at}.items.${i}.media`);
      described(item, `${at}.items.${i}`);
    }
  }

  function block(value: unknown, at: string, allowed: readonly unknown[]): void {
    const component = visit(value, at, allowed);
    if (!component) return;
    if (component["type"] === ComponentType.ActionRow) row(component, at);
    if (component["type"] === ComponentType.Section) section(component, at);
    if (component["type"] === ComponentType.TextDisplay) text(component, at);
    if (component["type"] === ComponentType.MediaGallery) gallery(component, at);
    if (component["type"] === ComponentType.File) media(component["file"], `${at}.file`, true);
    if (component["type"] === ComponentType.Separator && ![undefined, 1, 2].includes(component["spacing"] as number))
      problems.refuse(`${at}.spacing`, "Value must be one of (1, 2).");
    if (component["type"] === ComponentType.Container) {
      const color = component["accent_color"];
      if (typeof color === "number" && (color < 0 || color > 0xffffff))
        problems.refuse(`${at}.accent_color`, "Must be between 0 and 16777215.");
      const children = asList(component["components"]);
      if (children.length === 0) problems.refuse(`${at}.components`, "Must be between 1 and 40 in length.");
      for (const [i, child] of children.entries()) block(child, `${at}.components.${i}`, IN_CONTAINER);
    }
  }

  const top = asList(list);
  for (const [i, value] of top.entries())
    block(value, `components.${i}`, isV2 ? [...IN_CONTAINER, ComponentType.Container] : [ComponentType.ActionRow]);
  if (!isV2 && top.length > MAX_LEGACY_ROWS)
    problems.refuse("components", `Must be ${MAX_LEGACY_ROWS} or fewer in length.`);
  if (count > MAX_COMPONENTS)
    problems.refuse(
      "components",
      `A message holds ${MAX_COMPONENTS} components, nested ones counted; this has ${count}.`,
    );
  if (textChars > MAX_TEXT)
    problems.refuse("components", `All text displays together hold ${MAX_TEXT} characters; these have ${textChars}.`);
  return { references, count };
}

/** Checks a select menu but for its custom id: of messages and of forms. */
export function checkSelect(select: JsonObject, at: string, problems: Problems): void {
  if (select["placeholder"] !== undefined) problems.length(`${at}.placeholder`, select["placeholder"], 0, 150);
  for (const bound of ["min_values", "max_values"]) {
    const value = select[bound];
    if (value !== undefined && (typeof value !== "number" || value < 0 || value > 25))
      problems.refuse(`${at}.${bound}`, "Must be between 0 and 25.");
  }
  if (select["type"] === ComponentType.StringSelect) checkChoices(select, at, 25, problems);
}

/** Checks the options of a select, a radio group or a checkbox group: 1 to `most`, with distinct values. */
export function checkChoices(holder: JsonObject, at: string, most: number, problems: Problems): void {
  const options = asList(holder["options"]);
  if (options.length < 1 || options.length > most)
    problems.refuse(`${at}.options`, `Must be between 1 and ${most} in length.`);
  const values = new Set<unknown>();
  for (const [i, value] of options.entries()) {
    const option = asObject(value) ?? {};
    problems.length(`${at}.options.${i}.label`, option["label"], 1, 100);
    problems.length(`${at}.options.${i}.value`, option["value"], 1, 100);
    if (option["description"] !== undefined)
      problems.length(`${at}.options.${i}.description`, option["description"], 0, 100);
    if (values.has(option["value"]))
      problems.refuse(`${at}.options.${i}.value`, "The specified option value is already used");
    values.add(option["value"]);
  }
}
