import type { RecordedRequest, RequestProblem } from "../../src/simulator/discord/discord-simulator.ts";

interface Schema {
  safeParse(value: unknown): {
    success: boolean;
    error?: { issues: readonly { path: readonly PropertyKey[]; message: string }[] };
  };
}

/** The package ships no types for its schemas. */
const PACKAGE: string = "discord-api-spec/zod";
const schemas = (await import(PACKAGE)) as Readonly<Record<string, Schema>>;

const COMMANDS = /^\/applications\/\{\w+\}\/(guilds\/\{\w+\}\/)?commands$/;
const CALLBACK = /^\/interactions\/.*\/callback$/;

const CALLBACKS: ReadonlyMap<unknown, Schema> = new Map<unknown, Schema>([
  [4, schema("CreateMessageInteractionCallbackRequest")],
  [5, schema("CreateMessageInteractionCallbackRequest")],
  [6, schema("UpdateMessageInteractionCallbackRequest")],
  [7, schema("UpdateMessageInteractionCallbackRequest")],
  [8, schema("ApplicationCommandAutocompleteCallbackRequest")],
  [9, schema("ModalInteractionCallbackRequest")],
]);

const BODIES: readonly { readonly method: string; readonly route: RegExp; readonly schema: Schema }[] = [
  { method: "POST", route: COMMANDS, schema: schema("ApplicationCommandCreateRequest") },
  { method: "POST", route: /^\/channels\/\{\w+\}\/messages$/, schema: schema("MessageCreateRequest") },
  { method: "PATCH", route: /^\/channels\/\{\w+\}\/messages\//, schema: schema("MessageEditRequestPartial") },
  { method: "POST", route: /^\/webhooks\/\{\w+\}\/\{\w+\}$/, schema: schema("IncomingWebhookRequestPartial") },
  { method: "PATCH", route: /^\/webhooks\/.*\/messages\//, schema: schema("IncomingWebhookUpdateRequestPartial") },
  { method: "POST", route: /^\/users\/@me\/channels$/, schema: schema("CreatePrivateChannelRequest") },
];

function schema(name: string): Schema {
  const found = schemas[`${name}Schema`];
  if (!found) throw new Error(`${PACKAGE} has no schema of ${name}`);
  return found;
}

/** What a request breaks in the zod schemas that others generate daily from Discord's document: a newer opinion than the JSON in test/payloads. */
export function checkWithZod({ method, route = "", body }: RecordedRequest): readonly RequestProblem[] {
  if (method === "PUT" && COMMANDS.test(route) && Array.isArray(body))
    return body.flatMap((command) => judge(schema("ApplicationCommandUpdateRequest"), command));
  if (CALLBACK.test(route)) {
    const callback = CALLBACKS.get((body as { type?: unknown } | undefined)?.type);
    return callback ? judge(callback, body) : [];
  }
  const row = BODIES.find((one) => one.method === method && one.route.test(route));
  return row ? judge(row.schema, body) : [];
}

function judge(schema: Schema, body: unknown): RequestProblem[] {
  const { error } = schema.safeParse(body);
  return (error?.issues ?? []).map(({ path, message }) => ({
    field: path.join("."),
    message: `zod: ${message}`,
    refused: true,
  }));
}
