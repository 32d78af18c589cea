import type { IncomingMessage, ServerResponse } from "node:http";
import { DiscordError, discordError, invalidForm } from "./discord-error.ts";
import type { RecordedRequest, RequestProblem, UploadedFile } from "./discord-simulator.ts";
import type { Fault, FaultTable } from "./faults.ts";
import { limitedHeaders, type RateLimits } from "./rate-limits.ts";
import { readBody } from "./read-body.ts";
import type { RestAnswer, RestRouter } from "./rest-router.ts";

export interface RestDeps {
  readonly router: RestRouter;
  readonly faults: FaultTable;
  readonly rateLimits: RateLimits;
  readonly requestSizeLimitBytes: number;
  readonly log: RestLog;
  now(): number;
  token(): string;
  checkRequest(request: RecordedRequest): readonly RequestProblem[];
}

/** What a server writes down. */
export interface RestLog {
  begin(request: RecordedRequest): void;
  /** Problems of the request that is being handled. */
  note(problems: readonly RequestProblem[], request: RecordedRequest): void;
  end(request: RecordedRequest): void;
  error(code: number): void;
  /** Counts an answer that Discord counts as invalid. */
  invalid(): void;
}

interface FullAnswer extends RestAnswer {
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent instead of `body`, as it is. */
  readonly text?: { readonly type: string; readonly body: string };
}

export const API_PATH = "/api/v10";
const CLOUDFLARE: FullAnswer = { status: 429, text: { type: "text/plain; charset=UTF-8", body: "error code: 1015" } };
const INVALID: readonly number[] = [401, 403, 429];

/** Serves the REST side: finds the route, applies faults, rights and limits, and writes everything down. */
export function createRestServer(
  deps: RestDeps,
): (incoming: IncomingMessage, response: ServerResponse, url: URL) => Promise<void> {
  const { log } = deps;

  return async (incoming, response, url) => {
    const inApi = url.pathname.startsWith(`${API_PATH}/`);
    const path = decodeURIComponent(inApi ? url.pathname.slice(API_PATH.length) : url.pathname);
    const method = incoming.method ?? "GET";
    const found = inApi ? deps.router.find(method, path) : undefined;
    const withFiles = incoming.headers["content-type"]?.startsWith("multipart/") ?? false;
    const fault = deps.faults.take({ method, path, withFiles });
    const { authorization } = incoming.headers;
    const record = (body: unknown, files: readonly UploadedFile[]): RecordedRequest => ({
      atMs: deps.now(),
      method,
      path,
      query: url.searchParams,
      ...(typeof found === "object" ? { route: found.route.path } : {}),
      ...(authorization === undefined ? {} : { authorization }),
      body,
      files,
    });

    if (fault?.kind === "reset-before") {
      const request = record(undefined, []);
      log.begin(request);
      incoming.socket.destroy();
      return finish(request, "reset-before");
    }
    let request = record(undefined, []);
    let answer: FullAnswer | undefined;
    try {
      const { body, files, strayFields } = await readBody(incoming, deps.requestSizeLimitBytes);
      request = record(body, files);
      log.begin(request);
      log.note(
        strayFields.map((field) => ({ field, message: "A form has payload_json and files[n].", refused: false })),
        request,
      );
    } catch (error) {
      log.begin(request);
      if (!(error instanceof DiscordError)) return finish(request, "reset-before");
      answer = failed(error);
    }
    if (fault?.kind === "hang") return finish(request, "hang");
    answer ??= faulty(fault) ?? (deps.rateLimits.isBanned() ? CLOUDFLARE : process(request, found));
    if (fault?.kind === "reset-after-processing") incoming.socket.destroy();
    if (fault?.kind === "reset-after-processing" || fault?.kind === "hang-after-processing")
      return finish(request, fault.kind);
    const shared = answer.headers?.["x-ratelimit-scope"] === "shared";
    if (INVALID.includes(answer.status) && !shared) {
      deps.rateLimits.countInvalid();
      log.invalid();
    }
    request.response = answer.body;
    send(response, { ...answer, headers: { ...answer.headers, date: new Date(deps.now()).toUTCString() } });
    finish(request, answer.status);
  };

  function process(request: RecordedRequest, found: ReturnType<RestRouter["find"]>): FullAnswer {
    if (found === undefined) return failed(discordError(0));
    if (found === "wrong-method") return failed(new DiscordError(405, 0, "405: Method Not Allowed"));
    if (found.route.open !== true && request.authorization !== `Bot ${deps.token()}`)
      return failed(new DiscordError(401, 0, "401: Unauthorized"));
    const { headers, limited } = deps.rateLimits.take(request.method, request.path);
    if (limited) return rateLimited(limited.retryAfterMs, limited.scope, limited.headers);
    try {
      const problems = deps.checkRequest(request);
      log.note(problems, request);
      const answer = found.route.handle({ ...request, params: found.params });
      // The route's own rules come first: their codes are more exact. What only the second opinion refuses is refused too.
      const refused = problems.filter((problem) => problem.refused);
      return refused.length > 0 ? { ...failed(invalidForm(refused)), headers } : { ...answer, headers };
    } catch (error) {
      if (!(error instanceof DiscordError)) throw error;
      return { ...failed(error), headers };
    }
  }

  function failed(error: DiscordError): FullAnswer {
    log.error(error.code);
    return { status: error.status, body: error.body };
  }

  function finish(request: RecordedRequest, status: NonNullable<RecordedRequest["status"]>): void {
    request.status = status;
    log.end(request);
  }
}

function faulty(fault: Fault | undefined): FullAnswer | undefined {
  if (fault?.kind === "cloudflare") return CLOUDFLARE;
  if (fault?.kind === "ratelimit")
    return rateLimited(fault.retryAfterMs, fault.scope, limitedHeaders(fault.retryAfterMs, fault.scope));
  if (fault?.kind !== "status") return undefined;
  const page = fault.status >= 500;
  const type = fault.contentType ?? (page ? "text/html" : "application/json");
  const body = fault.body ?? (page ? `<html><body>${fault.status}</body></html>` : "{}");
  return { status: fault.status, text: { type, body }, headers: fault.headers ?? {} };
}

function rateLimited(
  retryAfterMs: number,
  scope: "user" | "global" | "shared",
  headers: Readonly<Record<string, string>>,
): FullAnswer {
  const message = scope === "shared" ? "The resource is being rate limited." : "You are being rate limited.";
  const global = scope === "global";
  return {
    status: 429,
    body: { message, retry_after: retryAfterMs / 1000, global },
    headers: { ...headers, ...(global ? { "x-ratelimit-global": "true" } : {}) },
  };
}

function send(response: ServerResponse, { status, body, headers, text }: FullAnswer): void {
  const payload = text?.body ?? (body === undefined ? undefined : JSON.stringify(body));
  // A 204 has no content type: clients would parse its empty body.
  const type = payload === undefined ? {} : { "content-type": text?.type ?? "application/json" };
  response.writeHead(status, { ...headers, ...type });
  response.end(payload);
}
