import type { JsonObject } from "../discord/json.ts";

/** A request of the app with what became of it. */
export interface RecordedRequest {
  readonly atMs: number;
  /** `chat.postMessage`, or the path of an upload, of a file, or of an answer at a response_url. */
  readonly method: string;
  readonly args: JsonObject;
  readonly token: string | undefined;
  /** The HTTP status, or what a fault did instead of answering; undefined while it runs. */
  status?: number | "hang" | "reset-before" | "reset-after-processing";
  /** What was answered. */
  response?: unknown;
}

/** Something wrong with a request. */
export interface Violation {
  readonly method: string;
  readonly message: string;
  /** Slack overlooks the others, this simulator's log does not. */
  readonly refused: boolean;
}

export interface RequestLog {
  readonly requests: readonly RecordedRequest[];
  readonly violations: readonly Violation[];
  /** How often each error was answered. */
  readonly errors: ReadonlyMap<string, number>;
  begin(request: RecordedRequest): void;
  end(request: RecordedRequest, status: NonNullable<RecordedRequest["status"]>, response?: unknown): void;
  note(violation: Violation): void;
  error(code: string): void;
}

/** Everything that the app asked, and what was wrong with it. */
export function createRequestLog(onEnd: (request: RecordedRequest) => void): RequestLog {
  const requests: RecordedRequest[] = [];
  const violations: Violation[] = [];
  const errors = new Map<string, number>();

  return {
    requests,
    violations,
    errors,
    begin: (request) => void requests.push(request),
    end(request, status, response) {
      request.status = status;
      if (response !== undefined) request.response = response;
      onEnd(request);
    },
    note: (violation) => void violations.push(violation),
    error(code) {
      errors.set(code, (errors.get(code) ?? 0) + 1);
    },
  };
}
