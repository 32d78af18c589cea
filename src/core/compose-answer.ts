import { pictureOf } from "./follow-up-requests.ts";
import type { Job, JobPicture, JobState } from "./job.ts";
import { notice, type Message, type MessagePicture } from "./message.ts";
import type { ErrorParams } from "./errors.ts";
import type { ModelLibrary } from "./model.ts";
import { excerpt, quoteText } from "./plain-text.ts";
import { jobButton, pictureButtons, resultButtons } from "./result-buttons.ts";
import { formatDuration, statusButtons } from "./status-text.ts";
import { ENGLISH, type TextKey } from "./texts/english.ts";
import { errorText, localeOf, localText, textOf } from "./texts/text.ts";

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
  queued: (job) => answer(job, "notice", say(job, "answer.waiting"), statusButtons(job.id, localeOf(job.address))),
  running: (job) => answer(job, "notice", say(job, "answer.drawing"), statusButtons(job.id, localeOf(job.address))),
  rendered: composeResult,
  delivered: composeResult,
  failed: (job) =>
    answer(job, "error", failureText(job, "answer.failed"), [
      [jobButton(job, "retry", say(job, "button.retry"), "retry")],
    ]),
  refused: (job) => answer(job, "error", failureText(job, "answer.refused")),
  cancelled: (job) =>
    answer(job, "notice", say(job, isByOther(job) ? "answer.cancelled-by-moderator" : "answer.cancelled")),
};

function composeResult(job: Job, models?: Pick<ModelLibrary, "list">): Message {
  const { request, result } = job;
  const pictures = result?.pictures ?? [];
  const locale = localeOf(job.address);
  const notes = new Set([...request.notes, ...(result?.notes ?? [])].map((note) => localText(note, locale)));
  const styles = pictures.some(({ style }) => style !== undefined) ? [stylesText(job, pictures, models)] : [];
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

function title(job: Job): string {
  const { prompt, mode } = job.request;
  return `**${prompt.trim() === "" ? say(job, `title.${mode}`) : quoteText(prompt)}**`;
}

function say({ address }: Job, key: TextKey, params: ErrorParams = {}): string {
  return textOf(localeOf(address), key, params);
}

function failureText(job: Job, otherwise: TextKey): string {
  return job.failure ? errorText(job.failure, localeOf(job.address)) : say(job, otherwise);
}

/** AI-generated · easel-v0 · seed 7 · 12 steps · 0.8 s */
export function footerText(job: Job): string {
  const { id, request, result } = job;
  const seed = result?.pictures[0]?.seed ?? request.pictures[0]?.seed;
  const parts = [
    say(job, "caption.ai"),
    request.model,
    ...(seed === undefined ? [] : [say(job, "caption.seed", { seed })]),
    request.mode === "upscale" ? `${request.factor ?? 1}x` : say(job, "caption.steps", { steps: request.steps }),
    ...(result ? [formatDuration(result.timings.totalMs)] : []),
    id,
  ];
  return parts.join(" · ");
}

/** What each picture drew, as people type it: “1 emoji · 2 3d”; what all drew alike is said once. */
function stylesText(job: Job, pictures: readonly JobPicture[], models?: Pick<ModelLibrary, "list">): string {
  const known = models?.list().find(({ id }) => id === job.request.model)?.vocabulary?.styles ?? {};
  const names = pictures.map(({ style = "–" }) => known[style]?.[0] ?? style);
  if (names.every((name) => name === names[0])) return names[0] ?? "";
  return names.map((name, i) => `${i + 1} ${name}`).join(" · ");
}

function toMessagePicture(job: Job, picture: JobPicture, index: number): MessagePicture {
  const { blob, widthPx, heightPx } = picture;
  return {
    blob,
    widthPx,
    heightPx,
    fileName: pictureFileName(job, index),
    altText: altText(job, picture),
    spoiler: picture.spoiler || job.request.spoiler === true,
  };
}

/** What the file says of itself, in the language of whoever asked. */
function altText(job: Job, { altText, prompt }: JobPicture): string {
  const [beforePrompt] = ENGLISH["caption.alt"].split("{prompt}");
  if (altText !== "" && !altText.startsWith(beforePrompt!)) return altText;
  const shown = altText === "" ? excerpt(prompt, MAX_ALT_PROMPT_CHARS) : altText.slice(beforePrompt!.length);
  return say(job, "caption.alt", { prompt: shown });
}

const MAX_ALT_PROMPT_CHARS = 400;

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
