import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createConnection } from "node:net";
import { onTestFinished } from "vitest";
import { freePort } from "./free-port.ts";
import { needs } from "./needs.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** Whether there is a redis-server; an error in CI, where .ci/run installs it. */
export function hasRedis(): boolean {
  return needs("redis-server");
}

export interface RedisServer {
  readonly url: string;
  readonly port: number;
  /** What it answers, in its own protocol. */
  command(...parts: readonly string[]): Promise<string>;
  /** Ends it as a crash does. What it took is in its files. */
  kill(): Promise<void>;
  freeze(): void;
  thaw(): void;
  /** Starts it again at the same port. */
  start(): Promise<void>;
}

/** A real redis-server of one's own on 127.0.0.1, with its files in `folder`. It ends with `close`. */
export async function startRedis(folder: string): Promise<RedisServer & { close(): Promise<void> }> {
  const port = await freePort();
  let server: ChildProcess | undefined;

  async function start(): Promise<void> {
    const args = ["--bind", "127.0.0.1", "--port", String(port), "--save", "", "--appendonly", "yes", "--dir", folder];
    server = spawn("redis-server", args, { stdio: "ignore" });
    for (;;) {
      try {
        if ((await command("PING")).startsWith("+PONG")) return;
      } catch {
        // It does not listen yet.
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async function command(...parts: readonly string[]): Promise<string> {
    const socket = createConnection(port, "127.0.0.1");
    socket.write(`*${parts.length}\r\n${parts.map((part) => `$${Buffer.byteLength(part)}\r\n${part}\r\n`).join("")}`);
    try {
      const [answer] = (await once(socket, "data")) as [Buffer];
      return answer.toString();
    } finally {
      socket.destroy();
    }
  }

  async function kill(): Promise<void> {
    if (!server || server.exitCode !== null || server.signalCode !== null) return;
    const gone = once(server, "exit");
    server.kill("SIGKILL");
    await gone;
  }

  await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    command,
    kill,
    freeze: () => void server?.kill("SIGSTOP"),
    thaw: () => void server?.kill("SIGCONT"),
    start,
    close: kill,
  };
}

/** The same, for one test. */
export async function redisForTest(): Promise<RedisServer> {
  const server = await startRedis(temporaryFolder());
  onTestFinished(() => server.close());
  return server;
}
