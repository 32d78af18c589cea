import type { WriteStream } from "node:tty";
import type { PullProgress } from "../models/pull-model.ts";
import { formatBytes } from "./models-text.ts";

const BAR_CHARS = 24;
const REDRAW_MS = 100;
/** Where nothing can be redrawn (a log file), a line for every tenth. */
const PLAIN_SHARE = 0.1;

/** Shows a download: one line that is redrawn on a terminal, else a line for every tenth. */
export function createDownloadBar(
  output: Pick<WriteStream, "write"> & { readonly isTTY?: boolean; readonly columns?: number },
) {
  let drawnAt = -Infinity;
  let shownShare = -1;

  return {
    update(progress: PullProgress): void {
      const share = progress.totalBytes === 0 ? 1 : progress.doneBytes / progress.totalBytes;
      if (!output.isTTY) {
        if (share < 1 && share - shownShare < PLAIN_SHARE) return;
        if (share === shownShare) return;
        shownShare = share;
        output.write(`${describe(progress, share)}\n`);
        return;
      }
      const now = performance.now();
      if (share < 1 && now - drawnAt < REDRAW_MS) return;
      drawnAt = now;
      const full = Math.round(share * BAR_CHARS);
      const line = `[${"#".repeat(full)}${"-".repeat(BAR_CHARS - full)}] ${describe(progress, share)}`;
      output.write(`\r\x1b[K${line.slice(0, (output.columns ?? 80) - 1)}`);
    },
    end(): void {
      if (output.isTTY) output.write("\r\x1b[K");
    },
  };
}

function describe({ path, doneBytes, totalBytes }: PullProgress, share: number): string {
  return `${Math.floor(share * 100)} %  ${formatBytes(doneBytes)} of ${formatBytes(totalBytes)}  ${path}`;
}
