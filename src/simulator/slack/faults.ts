/** What happens instead of an ordinary answer. */
export type FaultEffect =
  | {
      readonly kind: "status";
      readonly status: number;
      /** By default an HTML page, as Slack's edge sends. */
      readonly body?: string;
      readonly contentType?: string;
    }
  /** `{"ok": false, "error": …}` without doing anything: internal_error, fatal_error, service_unavailable, token_revoked. */
  | { readonly kind: "error"; readonly error: string }
  /** JSON that ends in the middle, with status 200. */
  | { readonly kind: "malformed" }
  /** Accepts the request and never answers. */
  | { readonly kind: "hang" }
  /** Does what was asked, and answers so much later. */
  | { readonly kind: "slow"; readonly delayMs: number }
  /** Cuts the connection before anything is done. */
  | { readonly kind: "reset-before" }
  /** Does what was asked, then cuts the connection: the answer is lost. */
  | { readonly kind: "reset-after-processing" }
  | { readonly kind: "ratelimit"; readonly retryAfterS: number };

export type Fault = FaultEffect & {
  /** Matched against the method (`chat.postMessage`), or the path of an upload, a file, or an answer at a response_url. */
  readonly method: RegExp;
  /** How many requests it hits; by default 1. */
  readonly count?: number;
};

export interface FaultTable {
  add(fault: Fault): void;
  clear(): void;
  /** Takes the first fault that fits a request, and counts it. */
  take(method: string): Fault | undefined;
}

/** A table of faults to come, first fit first. */
export function createFaultTable(): FaultTable {
  let rows: { fault: Fault; left: number }[] = [];

  return {
    add(fault) {
      rows.push({ fault, left: fault.count ?? 1 });
    },
    clear() {
      rows = [];
    },
    take(method) {
      const row = rows.find(({ fault }) => fault.method.test(method));
      if (!row) return undefined;
      row.left -= 1;
      if (row.left <= 0) rows = rows.filter((other) => other !== row);
      return row.fault;
    },
  };
}
