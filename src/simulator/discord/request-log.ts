import type { RecordedRequest, RequestProblem, Violation } from "./discord-simulator.ts";
import type { RestLog } from "./rest-server.ts";

export interface RequestLog extends RestLog {
  readonly requests: readonly RecordedRequest[];
  readonly violations: readonly Violation[];
  readonly errors: ReadonlyMap<number, number>;
  readonly invalidRequests: number;
  /** Writes problems down for the request that is being handled; requests are handled one after the other. */
  readonly noteCurrent: (problems: readonly RequestProblem[]) => void;
}

/** Everything that was asked, and what was wrong with it. */
export function createRequestLog(onEnd: (request: RecordedRequest) => void): RequestLog {
  const requests: RecordedRequest[] = [];
  const violations: Violation[] = [];
  const errors = new Map<number, number>();
  let invalidRequests = 0;
  let current: RecordedRequest | undefined;

  function note(problems: readonly RequestProblem[], { method, path }: RecordedRequest): void {
    for (const problem of problems) violations.push({ method, path, ...problem });
  }

  return {
    requests,
    violations,
    errors,
    get invalidRequests() {
      return invalidRequests;
    },
    begin(request) {
      requests.push(request);
      current = request;
    },
    note,
    noteCurrent(problems) {
      if (current) note(problems, current);
    },
    end(request) {
      if (current === request) current = undefined;
      onEnd(request);
    },
    error(code) {
      errors.set(code, (errors.get(code) ?? 0) + 1);
    },
    invalid() {
      invalidRequests += 1;
    },
  };
}
