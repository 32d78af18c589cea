import type { IncomingMessage, ServerResponse } from "node:http";
import { asObject } from "../discord/json.ts";
import type { Fault, FaultTable } from "./faults.ts";
import type { Files } from "./files.ts";
import { typeOf } from "./files.ts";
import type { Grants } from "./grants.ts";
import type { OAuth } from "./oauth.ts";
import { readUpload } from "./read-upload.ts";
import type { RecordedRequest, RequestLog } from "./request-log.ts";
import type { ResponseUrls } from "./response-urls.ts";
import type { ServiceClock } from "./service-clock.ts";
import { SlackError } from "./slack-error.ts";
import { tokenOf, type WebApi } from "./web-api.ts";

interface Answer {
  readonly status: number;
  readonly body: string | Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

const MAINTENANCE = "<!DOCTYPE html><html><body>Something went wrong. This is Slack's edge.</body></html>";
const json = (value: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Answer => ({
  status,
  body: JSON.stringify(value),
  headers: { "content-type": "application/json; charset=utf-8", ...headers },
});
const plain = (body: string, status = 200): Answer => ({ status, body, headers: { "content-type": "text/plain" } });

/** Everything that Slack answers over HTTP: /api, uploads, files, response_urls and the page that installs the app. */
export function createHttpServer(deps: {
  readonly clock: ServiceClock;
  readonly webApi: WebApi;
  readonly files: Files;
  readonly grants: Grants;
  readonly oauth: OAuth;
  readonly responseUrls: ResponseUrls;
  readonly faults: FaultTable;
  readonly log: RequestLog;
}): (incoming: IncomingMessage, response: ServerResponse, url: URL) => Promise<void> {
  const { files, log } = deps;

  async function body(incoming: IncomingMessage): Promise<Buffer> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
    return Buffer.concat(chunks);
  }

  function serveFile(id: string, authorization: string, toLogin: string): Answer {
    const file = files.get(id);
    const token = tokenOf(authorization);
    const login = { status: 302, body: "", headers: { location: toLogin } };
    if (!file || token === undefined) return login;
    try {
      const grant = deps.grants.require(token);
      files.require(id, grant.userId);
      if (!grant.scopes.includes("files:read")) return login;
    } catch (error) {
      if (error instanceof SlackError) return login;
      throw error;
    }
    return { status: 200, body: file.bytes!, headers: { "content-type": typeOf(file).mimetype } };
  }

  async function upload(id: string, incoming: IncomingMessage): Promise<Answer> {
    const bytes = await readUpload(incoming);
    const file = files.get(id);
    if (!file || file.processedAtMs !== undefined) return plain("File not found", 404);
    if (bytes.length !== file.lengthBytes) return plain(`Expected ${file.lengthBytes} bytes, got ${bytes.length}`, 400);
    file.bytes = bytes;
    return plain(`OK - ${bytes.length}`);
  }

  function answerAtUrl(path: string, given: string): Answer {
    try {
      deps.responseUrls.answer(path, given);
      return plain("ok");
    } catch (error) {
      if (!(error instanceof SlackError)) throw error;
      log.error(error.code);
      if (!["used_url", "expired_url"].includes(error.code))
        log.note({ method: path, message: `${error.code} ${JSON.stringify(error.fields)}`, refused: true });
      const status = ["used_url", "expired_url"].includes(error.code) ? 404 : error.code === "no_text" ? 500 : 400;
      return json({ ok: false, error: error.code, ...error.fields }, status);
    }
  }

  function install(url: URL): Answer {
    try {
      return { status: 302, body: "", headers: { location: deps.oauth.authorize(url.searchParams) } };
    } catch (error) {
      if (error instanceof SlackError) return plain(error.code, 400);
      throw error;
    }
  }

  function work(method: string, incoming: IncomingMessage, url: URL, request: RecordedRequest): () => Promise<Answer> {
    const authorization = incoming.headers.authorization ?? "";
    return async () => {
      const { pathname } = url;
      if (pathname.startsWith("/upload/v1/")) return upload(pathname.slice("/upload/v1/".length), incoming);
      const fileId = /^\/files-pri\/[^-]+-([^/]+)\//.exec(pathname)?.[1];
      if (fileId !== undefined) return serveFile(fileId, authorization, `/login?redir=${encodeURIComponent(pathname)}`);
      if (pathname === "/login")
        return { status: 200, body: "<!DOCTYPE html><title>Sign in</title>", headers: { "content-type": "text/html" } };
      if (pathname === "/oauth/v2/authorize") return install(url);
      const given = (await body(incoming)).toString("utf8");
      if (/^\/(commands|actions)\//.test(pathname)) {
        Object.assign(request.args, asObject(parsedOrText(given)));
        return answerAtUrl(pathname, given);
      }
      if (!pathname.startsWith("/api/")) return plain("Not found", 404);
      const contentType = incoming.headers["content-type"] ?? "";
      const asked = { method, query: url.searchParams, contentType, authorization, body: given };
      Object.assign(request, deps.webApi.read(asked));
      const answer = deps.webApi.call(asked);
      return json(answer.body, answer.status, answer.headers);
    };
  }

  return async (incoming, response, url) => {
    const method = url.pathname.startsWith("/api/") ? url.pathname.slice("/api/".length) : url.pathname;
    const request: RecordedRequest = { atMs: deps.clock.now(), method, args: {}, token: undefined };
    log.begin(request);
    const fault = deps.faults.take(method);
    const end = (answer: Answer) => {
      response.writeHead(answer.status, { ...answer.headers, "x-slack-req-id": "simulated" });
      response.end(answer.body);
      log.end(request, answer.status, readable(answer));
    };
    const run = work(method, incoming, url, request);
    await bend(fault, run, end, (what) => {
      log.end(request, what);
      if (what !== "hang") incoming.socket.destroy();
    });
  };

  async function bend(
    fault: Fault | undefined,
    run: () => Promise<Answer>,
    end: (answer: Answer) => void,
    broken: (what: "hang" | "reset-before" | "reset-after-processing") => void,
  ): Promise<void> {
    switch (fault?.kind) {
      case undefined:
        return end(await run());
      case "hang":
      case "reset-before":
        return broken(fault.kind);
      case "reset-after-processing":
        await run();
        return broken(fault.kind);
      case "slow": {
        const answer = await run();
        deps.clock.after(fault.delayMs, () => end(answer), { keepAlive: true });
        return;
      }
      case "error":
        return end(json({ ok: false, error: fault.error }));
      case "malformed":
        return end({ status: 200, body: '{"ok":true,"chan', headers: { "content-type": "application/json" } });
      case "ratelimit":
        return end(json({ ok: false, error: "ratelimited" }, 429, { "retry-after": String(fault.retryAfterS) }));
      case "status":
        return end({
          status: fault.status,
          body: fault.body ?? MAINTENANCE,
          headers: { "content-type": fault.contentType ?? "text/html; charset=utf-8" },
        });
    }
  }
}

function readable({ body, headers }: Answer): unknown {
  if (typeof body !== "string") return { bytes: body.length };
  return headers["content-type"]?.startsWith("application/json") ? parsedOrText(body) : body;
}

function parsedOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}
