import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { UserError } from "../core/errors.ts";
import type { HealthReport } from "../core/health.ts";
import type { Logger } from "../core/logger.ts";

export interface HealthServer {
  /** Resolves to the port. Rejects with UserError port-unusable. */
  listen(): Promise<number>;
  close(): Promise<void>;
}

/** Who asks is a machine; what asks longer than this is none. */
const REQUEST_TIMEOUT_MS = 5000;

/**
 * Three pages for whoever watches the program: `/livez` (the process answers), `/readyz` (200 while it serves people, else 503) and `/health`
 * (every part with a sentence; 503 when one is down).
 */
export function createHealthServer(deps: {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly report: () => Promise<HealthReport>;
  readonly log: Logger;
}): HealthServer {
  const server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS }, (request, response) => {
    if (request.method !== "GET" && request.method !== "HEAD") return answer(response, 405, { error: "GET only" });
    const page = PAGES[new URL(request.url ?? "/", "http://health").pathname];
    if (!page) return answer(response, 404, { pages: Object.keys(PAGES) });
    page(deps.report).then(
      ({ status, body }) => answer(response, status, body),
      (error: unknown) => {
        deps.log.error("the program cannot say how it is", { error });
        answer(response, 503, { state: "down" });
      },
    );
  });

  return {
    async listen() {
      await new Promise<void>((resolve, reject) => {
        server.once("error", (error) =>
          reject(new UserError("port-unusable", { name: "HEALTH_PORT", port: deps.port, reason: error.message })),
        );
        server.listen(deps.port, deps.host, resolve);
      });
      // It tells of the program and does not keep it.
      server.unref();
      return (server.address() as AddressInfo).port;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

type Page = (report: () => Promise<HealthReport>) => Promise<{ readonly status: number; readonly body: unknown }>;

const PAGES: Readonly<Record<string, Page>> = {
  "/livez": async () => ({ status: 200, body: { state: "ok" } }),
  "/readyz": async (report) => {
    const { state, parts } = await report();
    const isServing = Object.entries(parts).map(([name, part]) => [name, part.state !== "down"]);
    return { status: statusOf(state), body: { ready: state !== "down", parts: Object.fromEntries(isServing) } };
  },
  "/health": async (report) => {
    const { state, parts } = await report();
    return { status: statusOf(state), body: { state, parts } };
  },
};

function statusOf(state: HealthReport["state"]): number {
  return state === "down" ? 503 : 200;
}

/** Node leaves the body out where it was asked for the head alone. */
function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json", "cache-control": "no-store" });
  response.end(`${JSON.stringify(body)}\n`);
}
