import { stat } from "node:fs/promises";
import type { Clock } from "../core/clock.ts";

export interface FileWatch {
  stop(): void;
}

/**
 * Looks at files every `everyMs` and says when one was written, replaced, made or removed; a list of paths may differ from look to look.
 * Looking works where file events do not: network drives, containers, files that editors replace.
 */
export function watchFiles(deps: {
  readonly files: () => readonly string[];
  readonly everyMs: number;
  readonly clock: Clock;
  /** The next look comes after it has settled; it must not reject. */
  readonly onChange: () => Promise<void>;
}): FileWatch {
  const { files, everyMs, clock, onChange } = deps;
  let stopped = false;
  let cancel: (() => void) | undefined;
  let known = marks();

  function marks(): Promise<string> {
    return Promise.all(files().map(markOf)).then((all) => all.join("\n"));
  }

  async function look(): Promise<void> {
    const [before, now] = [await known, await marks()];
    if (stopped || before === now) return;
    known = Promise.resolve(now);
    await onChange();
  }

  function repeat(): void {
    cancel = clock.after(everyMs, () => {
      void look().finally(() => {
        if (!stopped) repeat();
      });
    });
  }

  repeat();
  return {
    stop() {
      stopped = true;
      cancel?.();
    },
  };
}

/** Differs when the file differs, as far as one can tell without reading it. */
async function markOf(path: string): Promise<string> {
  try {
    const { mtimeMs, ctimeMs, size, ino } = await stat(path);
    return [path, mtimeMs, ctimeMs, size, ino].join(" ");
  } catch (error) {
    // A file that cannot be looked at is a mark, too: whoever reads it says what is wrong with it.
    return `${path} ${(error as NodeJS.ErrnoException).code ?? "unknown"}`;
  }
}
