import { fork } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import type { Logger } from "../core/logger.ts";
import type { ChildMessage, ParentMessage } from "./protocol.ts";

/** How a child ended; a signal or the code 134 (native abort) is nothing unusual for native inference. */
export interface ExitReport {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The end of what it wrote to standard error. */
  readonly lastLines: readonly string[];
}

/** One life of a device's child process. */
export interface DeviceProcess {
  readonly pid: number | undefined;
  send(message: ParentMessage): void;
  /** SIGKILL: works also on a stopped or looping process. */
  kill(): void;
}

const KEPT_LINES = 20;

/**
 * Forks the child: minimal environment, no inherited Node flags, pictures as bytes (structured clone), output into the log. `onExit` is
 * called exactly once, after the last message.
 */
export function forkDevice(deps: {
  entry: string;
  env: Readonly<Record<string, string>>;
  log: Logger;
  onMessage: (message: ChildMessage) => void;
  onDisconnect: () => void;
  onExit: (report: ExitReport) => void;
}): DeviceProcess {
  const child = fork(deps.entry, [], {
    env: deps.env,
    execArgv: [],
    serialization: "advanced",
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  const lastLines: string[] = [];
  let ended = false;

  function end(code: number | null, signal: NodeJS.Signals | null): void {
    if (ended) return;
    ended = true;
    deps.onExit({ code, signal, lastLines });
  }

  forEachLine(child.stdout, (line) => deps.log.info("device output", { line }));
  forEachLine(child.stderr, (line) => {
    lastLines.push(line);
    if (lastLines.length > KEPT_LINES) lastLines.shift();
    deps.log.warn("device output", { line });
  });
  child.on("message", (message) => deps.onMessage(message as ChildMessage));
  child.on("disconnect", () => {
    if (!ended) deps.onDisconnect();
  });
  // The process could not be started: there is no other event then.
  child.on("error", (error) => {
    lastLines.push(error.message);
    if (child.pid === undefined) end(null, null);
  });
  // "close" and not "exit": its last words have been read by then.
  child.on("close", end);

  return {
    pid: child.pid,
    send: (message) => {
      child.send(message, (error) => {
        // The channel closes only with the process; the exit is reported by "close".
        if (error) deps.log.debug("device did not get a message", { type: message.type, error });
      });
    },
    kill: () => void child.kill("SIGKILL"),
  };
}

/** Why a child ended, as a phrase for the log and for /health. */
export function describeExit({ code, signal, lastLines }: ExitReport): string {
  const how = signal === null ? `exit code ${code ?? "unknown"}` : `signal ${signal}`;
  const telling = lastLines.findLast((line) => /error|what\(\)|fatal|assert/i.test(line)) ?? lastLines.at(-1);
  return telling === undefined ? how : `${how}: ${telling.trim()}`;
}

function forEachLine(stream: Readable | null, onLine: (line: string) => void): void {
  if (stream) createInterface({ input: stream }).on("line", onLine);
}
