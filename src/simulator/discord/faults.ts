/** What happens instead of an ordinary answer. */
export type FaultEffect =
  | {
      readonly kind: "status";
      readonly status: number;
      /** By default an empty JSON object, or an HTML page from 500 on, as Discord's edge sends. */
      readonly body?: string;
      readonly contentType?: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** Accepts the request and never answers. */
  | { readonly kind: "hang" }
  /** Cuts the connection before anything is done. */
  | { readonly kind: "reset-before" }
  /** Does what was asked, then cuts the connection: the answer is lost. */
  | { readonly kind: "reset-after-processing" }
  /** Does what was asked and never answers. */
  | { readonly kind: "hang-after-processing" }
  | { readonly kind: "ratelimit"; readonly retryAfterMs: number; readonly scope: "user" | "global" | "shared" }
  /** A 429 of Discord's edge: plain text, no Retry-After. */
  | { readonly kind: "cloudflare" };

export type Fault = FaultEffect & {
  /** Upper case; by default any. */
  readonly method?: string;
  /** Matched against the path without /api/v10. */
  readonly path: RegExp;
  /** Only requests that upload files (multipart). */
  readonly withFiles?: true;
  /** How many requests it hits; by default 1. */
  readonly count?: number;
};

export interface FaultyRequest {
  readonly method: string;
  readonly path: string;
  readonly withFiles: boolean;
}

export interface FaultTable {
  add(fault: Fault): void;
  clear(): void;
  /** Takes the first fault that fits a request, and counts it. */
  take(request: FaultyRequest): Fault | undefined;
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
    take({ method, path, withFiles }) {
      const row = rows.find(
        ({ fault }) => (fault.method ?? method) === method && fault.path.test(path) && (withFiles || !fault.withFiles),
      );
      if (!row) return undefined;
      row.left -= 1;
      if (row.left <= 0) rows = rows.filter((other) => other !== row);
      return row.fault;
    },
  };
}
