import { text } from "node:stream/consumers";
import { UserError } from "../core/errors.ts";
import type { TaskAnswer } from "./run-child.ts";

/**
 * Serves one request in a process of its own (see run-child.ts): JSON on standard input, an answer as the last line of standard output.
 * Steps of long work are told with `onProgress` (0 to 1).
 */
export async function serveTask(
  work: (request: unknown, onProgress: (share: number) => void) => Promise<unknown>,
): Promise<void> {
  const request = JSON.parse(await text(process.stdin)) as unknown;
  try {
    tell({ easel: "result", result: await work(request, (share) => tell({ easel: "progress", share })) });
  } catch (error) {
    if (error instanceof UserError) tell({ easel: "refused", code: error.code, params: error.params });
    else tell({ easel: "failed", stack: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
}

function tell(answer: TaskAnswer): void {
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
