import { pictureOf } from "./follow-up-requests.ts";
import type { Job, JobPicture, JobState } from "./job.ts";
import { notice, type Message, type MessagePicture } from "./message.ts";
import { MODE_TITLES } from "./mode-phrases.ts";
import type { ModelLibrary } from "./model.ts";
import { excerpt, quoteText } from "./plain-text.ts";
import { jobButton, pictureButtons, resultButtons } from "./result-buttons.ts";
import { formatDuration, statusButtons } from "./status-text.ts";

/**
 * The answer of a job in its present state: the one terminal message that the outbox delivers, and what /show says. What its model cannot do
 * is not offered; without `models`, only what every model can.
 */
export function composeAnswer(job: Job, models?: Pick<ModelLibrary, "list">): Message {
  return ANSWERS[job.state](job, models);
}

/** One finished picture alone, for one person, with everything that can be done with it. */
export function composePicture(job: Job, index: number, models: Pick<ModelLibrary, "list">): Message {
  const picture = pictureOf(job, index).picture;
  return {
    ...notice(`${title(job)} · ${index + 1}`, { kind: "result" }),
    footer: footerText(job),
    pictures: [toMessagePicture(job, picture, index)],
    buttons: pictureButtons(job, index, models),
  };
}

const ANSWERS: Readonly<Record<JobState, (job: Job, models?: Pick<ModelLibrary, "list">) => Message>> = {
  queued: (job) => answer(job, "notice", "This one is waiting.", statusButtons(job.id)),
  running: (job) => answer(job, "notice", "This one is being drawn.", statusButtons(job.id)),
  rendered: composeResult,
  delivered: composeResult,
  failed: (job) =>
    answer(job, "error", job.failure?.message ?? "This one failed.", [[jobButton(job, "retry", "Retry", "retry")]]),
  refused: (job) => answer(job, "error", job.failure?.message ?? "This one was refused."),
  cancelled: (job) => answer(job, "notice", isByOther(job) ? "Cancelled by a moderator." : "Cancelled."),
};

function composeResult(job: Job, models?: Pick<ModelLibrary, "list">): Message {
  const { request, result } = job;
  const pictures = result?.pictures ?? [];
  const notes = new Set([...request.notes, ...(result?.notes ?? [])]);
  const styles = pictures.some(({ style }) => style !== undefined) ? [recipeText(pictures)] : [];
  return {
    ...notice([title(job), ...styles, ...notes].join("\n"), { kind: "result", private: request.private }),
    footer: footerText(job),
    pictures: pictures.map((picture, index) => toMessagePicture(job, picture, index)),
    buttons: resultButtons(job, models),
  };
}

function answer(job: Job, kind: Message["kind"], text: string, buttons: Message["buttons"] = []): Message {
  return { ...notice(`${title(job)}\n${text}`, { kind, private: job.request.private }), buttons };
}

function title({ request: { prompt, mode } }: Job): string {
  return `**${prompt.trim() === "" ? MODE_TITLES[mode] : quoteText(prompt)}**`;
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

function isByOther(job: Job): boolean {
  return job.cancelledBy !== undefined && job.cancelledBy !== job.person.id;
}
