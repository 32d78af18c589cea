import type { types } from "@slack/bolt";
import type { Message, MessageButton } from "../../core/message.ts";
import { SLACK_LIMITS } from "./limits.ts";
import { clampText, escapeEntities, toMrkdwn, toPlainText } from "./mrkdwn.ts";

/** A picture that Slack has: its file's id. */
export interface ShownFile {
  readonly id: string;
  readonly altText: string;
  readonly spoiler: boolean;
}

/** What chat.postMessage and chat.update take, without where. */
export interface MessageBody {
  /** What notifications and screen readers say. */
  readonly text: string;
  readonly blocks: types.KnownBlock[];
}

export interface RenderOptions {
  /** Somebody to mention, and the only one who is told. */
  readonly mention?: string;
  /** Commands as one types them here. */
  readonly nameCommands?: (text: string) => string;
  readonly maxBlocks?: number;
}

/** A press on it shows a picture that is not shown to everybody at once. What follows is the file's id. */
export const REVEAL_PREFIX = "reveal:";

const JOB_BUTTON = /^v1:[a-z-]+:([a-z0-9]+)(?::\d+)?$/;

/** Slack wants a text; nobody sees this one. */
const EMPTY_TEXT = "…";
const FOOTER_CHARS = 500;
const CUT_SHORT = "…";

const STYLES: Readonly<Record<MessageButton["style"], { readonly style?: "primary" | "danger" }>> = {
  primary: { style: "primary" },
  secondary: {},
  danger: { style: "danger" },
};

/** A message in Block Kit: text, pictures, small print and buttons, everything within Slack's limits. */
export function renderMessage(
  message: Pick<Message, "text" | "footer" | "buttons">,
  files: readonly ShownFile[],
  { mention, nameCommands = (text) => text, maxBlocks = SLACK_LIMITS.blocks }: RenderOptions = {},
): MessageBody {
  const greeting = mention === undefined ? "" : `<@${mention}> `;
  const text = nameCommands(message.text);
  const sections = toSections(`${greeting}${toMrkdwn(text)}`);
  const shown = files.slice(0, SLACK_LIMITS.pictures);
  const pictures = shown.filter(({ spoiler }) => !spoiler).map((file) => toImage(file, shown));
  const parts = [...sections, ...pictures, ...toFooter(message.footer), ...toReveals(shown)];
  const rows = toRows(message.buttons).slice(0, Math.max(0, maxBlocks - parts.length));
  return {
    text: clampText(`${greeting}${toPlainText(text)}`, SLACK_LIMITS.fallbackChars) || EMPTY_TEXT,
    blocks: [...parts, ...rows].slice(0, maxBlocks),
  };
}

/** Slack text of any length as sections; a line is cut only where it is longer than a section. */
export function toSections(mrkdwn: string): types.SectionBlock[] {
  const whole = clampText(mrkdwn, SLACK_LIMITS.messageChars);
  const chunks: string[] = [];
  for (const line of whole.split("\n").map((one) => clampText(one, SLACK_LIMITS.sectionChars))) {
    const last = chunks.at(-1);
    if (last === undefined || last.length + 1 + line.length > SLACK_LIMITS.sectionChars) chunks.push(line);
    else chunks[chunks.length - 1] = `${last}\n${line}`;
  }
  return chunks
    .filter((chunk) => chunk.trim() !== "")
    .map((text) => ({ type: "section", text: { type: "mrkdwn", text, verbatim: true } }));
}

/** The picture of a file; of several, with its number: V2 varies the second. */
export function toImage({ id, altText }: Omit<ShownFile, "spoiler">, all: readonly ShownFile[] = []): types.ImageBlock {
  const number = all.findIndex((file) => file.id === id) + 1;
  return {
    type: "image",
    slack_file: { id },
    alt_text: clampText(altText, SLACK_LIMITS.altTextChars) || "Picture",
    ...(all.length > 1 ? { title: { type: "plain_text", text: String(number) } } : {}),
  };
}

function toFooter(footer: string | undefined): types.ContextBlock[] {
  if (footer === undefined || footer === "") return [];
  const text = clampText(escapeEntities(footer), FOOTER_CHARS);
  return [{ type: "context", elements: [{ type: "plain_text", text, emoji: false }] }];
}

function toReveals(files: readonly ShownFile[]): types.ActionsBlock[] {
  const hidden = files.filter(({ spoiler }) => spoiler);
  const label = ({ id }: ShownFile): string =>
    files.length === 1 ? "Show the picture" : `Show picture ${files.findIndex((file) => file.id === id) + 1}`;
  return toRows([hidden.map((file) => ({ id: `${REVEAL_PREFIX}${file.id}`, label: label(file), style: "secondary" }))]);
}

/** Rows of at most five; each id stands in a message once. */
function toRows(rows: Message["buttons"]): types.ActionsBlock[] {
  const seen = new Set<string>();
  return rows
    .map((row) => row.filter(({ id, disabled }) => !disabled && !seen.has(id) && seen.add(id)))
    .flatMap((row) => inRows(row))
    .map((row) => ({ type: "actions", elements: row.map((button) => toButton(button)) }));
}

function inRows(buttons: readonly MessageButton[]): (readonly MessageButton[])[] {
  const { buttonsPerRow } = SLACK_LIMITS;
  const count = Math.ceil(buttons.length / buttonsPerRow);
  return Array.from({ length: count }, (_, row) => buttons.slice(row * buttonsPerRow, (row + 1) * buttonsPerRow));
}

function toButton({ id, label, emoji, style, confirm }: MessageButton): types.Button {
  const text = emoji === undefined ? label : `${emoji} ${label}`;
  return {
    type: "button",
    action_id: confirm?.id ?? id,
    text: { type: "plain_text", text: clampText(text, SLACK_LIMITS.buttonChars) || CUT_SHORT, emoji: true },
    ...STYLES[style],
    ...(confirm ? { confirm: toConfirm(label, confirm) } : {}),
  };
}

function toConfirm(label: string, { text, yes, no }: NonNullable<MessageButton["confirm"]>): types.ConfirmationDialog {
  return {
    title: plain(label, SLACK_LIMITS.confirmTitleChars),
    text: plain(text, SLACK_LIMITS.confirmTextChars),
    confirm: plain(yes, SLACK_LIMITS.confirmButtonChars),
    deny: plain(no, SLACK_LIMITS.confirmButtonChars),
    style: "danger",
  };
}

function plain(text: string, maxChars: number): types.PlainTextElement {
  return { type: "plain_text", text: clampText(text, maxChars) };
}

/** The job that buttons are about; undefined when none of them is ours. */
export function jobOfButtons(ids: readonly string[]): string | undefined {
  return ids.map((id) => JOB_BUTTON.exec(id)?.[1]).find((job) => job !== undefined);
}

/** The job whose buttons a message carries; undefined when it shows none of ours. */
export function jobOfBlocks(blocks: unknown): string | undefined {
  const ids = JSON.stringify(blocks ?? []).matchAll(/"action_id":"([^"]*)"/g);
  return jobOfButtons([...ids].map(([, id]) => id!));
}
