import type { Clock } from "../../core/clock.ts";
import type { StatusUpdate } from "../../core/message.ts";
import { statusText } from "../../core/status-text.ts";

const MAX_BAR_CHARS = 24;
const MIN_BAR_CHARS = 4;
const REDRAW_MS = 100;
const PLAIN_REPEAT_MS = 10_000;

/** One line that says how a job is, at most `columns` characters: a bar where there are steps and room, the state in words, other jobs. */
export function progressLine(update: StatusUpdate, columns: number, others = 0): string {
  const { step, steps } = update;
  const text = statusText(update) + (others > 0 ? ` (${others} more waiting)` : "");
  const room = Math.min(MAX_BAR_CHARS, columns - text.length - 3);
  if (step === undefined || steps === undefined || steps === 0 || room < MIN_BAR_CHARS) {
    return text.slice(0, Math.max(0, columns));
  }
  const full = Math.round((Math.min(step, steps) / steps) * room);
  return `[${"#".repeat(full)}${"-".repeat(room - full)}] ${text}`;
}

export interface ProgressBar {
  update(update: StatusUpdate): void;
  /** The job has its answer. */
  done(job: string): void;
  /** Jobs without an answer yet, the running ones first, then in the order they came. */
  jobs(): readonly StatusUpdate[];
}

/**
 * Shows the state of all unanswered jobs. On a TTY one line is redrawn in place through `live` (undefined = nothing to show), at most ten times a
 * second; elsewhere `print` gets a line for each new state and one every ten seconds.
 */
export function createProgressBar(deps: {
  readonly tty: boolean;
  readonly clock: Clock;
  readonly columns: () => number;
  readonly live: (line: string | undefined) => void;
  readonly print: (line: string) => void;
}): ProgressBar {
  const { clock } = deps;
  const open = new Map<string, StatusUpdate>();
  const answered = new Set<string>();
  const printed = new Map<string, { state: StatusUpdate["state"]; at: number }>();
  let drawnAt = -Infinity;
  let cancelRedraw: (() => void) | undefined;

  const jobs = (): StatusUpdate[] => [...open.values()].sort((a, b) => rank(a) - rank(b));

  const redraw = (): void => {
    cancelRedraw?.();
    cancelRedraw = undefined;
    drawnAt = clock.now();
    const [first, ...others] = jobs();
    deps.live(first && progressLine(first, deps.columns(), others.length));
  };

  const redrawSoon = (): void => {
    const waitMs = drawnAt + REDRAW_MS - clock.now();
    if (waitMs <= 0) redraw();
    else cancelRedraw ??= clock.after(waitMs, redraw);
  };

  const printLine = (update: StatusUpdate): void => {
    const last = printed.get(update.job);
    if (last?.state === update.state && clock.now() - last.at < PLAIN_REPEAT_MS) return;
    printed.set(update.job, { state: update.state, at: clock.now() });
    deps.print(`${update.job}: ${statusText(update)}`);
  };

  return {
    update(update) {
      // Updates and answers travel separately: one that comes late must not bring a finished job back.
      if (answered.has(update.job)) return;
      open.set(update.job, update);
      if (deps.tty) redrawSoon();
      else printLine(update);
    },
    done(job) {
      answered.add(job);
      printed.delete(job);
      if (open.delete(job) && deps.tty) redraw();
    },
    jobs,
  };
}

const rank = ({ state }: StatusUpdate): number => (state === "queued" ? 1 : 0);
