import { encodeButtonId } from "./button-id.ts";
import type { Job, JobPicture, JobState } from "./job.ts";
import { notice, type Message, type MessageButton, type MessagePicture } from "./message.ts";
import { excerpt, quoteText } from "./plain-text.ts";
import { formatDuration, statusButtons } from "./status-text.ts";

/** Beyond this, “Upscale” is not offered again. */
const MAX_UPSCALED_PX = 4096;

/** Discord's limit; what does not fit one row goes into rows of four, so that eight pictures have 4 + 4. */
const MAX_BUTTONS_PER_ROW = 5;
const EVEN_ROW = 4;

/**
 * The answer of a job in its present state: the one terminal message that the outbox delivers, and what /show says. The actions of its
 * buttons are files in commands/buttons/.
 */
export function composeAnswer(job: Job): Message {
  return ANSWERS[job.state](job);
}

const ANSWERS: Readonly<Record<JobState, (job: Job) => Message>> = {
  queued: (job) => answer(job, "notice", "This one is waiting.", statusButtons(job.id)),
  running: (job) => answer(job, "notice", "This one is being drawn.", statusButtons(job.id)),
  rendered: composeResult,
  delivered: composeResult,
  failed: (job) =>
    answer(job, "error", job.failure?.message ?? "This one failed.", [[button(job, "retry", "Retry", "retry")]]),
  refused: (job) => answer(job, "error", job.failure?.message ?? "This one was refused."),
  cancelled: (job) => answer(job, "notice", isByOther(job) ? "Cancelled by a moderator." : "Cancelled."),
};

function composeResult(job: Job): Message {
  const { request, result } = job;
  const pictures = result?.pictures ?? [];
  const notes = new Set([...request.notes, ...(result?.notes ?? [])]);
  const styles = pictures.some(({ style }) => style !== undefined) ? [recipeText(pictures)] : [];
  return {
    ...notice([title(job), ...styles, ...notes].join("\n"), { kind: "result", private: request.private }),
    footer: footerText(job),
    pictures: pictures.map((picture, index) => toMessagePicture(job, picture, index)),
    buttons: resultButtons(job),
  };
}

function answer(job: Job, kind: Message["kind"], text: string, buttons: Message["buttons"] = []): Message {
  return { ...notice(`${title(job)}\n${text}`, { kind, private: job.request.private }), buttons };
}

function title({ request }: Job): string {
  return `**${quoteText(request.prompt)}**`;
}

/** AI-generated · easel-v0 · seed 7 · 12 steps · 0.8 s */
export function footerText({ id, request, result }: Job): string {
  const seed = result?.pictures[0]?.seed ?? request.pictures[0]?.seed;
  const parts = [
    "AI-generated",
    request.model,
    ...(seed === undefined ? [] : [`seed ${seed}`]),
    ...(request.mode === "upscale" ? [`${request.factor ?? 1}x`] : [`${request.steps} steps`]),
    ...(result ? [formatDuration(result.timings.totalMs)] : []),
    id,
  ];
  return parts.join(" · ");
}

/** What each picture drew: “1 noto · 2 fluent-3d”. */
function recipeText(pictures: readonly JobPicture[]): string {
  const only = pictures.length === 1;
  return pictures.map(({ style }, i) => (only ? (style ?? "") : `${i + 1} ${style ?? "–"}`)).join(" · ");
}

function toMessagePicture(job: Job, picture: JobPicture, index: number): MessagePicture {
  const { blob, widthPx, heightPx } = picture;
  return {
    blob,
    widthPx,
    heightPx,
    fileName: pictureFileName(job, index),
    altText: picture.altText === "" ? `AI-generated image: ${excerpt(picture.prompt, 400)}` : picture.altText,
    spoiler: picture.spoiler || job.request.spoiler === true,
  };
}

const EXTENSIONS: Readonly<Record<string, string>> = {
  "image/png": "png",
  "image/webp": "webp",
  "image/jpeg": "jpg",
};

/** easel-k3f9x2ab-1.png: ids are letters and digits, so nothing a person wrote gets into a file name. */
export function pictureFileName(job: Job, index: number): string {
  const type = job.result?.pictures[index]?.blob.mimeType ?? "image/png";
  return `easel-${job.id.replaceAll(/[^a-z0-9]/g, "")}-${index + 1}.${EXTENSIONS[type] ?? "png"}`;
}

function resultButtons(job: Job): readonly (readonly MessageButton[])[] {
  const pictures = job.result?.pictures ?? [];
  const [first] = pictures;
  if (!first) return [[button(job, "reroll", "Reroll", "reroll")]];
  const canGrow = 2 * Math.max(first.widthPx, first.heightPx) <= MAX_UPSCALED_PX;
  const upscale = (label: string, index: number): MessageButton =>
    button(job, "upscale", label, `u${index + 1}`, index);

  const report = button(job, "report", "Report", "report");
  if (job.request.mode === "upscale") return [[...(canGrow ? [upscale("Upscale", 0)] : []), report]];
  const last = [button(job, "reroll", "Reroll", "reroll"), button(job, "edit", "Edit", "edit"), report];
  if (pictures.length === 1) {
    const vary = [
      button(job, "variation", "Vary (strong)", "v1", 0),
      button(job, "variation-subtle", "Vary (subtle)", "s1", 0),
    ];
    return [[...(canGrow ? [upscale("Upscale", 0)] : []), ...vary], last];
  }
  return [
    ...(canGrow ? inRows(pictures.map((_, index) => upscale(`U${index + 1}`, index))) : []),
    ...inRows(pictures.map((_, index) => button(job, "variation", `V${index + 1}`, `v${index + 1}`, index))),
    last,
  ];
}

function button(job: Job, action: string, label: string, shortcut: string, index?: number): MessageButton {
  const id = encodeButtonId({ action, job: job.id, ...(index === undefined ? {} : { index }) });
  return { id, label, shortcut, style: action === "retry" ? "primary" : "secondary" };
}

function inRows(buttons: readonly MessageButton[]): MessageButton[][] {
  const rows = buttons.length <= MAX_BUTTONS_PER_ROW ? 1 : Math.ceil(buttons.length / EVEN_ROW);
  const perRow = Math.ceil(buttons.length / rows);
  return Array.from({ length: rows }, (_, row) => buttons.slice(row * perRow, (row + 1) * perRow));
}

function isByOther(job: Job): boolean {
  return job.cancelledBy !== undefined && job.cancelledBy !== job.person.id;
}
