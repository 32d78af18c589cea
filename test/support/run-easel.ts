import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const builtEntry = fileURLToPath(new URL("../../dist/src/cli/easel.js", import.meta.url));

/** The real, compiled program as a child process: `easel <args>` in `cwd`, with only the given settings. */
export function startEasel(
  args: readonly string[],
  options: { readonly cwd: string; readonly env?: Readonly<Record<string, string>>; readonly entry?: string },
): ChildProcessWithoutNullStreams {
  return spawn(process.execPath, [options.entry ?? builtEntry, ...args], {
    cwd: options.cwd,
    env: {
      PATH: process.env["PATH"],
      HOME: options.cwd,
      LOG_LEVEL: "error",
      DEFAULT_MODEL: "easel-v0",
      // What most tests look at is one picture.
      DEFAULT_COUNT: "1",
      ...options.env,
    },
    stdio: "pipe",
  });
}

/** Runs it to its end with `input` as standard input. */
export async function runEasel(
  args: readonly string[],
  options: {
    readonly cwd: string;
    readonly env?: Readonly<Record<string, string>>;
    readonly input?: string;
    readonly entry?: string;
  },
): Promise<{ code: number | null; out: string; err: string }> {
  const child = startEasel(args, options);
  let out = "";
  let err = "";
  child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (err += chunk.toString()));
  child.stdin.end(options.input ?? "");
  const [code] = (await once(child, "close")) as [number | null];
  return { code, out, err };
}
