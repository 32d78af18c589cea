import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import { asObject, type JsonObject } from "../discord/json.ts";
import type { CustomEmoji } from "./custom-emoji.ts";
import type { FaultTable } from "./faults.ts";
import { type Files, typeOf } from "./files.ts";
import type { Grants } from "./grants.ts";
import { bend, html, type HttpAnswer, json, plain, redirect } from "./http-answer.ts";
import type { OAuth } from "./oauth.ts";
import { readUpload } from "./read-upload.ts";
import type { RecordedRequest, RequestLog } from "./request-log.ts";
import type { ResponseUrls } from "./response-urls.ts";
import type { ServiceClock } from "./service-clock.ts";
import { SlackError } from "./slack-error.ts";
import { tokenOf, type WebApi } from "./web-api.ts";

/** A route: what the log says was asked, and what is done for it. */
interface Route {
  readonly args: JsonObject;
  readonly token: string | undefined;
  readonly work: () => HttpAnswer | Promise<HttpAnswer>;
}

interface Incoming {
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Status of what goes wrong at a response_url: used up or too old, nothing to show, anything else. */
const URL_STATUS: Readonly<Record<string, number>> = { used_url: 404, expired_url: 404, no_text: 500 };

/** Everything that Slack answers over HTTP: /api, uploads, files, emoji, response_urls and the page that installs the app. */
export function createHttpServer(deps: {
  readonly clock: ServiceClock;
  readonly webApi: WebApi;
  readonly files: Files;
  readonly emoji: CustomEmoji;
  readonly grants: Grants;
  readonly oauth: OAuth;
  readonly responseUrls: ResponseUrls;
  readonly faults: FaultTable;
  readonly log: RequestLog;
}): (incoming: IncomingMessage, response: ServerResponse, url: URL) => Promise<void> {
  const { files, log } = deps;

  /** Without a good token Slack does not refuse a file: it leads to a page that signs people in. */
  function sendFile(id: string, token: string | undefined, path: string): HttpAnswer {
    const signIn = redirect(`/login?redir=${encodeURIComponent(path)}`);
    try {
      const grant = deps.grants.require(token ?? "");
      const file = files.require(id, grant.userId);
      if (!grant.scopes.includes("files:read")) return signIn;
      return { status: 200, body: file.bytes!, headers: { "content-type": typeOf(file).mimetype } };
    } catch (error) {
      if (error instanceof SlackError) return signIn;
      throw error;
    }
  }

  /** They lie at a host for everybody: a token that is sent there is lost. */
  function sendEmoji(path: string, token: string | undefined): HttpAnswer {
    if (token !== undefined) log.note({ method: path, message: "a token for what everybody may see", refused: false });
    const body = deps.emoji.at(path);
    return body ? { status: 200, body, headers: { "content-type": "image/png" } } : plain("Not found", 404);
  }

  async function upload(id: string, { headers, body }: Incoming): Promise<HttpAnswer> {
    const bytes = await readUpload(headers, body);
    const file = files.get(id);
    if (!file || file.processedAtMs !== undefined) return plain("File not found", 404);
    if (bytes.length !== file.lengthBytes) return plain(`Expected ${file.lengthBytes} bytes, got ${bytes.length}`, 400);
    file.bytes = bytes;
    return plain(`OK - ${bytes.length}`);
  }

  function answerAtUrl(path: string, given: string): HttpAnswer {
    try {
      deps.responseUrls.answer(path, given);
      return plain("ok");
    } catch (error) {
      if (!(error instanceof SlackError)) throw error;
      log.error(error.code);
      const status = URL_STATUS[error.code] ?? 400;
      if (status !== 404)
        log.note({ method: path, message: `${error.code} ${JSON.stringify(error.fields)}`, refused: true });
      return json({ ok: false, error: error.code, ...error.fields }, status);
    }
  }

  function install(query: URLSearchParams): HttpAnswer {
    try {
      return redirect(deps.oauth.authorize(query));
    } catch (error) {
      if (error instanceof SlackError) return plain(error.code, 400);
      throw error;
    }
  }

  function route(method: string, incoming: Incoming): Route {
    const { url, headers, body } = incoming;
    const { pathname } = url;
    const authorization = headers.authorization ?? "";
    const token = tokenOf(authorization);
    const query = Object.fromEntries(url.searchParams);
    const uploadId = /^\/upload\/v1\/(.+)$/.exec(pathname)?.[1];
    if (uploadId !== undefined) return { token, args: { bytes: body.length }, work: () => upload(uploadId, incoming) };
    const fileId = /^\/files-pri\/[^-]+-([^/]+)\//.exec(pathname)?.[1];
    if (fileId !== undefined) return { token, args: query, work: () => sendFile(fileId, token, pathname) };
    if (pathname.startsWith("/emoji/")) return { token, args: query, work: () => sendEmoji(pathname, token) };
    if (pathname === "/login") return { token, args: query, work: () => html("<!DOCTYPE html><title>Sign in</title>") };
    if (pathname === "/oauth/v2/authorize") return { token, args: query, work: () => install(url.searchParams) };
    const text = body.toString("utf8");
    if (/^\/(commands|actions)\//.test(pathname))
      return { token, args: asObject(parsed(text)) ?? {}, work: () => answerAtUrl(pathname, text) };
    if (!pathname.startsWith("/api/")) return { token, args: query, work: () => plain("Not found", 404) };
    const contentType = headers["content-type"] ?? "";
    const asked = { method, query: url.searchParams, contentType, authorization, body: text };
    return {
      ...deps.webApi.read(asked),
      work() {
        const answer = deps.webApi.call(asked);
        return json(answer.body, answer.status, answer.headers);
      },
    };
  }

  return async (incoming, response, url) => {
    const method = url.pathname.startsWith("/api/") ? url.pathname.slice("/api/".length) : url.pathname;
    const { args, token, work } = route(method, { url, headers: incoming.headers, body: await bodyOf(incoming) });
    const request: RecordedRequest = { atMs: deps.clock.now(), method, args, token };
    log.begin(request);
    const answer = await bend(deps.faults.take(method), async () => work(), deps.clock);
    if (typeof answer === "string") {
      if (answer !== "hang") incoming.socket.destroy();
      log.end(request, answer);
      return;
    }
    response.writeHead(answer.status, { ...answer.headers, "x-slack-req-id": "simulated" });
    response.end(answer.body);
    const isJson = answer.headers["content-type"]?.startsWith("application/json") === true;
    const { body } = answer;
    log.end(request, answer.status, typeof body !== "string" ? { bytes: body.length } : isJson ? parsed(body) : body);
  };
}

async function bodyOf(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** JSON, or the text that is none. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}
