import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { UserError, type ErrorParams, type UserErrorCode } from "../core/errors.ts";

/** What a child says, one JSON object a line; other lines are the runtime's own. */
export type TaskAnswer =
  | { readonly easel: "progress"; readonly share: number }
  | { readonly easel: "result"; readonly result: unknown }
  | { readonly easel: "refused"; readonly code: UserErrorCode; readonly params: ErrorParams }
  | { readonly easel: "failed"; readonly stack: string };

export interface RunChildOptions {
  /** Told how much of the work is done, 0 to 1. */
  readonly onProgress?: (share: number) => void;
  readonly env?: Readonly<Record<string, string>>;
}

const KEPT_ERROR_CHARS = 2000;

/**
 * Runs one of the child entries of this folder (compiled) on a request and returns what it answers: this process never loads
 * onnxruntime-node, and a model that crashes it is only an error here. Rejects with the child's UserError, or with an Error that holds the
 * child's stack or last words.
 */
export async function runChild(
  entry: "child-inspect" | "child-observe" | "child-compare" | "child-self-test",
  request: unknown,
  { onProgress = () => {}, env = {} }: RunChildOptions = {},
): Promise<unknown> {
  const path = fileURLToPath(new URL(`./${entry}.js`, import.meta.url));
  const child = spawn(process.execPath, [path], { stdio: ["pipe", "pipe", "pipe"], env });
  let answer: Exclude<TaskAnswer, { easel: "progress" }> | undefined;
  let lastWords = "";

  createInterface({ input: child.stdout }).on("line", (line) => {
    if (!line.startsWith('{"easel":')) return;
    const said = JSON.parse(line) as TaskAnswer;
    if (said.easel === "progress") onProgress(said.share);
    else answer = said;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    lastWords = (lastWords + text).slice(-KEPT_ERROR_CHARS);
  });
  // A child that died before it read its request is told by its exit.
  child.stdin.on("error", () => {});
  child.stdin.end(JSON.stringify(request));

  const how = await new Promise<string>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) =>
      resolve(signal === null ? `exit code ${code ?? "unknown"}` : `signal ${signal}`),
    );
  });
  if (!answer) throw new Error(`${entry} ended without an answer (${how}). ${lastWords.trim()}`);
  if (answer.easel === "refused") throw new UserError(answer.code, answer.params);
  if (answer.easel === "failed") throw new Error(answer.stack);
  return answer.result;
}
