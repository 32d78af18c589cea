import { asObject, type JsonObject } from "../discord/json.ts";
import { schemaError, SlackError } from "./slack-error.ts";

/** The arguments of a call. Slack takes them as a form or as JSON; structures in a form are JSON in a string. */
export interface Arguments {
  has(name: string): boolean;
  text(name: string): string | undefined;
  /** Throws `invalid_arguments` that names the field. */
  required(name: string): string;
  flag(name: string): boolean;
  number(name: string): number | undefined;
  /** A structure; throws `error` when a string does not hold JSON. */
  json(name: string, error: string): unknown;
  readonly all: JsonObject;
}

export function createArguments(all: JsonObject): Arguments {
  function text(name: string): string | undefined {
    const value = all[name];
    if (typeof value === "number" || typeof value === "boolean") return String(value);
    return typeof value === "string" && value !== "" ? value : undefined;
  }

  return {
    all,
    has: (name) => all[name] !== undefined && all[name] !== null,
    text,
    required(name) {
      const value = text(name);
      if (value === undefined) throw schemaError("invalid_arguments", [`missing required field: ${name}`]);
      return value;
    },
    flag: (name) => ["true", "1"].includes(text(name)?.toLowerCase() ?? ""),
    number(name) {
      const value = text(name);
      return value === undefined || Number.isNaN(Number(value)) ? undefined : Number(value);
    },
    json(name, error) {
      const value = all[name];
      if (typeof value !== "string") return value;
      if (value === "") return undefined;
      try {
        return JSON.parse(value) as unknown;
      } catch (problem) {
        if (problem instanceof SyntaxError) throw new SlackError(error);
        throw problem;
      }
    },
  };
}

/** Reads a body by its content type; a query string counts too. Throws `invalid_json`, `json_not_object` and `invalid_post_type`. */
export function parseArguments(query: URLSearchParams, contentType: string, body: string): JsonObject {
  const given: JsonObject = Object.fromEntries(query);
  if (body === "") return given;
  if (contentType.startsWith("application/json")) {
    let value: unknown;
    try {
      value = JSON.parse(body);
    } catch (error) {
      if (error instanceof SyntaxError) throw new SlackError("invalid_json");
      throw error;
    }
    const object = asObject(value);
    if (!object) throw new SlackError("json_not_object");
    return { ...given, ...object };
  }
  if (!contentType.startsWith("application/x-www-form-urlencoded")) throw new SlackError("invalid_post_type");
  return { ...given, ...Object.fromEntries(new URLSearchParams(body)) };
}
