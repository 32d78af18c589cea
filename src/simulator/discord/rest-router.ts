import type { RecordedRequest } from "./discord-simulator.ts";

export interface RestAnswer {
  readonly status: number;
  /** JSON; nothing for 204. */
  readonly body?: unknown;
}

/** A request whose path has been taken apart. */
export interface RoutedRequest extends RecordedRequest {
  readonly params: Readonly<Record<string, string>>;
}

export interface RestRoute {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** As in Discord's OpenAPI document: /channels/{channel_id}/messages. */
  readonly path: string;
  /** Routes whose path has a token of its own need no bot token. */
  readonly open?: boolean;
  handle(request: RoutedRequest): RestAnswer;
}

export interface RestRouter {
  /** The route of a request with its path's values; "wrong-method" when only the path fits. */
  find(
    method: string,
    path: string,
  ): { readonly route: RestRoute; readonly params: Record<string, string> } | "wrong-method" | undefined;
}

/** Finds routes by their paths; those with fewer placeholders first, so that @original is no message id. */
export function createRestRouter(routes: readonly RestRoute[]): RestRouter {
  const compiled = routes
    .toSorted((a, b) => placeholders(a.path) - placeholders(b.path))
    .map((route) => ({ route, pattern: new RegExp(`^${route.path.replaceAll(/\{(\w+)\}/g, "(?<$1>[^/]+)")}$`) }));

  return {
    find(method, path) {
      const fitting = compiled.filter(({ pattern }) => pattern.test(path));
      const found = fitting.find(({ route }) => route.method === method);
      if (!found) return fitting.length > 0 ? "wrong-method" : undefined;
      return { route: found.route, params: { ...found.pattern.exec(path)?.groups } };
    },
  };
}

function placeholders(path: string): number {
  return path.split("{").length - 1;
}
