import { encodeButtonId } from "./button-id.ts";
import type { ErrorParams } from "./errors.ts";
import type { MessageButton, StatusUpdate } from "./message.ts";
import type { TextKey } from "./texts/english.ts";
import { textOf } from "./texts/text.ts";

/** A running job's state in a few words, without markup: “3 ahead of you, about 12 s”. */
export function statusText(update: Omit<StatusUpdate, "job" | "buttons">): string {
  const { etaMs, locale } = update;
  const status = stateText(update);
  const isWait = update.state === "queued" || update.state === "running";
  if (!isWait || etaMs === undefined || etaMs <= 0) return status;
  return textOf(locale, "status.about", { status, time: formatDuration(etaMs) });
}

function stateText({ state, ahead, step, steps, locale }: Omit<StatusUpdate, "job" | "buttons">): string {
  const say = (key: TextKey, params: ErrorParams = {}): string => textOf(locale, key, params);
  const isCounted = step !== undefined && steps !== undefined;
  const texts = {
    queued:
      ahead === undefined
        ? say("status.waiting")
        : ahead === 0
          ? say("status.next")
          : say("status.ahead", { count: ahead }),
    running: isCounted ? say("status.step", { step, steps }) : say("status.drawing"),
    loading: say("status.loading"),
    finishing: say("status.finishing"),
  } satisfies Record<StatusUpdate["state"], string>;
  return texts[state];
}

/** What one can press while a job waits or runs. */
export function statusButtons(job: string, locale?: string): readonly (readonly MessageButton[])[] {
  const id = encodeButtonId({ action: "cancel", job });
  return [[{ id, label: textOf(locale, "button.cancel"), shortcut: "cancel", style: "secondary" }]];
}

/** 0.8 s, 12 s, 3 min, 1 h 5 min: two figures are enough for people. */
export function formatDuration(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  if (seconds < 99.5) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
