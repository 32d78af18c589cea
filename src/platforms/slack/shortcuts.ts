import { encodeButtonId } from "../../core/button-id.ts";
import type { Happening } from "./read-events.ts";
import { jobOfBlocks } from "./render-message.ts";

/** An entry in the menu of a message. On one of our answers it presses a button of its job; on a picture of others it is a command with it. */
interface MessageShortcut {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  /** The action of a file in commands/buttons/. */
  readonly button: { readonly action: string; readonly index?: number };
  /** A command that takes a picture. */
  readonly command: string;
}

export const MESSAGE_SHORTCUTS: readonly MessageShortcut[] = [
  {
    id: "remix",
    name: "Remix",
    description: "Change the request and draw it again",
    button: { action: "edit" },
    command: "edit",
  },
  {
    id: "describe",
    name: "Describe",
    description: "Say what is in the picture",
    button: { action: "info" },
    command: "describe",
  },
  {
    id: "upscale",
    name: "Upscale",
    description: "Draw the picture larger",
    button: { action: "upscale", index: 0 },
    command: "upscale",
  },
];

export const GLOBAL_SHORTCUT = {
  id: "imagine",
  name: "Draw a picture",
  description: "A form for a new picture",
} as const;

/** What a shortcut on a message stands for; undefined where the message shows no picture that it could be used on. */
export function happeningOfShortcut(id: string, message: Readonly<Record<string, unknown>>): Happening | undefined {
  const shortcut = MESSAGE_SHORTCUTS.find((one) => one.id === id);
  if (!shortcut) return undefined;
  const job = jobOfBlocks(message["blocks"]);
  if (job !== undefined) return { kind: "button", buttonId: encodeButtonId({ ...shortcut.button, job }) };
  const image = pictureOf(message["files"]);
  if (image === undefined) return undefined;
  return { kind: "command", command: shortcut.command, options: { image } };
}

function pictureOf(files: unknown): string | undefined {
  const list = (Array.isArray(files) ? files : []) as readonly { mimetype?: string; url_private?: string }[];
  return list.find(({ mimetype = "" }) => mimetype.startsWith("image/"))?.url_private;
}
