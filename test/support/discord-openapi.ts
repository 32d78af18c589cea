import { readFileSync } from "node:fs";
import { Ajv2020, type ErrorObject, type ValidateFunction } from "ajv/dist/2020.js";
import type { RecordedRequest, RequestProblem } from "../../src/simulator/discord/discord-simulator.ts";
import { checkWithZod } from "./discord-zod.ts";

type Json = Record<string, unknown>;

interface OpenApi {
  readonly paths: Record<
    string,
    Record<string, { requestBody?: unknown; responses: Record<string, { content?: unknown }> }>
  >;
  readonly components: { readonly schemas: Record<string, Json> };
}

const USUAL = [
  ["POST", "/interactions/{interaction_id}/{interaction_token}/callback"],
  ["PATCH", "/webhooks/{webhook_id}/{webhook_token}/messages/@original"],
  ["POST", "/webhooks/{webhook_id}/{webhook_token}"],
  ["POST", "/channels/{channel_id}/messages"],
  ["PUT", "/applications/{application_id}/commands"],
] as const;

/** Formats that say what a string or number means, which is not ours to check. */
const FORMATS = ["int32", "int64", "double", "snowflake", "nonce", "date-time", "uri", "base64"];

/** Keys that Discord documents and its OpenAPI document lacks, and two that discord.js sends with every message. */
const KNOWN_KEYS = ["nsfw", "default_permission", "file_types", "tts", "enforce_nonce"];

/** Discord's own description of its HTTP API as a judge of requests and answers: the JSON in test/payloads, and a newer one of others. */
export interface DiscordOpenApi {
  /** What a request breaks; unknown keys are problems that Discord itself overlooks. */
  readonly checkRequest: (request: RecordedRequest) => readonly RequestProblem[];
  /** What an answer of the simulator breaks, as sentences. */
  readonly checkResponse: (request: RecordedRequest) => readonly string[];
}

/** Reads test/payloads/discord-openapi.json and compiles schemas when they are first needed. */
export function createDiscordOpenApi(): DiscordOpenApi {
  const file = new URL("../payloads/discord-openapi.json", import.meta.url);
  const text = readFileSync(file, "utf8");
  const open = compiler(JSON.parse(text) as OpenApi);
  const closed = compiler(closeObjects(JSON.parse(text) as OpenApi));

  // Now, so that no request waits for its schema within its three seconds.
  for (const [method, route] of USUAL) {
    const pointer = `${open.pointer(route, method)}/requestBody/content/application~1json/schema`;
    open.validate(pointer, {});
    closed.validate(pointer, {});
    checkWithZod({ atMs: 0, method, path: "", route, query: new URLSearchParams(), body: {}, files: [] });
  }

  return {
    checkRequest(request) {
      const { method, route, body, files } = request;
      if (route === undefined) return [{ field: "", message: "no route of Discord", refused: true }];
      const operation = open.operation(route, method);
      if (!operation) return [{ field: "", message: "no method of this route", refused: true }];
      if (!operation.requestBody) {
        const extra = body !== undefined || files.length > 0;
        return extra ? [{ field: "", message: "this request has no body", refused: false }] : [];
      }
      const pointer = `${open.pointer(route, method)}/requestBody/content/application~1json/schema`;
      const judged = withTextIds(body);
      const refused = problems(open.validate(pointer, judged), true);
      if (refused.length > 0) return refused;
      return [...problems(closed.validate(pointer, judged), false), ...checkWithZod({ ...request, body: judged })];
    },
    checkResponse({ method, route, status, response }) {
      if (route === undefined || typeof status !== "number" || status >= 500) return [];
      const operation = open.operation(route, method);
      const declared =
        operation?.responses[String(status)] ?? (status >= 400 ? operation?.responses["4XX"] : undefined);
      if (!declared) return [`${method} ${route}: the document knows no answer ${status}`];
      const name = declared === operation?.responses["4XX"] ? "4XX" : String(status);
      if (!declared.content)
        return response === undefined || name === "4XX" ? [] : [`${method} ${route}: ${status} has no body`];
      const errors = open.validate(
        `${open.pointer(route, method)}/responses/${name}/content/application~1json/schema`,
        response,
      );
      return errors.slice(0, 6).map((error) => `${method} ${route} ${status}${error.instancePath} ${error.message}`);
    },
  };
}

function compiler(document: OpenApi) {
  const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: true });
  for (const format of FORMATS) ajv.addFormat(format, true);
  ajv.addSchema(document, "discord");
  const compiled = new Map<string, ValidateFunction>();

  return {
    operation: (route: string, method: string) => document.paths[inDocument(document, route)]?.[method.toLowerCase()],
    pointer: (route: string, method: string) =>
      `discord#/paths/${encodeURIComponent(inDocument(document, route).replaceAll("/", "~1"))}/${method.toLowerCase()}`,
    validate(pointer: string, value: unknown): readonly ErrorObject[] {
      const known = compiled.get(pointer) ?? ajv.compile({ $ref: pointer });
      compiled.set(pointer, known);
      return known(value) ? [] : (known.errors ?? []);
    },
  };
}

/** The document's name for a route: its placeholders may be called differently. */
function inDocument(document: OpenApi, route: string): string {
  if (route in document.paths) return route;
  return Object.keys(document.paths).find((path) => shape(path) === shape(route)) ?? route;
}

/** Discord takes the number n for the file files[n]; the document wants text. */
function withTextIds(body: unknown): unknown {
  const data = body as { attachments?: unknown; data?: unknown } | undefined | null;
  if (typeof data !== "object" || data === null) return body;
  const copy: Json = { ...data };
  if (Array.isArray(data.attachments))
    copy["attachments"] = data.attachments.map((entry: Json) => ({ ...entry, id: String(entry["id"]) }));
  if (typeof data.data === "object") copy["data"] = withTextIds(data.data);
  return Array.isArray(body) ? body : copy;
}

/** Forbids keys that a request's objects do not define. */
function closeObjects(document: OpenApi): OpenApi {
  for (const [name, schema] of Object.entries(document.components.schemas)) {
    const closable =
      schema["type"] === "object" && schema["properties"] && schema["additionalProperties"] === undefined;
    if (!closable || name.endsWith("Response")) continue;
    schema["additionalProperties"] = false;
    for (const key of KNOWN_KEYS) (schema["properties"] as Json)[key] ??= {};
  }
  return document;
}

function problems(errors: readonly ErrorObject[], refused: boolean): RequestProblem[] {
  const leaves = errors.filter(({ keyword }) => keyword !== "oneOf" && keyword !== "anyOf");
  return (leaves.length > 0 ? leaves : errors).slice(0, 8).map(({ instancePath, message, params }) => ({
    field: instancePath.slice(1).replaceAll("/", "."),
    message: `${message} ${JSON.stringify(params)}`,
    refused,
  }));
}

function shape(path: string): string {
  return path.replaceAll(/\{\w+\}/g, "{}");
}
