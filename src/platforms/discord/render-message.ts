import {
  ButtonStyle,
  ComponentType,
  MessageFlags,
  type APIActionRowComponent,
  type APIButtonComponentWithCustomId,
  type APIComponentInContainer,
  type APIContainerComponent,
  type APIMediaGalleryItem,
} from "discord-api-types/v10";
import type { Message, MessageButton } from "../../core/message.ts";
import { DISCORD_LIMITS } from "./limits.ts";
import { clampText, toDiscordMarkdown } from "./markdown.ts";

/** A file as it is uploaded. */
export interface OutgoingFile {
  readonly name: string;
  readonly data: Uint8Array;
  readonly contentType: string;
  readonly altText: string;
  readonly spoiler: boolean;
}

/** The JSON of a message, with Components V2 only. */
export interface MessageBody {
  readonly flags: number;
  readonly components: readonly APIContainerComponent[];
  readonly attachments: readonly { readonly id: string; readonly filename: string; readonly description: string }[];
  readonly allowed_mentions: { readonly parse: readonly never[]; readonly users?: readonly string[] };
}

/** Colours of the container's edge. */
const ACCENTS: Readonly<Record<Message["kind"], number>> = {
  result: 0x5b8def,
  notice: 0x8a94a6,
  error: 0xd64550,
  list: 0x8a94a6,
};

const STYLES = {
  primary: ButtonStyle.Primary,
  secondary: ButtonStyle.Secondary,
  danger: ButtonStyle.Danger,
} as const satisfies Record<MessageButton["style"], ButtonStyle>;

/** How a message is meant. */
export interface RenderOptions {
  readonly ephemeral?: boolean;
  /** Somebody to mention, and the only one who is told. */
  readonly mention?: string;
  /** A line before the text, in Discord's own Markdown. */
  readonly lead?: string;
}

/** A message as Discord takes it: one container with text, pictures, small print and buttons, everything within its limits. */
export function renderMessage(
  message: Pick<Message, "kind" | "text" | "footer" | "buttons">,
  files: readonly OutgoingFile[],
  { ephemeral = false, mention, lead }: RenderOptions = {},
): MessageBody {
  const footer = message.footer === undefined ? "" : `-# ${clampText(toDiscordMarkdown(message.footer), 500)}`;
  const greeting = `${lead === undefined ? "" : `${lead}\n`}${mention === undefined ? "" : `<@${mention}> `}`;
  const room = DISCORD_LIMITS.messageChars - footer.length - greeting.length;
  const text = `${greeting}${clampText(toDiscordMarkdown(message.text), room)}`;
  const shown = files.slice(0, DISCORD_LIMITS.galleryItems);
  const parts: APIComponentInContainer[] = [
    ...(text === "" ? [] : [textDisplay(text)]),
    ...(shown.length === 0
      ? []
      : [{ type: ComponentType.MediaGallery as const, items: shown.map((file) => galleryItem(file)) }]),
    ...(footer === "" ? [] : [textDisplay(footer)]),
  ];
  return {
    flags: MessageFlags.IsComponentsV2 | (ephemeral ? MessageFlags.Ephemeral : 0),
    components: [
      {
        type: ComponentType.Container,
        accent_color: ACCENTS[message.kind],
        components: [...parts, ...rowsWithin(message.buttons, DISCORD_LIMITS.components - 1 - parts.length)],
      },
    ],
    attachments: shown.map(({ name, altText }, id) => ({
      id: String(id),
      filename: name,
      description: clampText(altText, DISCORD_LIMITS.altTextChars),
    })),
    allowed_mentions: { parse: [], ...(mention === undefined ? {} : { users: [mention] }) },
  };
}

function textDisplay(content: string) {
  return { type: ComponentType.TextDisplay as const, content };
}

function galleryItem({ name, altText, spoiler }: OutgoingFile): APIMediaGalleryItem {
  return {
    media: { url: `attachment://${name}` },
    description: clampText(altText, DISCORD_LIMITS.altTextChars),
    ...(spoiler ? { spoiler: true } : {}),
  };
}

/** Rows of buttons as long as there is room for components; what a row cannot hold begins another. */
function rowsWithin(rows: Message["buttons"], room: number): APIActionRowComponent<APIButtonComponentWithCustomId>[] {
  const seen = new Set<string>();
  const rendered: APIActionRowComponent<APIButtonComponentWithCustomId>[] = [];
  let left = room;
  for (const row of rows.flatMap((buttons) => inRows(buttons))) {
    const components = row.filter(({ id }) => !seen.has(id)).map((button) => toButton(button));
    for (const { id } of row) seen.add(id);
    left -= components.length + 1;
    if (left < 0) break;
    if (components.length > 0) rendered.push({ type: ComponentType.ActionRow, components });
  }
  return rendered;
}

function inRows(buttons: readonly MessageButton[]): (readonly MessageButton[])[] {
  const { buttonsPerRow } = DISCORD_LIMITS;
  const count = Math.ceil(buttons.length / buttonsPerRow);
  return Array.from({ length: count }, (_, row) => buttons.slice(row * buttonsPerRow, (row + 1) * buttonsPerRow));
}

function toButton({ id, label, emoji, style, disabled }: MessageButton): APIButtonComponentWithCustomId {
  return {
    type: ComponentType.Button,
    custom_id: id,
    label: clampText(label, DISCORD_LIMITS.buttonLabelChars),
    style: STYLES[style],
    ...(emoji === undefined ? {} : { emoji: { name: emoji } }),
    ...(disabled ? { disabled: true } : {}),
  };
}
