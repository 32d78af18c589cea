import { ComponentType } from "discord-api-types/v10";
import type { APIAttachment, APIMessageTopLevelComponent } from "discord-api-types/v10";
import { asList, asNumber, asObject, asText, type JsonObject } from "./json.ts";

/** Components as Discord gives them back: each with an id, defaults filled in, `attachment://` resolved. */
export function renderComponents(
  list: unknown,
  attachments: readonly APIAttachment[],
  newId: () => string,
): APIMessageTopLevelComponent[] {
  let number = 0;

  function media(value: unknown): JsonObject {
    const url = asText(asObject(value)?.["url"]) ?? "";
    const name = /^attachment:\/\/(.+)$/.exec(url)?.[1];
    const attachment = attachments.find(({ filename }) => filename === name);
    if (!attachment) return { id: newId(), url, proxy_url: url };
    return {
      id: newId(),
      url: attachment.url,
      proxy_url: attachment.proxy_url,
      width: attachment.width ?? null,
      height: attachment.height ?? null,
      content_type: attachment.content_type ?? null,
      attachment_id: attachment.id,
    };
  }

  function shown(part: JsonObject): JsonObject {
    return { media: media(part["media"]), description: part["description"] ?? null, spoiler: part["spoiler"] ?? false };
  }

  function render(value: unknown): JsonObject {
    const part = asObject(value) ?? {};
    number += 1;
    const base = { ...part, id: asNumber(part["id"]) === 0 ? number : part["id"] };
    const children = () => asList(part["components"]).map(render);
    switch (part["type"]) {
      case ComponentType.ActionRow:
        return { ...base, components: children() };
      case ComponentType.StringSelect:
        return { min_values: 1, max_values: 1, ...base };
      case ComponentType.Section:
        return { ...base, components: children(), accessory: render(part["accessory"]) };
      case ComponentType.Thumbnail:
        return { ...base, ...shown(part) };
      case ComponentType.MediaGallery:
        return { ...base, items: asList(part["items"]).map((item) => shown(asObject(item) ?? {})) };
      case ComponentType.File: {
        const file = media(part["file"]);
        const attachment = attachments.find(({ id }) => id === file["attachment_id"]);
        return {
          ...base,
          file,
          name: attachment?.filename ?? null,
          size: attachment?.size ?? null,
          spoiler: part["spoiler"] ?? false,
        };
      }
      case ComponentType.Separator:
        return { divider: true, spacing: 1, ...base };
      case ComponentType.Container:
        return { accent_color: null, spoiler: false, ...base, components: children() };
      default:
        return base;
    }
  }

  return asList(list).map((component) => render(component) as unknown as APIMessageTopLevelComponent);
}

/** The component with a custom id, anywhere below `list`. */
export function findComponent(list: unknown, customId: string): JsonObject | undefined {
  for (const value of asList(list)) {
    const component = asObject(value);
    if (!component) continue;
    if (component["custom_id"] === customId) return component;
    const below = [...asList(component["components"]), component["accessory"], component["component"]];
    const found = findComponent(below, customId);
    if (found) return found;
  }
  return undefined;
}
