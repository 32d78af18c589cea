import { encodeButtonId } from "./button-id.ts";
import { MAX_UPSCALED_PX } from "./follow-up-requests.ts";
import type { Mode } from "./image-request.ts";
import type { Job } from "./job.ts";
import type { MessageButton } from "./message.ts";
import type { ModelLibrary } from "./model.ts";
import type { TextKey } from "./texts/english.ts";
import { localeOf, textOf } from "./texts/text.ts";

/** Of a row, in Discord; what does not fit one row goes into rows of four, so that eight pictures have 4 + 4. */
const MAX_BUTTONS_PER_ROW = 5;
const EVEN_ROW = 4;

/** Actions of one picture that depend on what its model can do. */
type PictureAction =
  | "upscale"
  | "upscale-4x"
  | "variation"
  | "variation-subtle"
  | "vary-region"
  | "zoom-out"
  | "zoom-out-2x"
  | "zoom-custom"
  | "make-square"
  | "pan-left"
  | "pan-right"
  | "pan-up"
  | "pan-down"
  | "use";

type Rows = readonly (readonly MessageButton[])[];

/** What can be done with a finished request. The actions of the buttons are files in commands/buttons/. */
export function resultButtons(job: Job, models?: Pick<ModelLibrary, "list">): Rows {
  const pictures = job.result?.pictures ?? [];
  const say = (key: TextKey): string => textOf(localeOf(job.address), key);
  const reroll = jobButton(job, "reroll", say("button.reroll"), "reroll");
  if (pictures.length === 0) return [[reroll]];
  const report = jobButton(job, "report", say("button.report"), "report");
  const remix = jobButton(job, "edit", say("button.edit"), "remix");
  if (pictures.length === 1) {
    const isEnlarged = job.request.mode === "upscale";
    const rows = pictureButtons(job, 0, models);
    const [own, about] = [rows.slice(0, -1), rows.at(-1)!];
    return [...own, [...(isEnlarged ? [] : [reroll, remix]), ...about, report]];
  }
  const each = (action: string, letter: string): readonly MessageButton[][] =>
    inRows(pictures.map((_, i) => jobButton(job, action, `${letter}${i + 1}`, `${letter.toLowerCase()}${i + 1}`, i)));
  // Of which picture, they ask or answer for all.
  const favourite = jobButton(job, "favourite", say("button.favourite"), "favourite");
  const info = jobButton(job, "info", say("button.info"), "info");
  const more = jobButton(job, "more", say("button.more"), "more");
  return [
    ...(canGrow(job, 0, 2) ? each("upscale", "U") : []),
    ...each("variation", "V"),
    [reroll, remix, favourite, info],
    [more, report],
  ];
}

/** What can be done with one picture; the last row is about it. The terminal knows the letters of the shortcuts (parse-line.ts). */
export function pictureButtons(job: Job, index: number, models?: Pick<ModelLibrary, "list">): Rows {
  const modes = models?.list().find(({ id }) => id === job.request.model)?.modes ?? EVERYWHERE;
  const number = index + 1;
  const say = (key: TextKey): string => textOf(localeOf(job.address), key);
  const offer = (mode: Mode, action: PictureAction, shortcut: string): MessageButton[] =>
    modes.includes(mode) ? [jobButton(job, action, say(`button.${action}`), `${shortcut}${number}`, index)] : [];
  const isUpscaled = job.request.mode === "upscale";
  const picture = job.result?.pictures[index];
  const isSquare = picture === undefined || picture.widthPx === picture.heightPx;
  return [
    [
      ...(canGrow(job, index, 2) ? offer("upscale", "upscale", "u") : []),
      ...(canGrow(job, index, 4) ? offer("upscale", "upscale-4x", "x") : []),
      ...(isUpscaled ? [] : offer("text-to-image", "variation", "v")),
      ...(isUpscaled ? [] : offer("text-to-image", "variation-subtle", "s")),
      ...offer("inpaint", "vary-region", "r"),
    ],
    [
      ...offer("outpaint", "zoom-out", "z"),
      ...offer("outpaint", "zoom-out-2x", "zz"),
      ...offer("outpaint", "zoom-custom", "zoom"),
      ...(isSquare ? [] : offer("outpaint", "make-square", "square")),
    ],
    [
      ...offer("outpaint", "pan-left", "left"),
      ...offer("outpaint", "pan-right", "right"),
      ...offer("outpaint", "pan-up", "up"),
      ...offer("outpaint", "pan-down", "down"),
      ...offer("image-to-image", "use", "use"),
    ],
    [
      jobButton(job, "favourite", say("button.favourite"), `fav${number}`, index),
      jobButton(job, "info", say("button.info"), `info${number}`, index),
    ],
  ].filter((row) => row.length > 0);
}

/** Modes of a model that is not known: what the rest of a picture's buttons can be pressed for says the press. */
const EVERYWHERE: readonly Mode[] = ["text-to-image", "upscale"];

/** A button of a job, or of one of its pictures. */
export function jobButton(job: Job, action: string, label: string, shortcut: string, index?: number): MessageButton {
  const id = encodeButtonId({ action, job: job.id, ...(index === undefined ? {} : { index }) });
  return { id, label, shortcut, style: action === "retry" ? "primary" : "secondary" };
}

function canGrow({ result }: Job, index: number, factor: number): boolean {
  const { widthPx = 0, heightPx = 0 } = result?.pictures[index] ?? {};
  return factor * Math.max(widthPx, heightPx) <= MAX_UPSCALED_PX;
}

function inRows(buttons: readonly MessageButton[]): MessageButton[][] {
  const rows = buttons.length <= MAX_BUTTONS_PER_ROW ? 1 : Math.ceil(buttons.length / EVEN_ROW);
  const perRow = Math.ceil(buttons.length / rows);
  return Array.from({ length: rows }, (_, row) => buttons.slice(row * perRow, (row + 1) * perRow));
}
