import { encodeButtonId } from "./button-id.ts";
import type { MessageButton, StatusUpdate } from "./message.ts";

/** A running job's state in a few words, without markup: “3 ahead of you, about 12 s”. */
export function statusText({ state, ahead, etaMs, step, steps }: Omit<StatusUpdate, "job" | "buttons">): string {
  const wait = etaMs === undefined || etaMs <= 0 ? "" : `, about ${formatDuration(etaMs)}`;
  const place = ahead === undefined ? "Waiting" : ahead === 0 ? "Next in line" : `${ahead} ahead of you`;
  const progress = step === undefined || steps === undefined ? "" : `: step ${step} of ${steps}`;
  const texts = {
    queued: `${place}${wait}`,
    loading: "Loading the model",
    running: `Drawing${progress}${wait}`,
    finishing: "Finishing",
  } satisfies Record<StatusUpdate["state"], string>;
  return texts[state];
}

/** What one can press while a job waits or runs. */
export function statusButtons(job: string): readonly (readonly MessageButton[])[] {
  const id = encodeButtonId({ action: "cancel", job });
  return [[{ id, label: "Cancel", shortcut: "cancel", style: "secondary" }]];
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
