import type { ApplicationCommandType } from "discord-api-types/v10";
import { checkCommand, checkCommands, commandType } from "./command-rules.ts";
import { DiscordError, discordError, invalidForm } from "./discord-error.ts";
import type { RequestProblem } from "./discord-simulator.ts";
import { asList, asObject, asText, type JsonObject } from "./json.ts";
import { createProblems, type Problems } from "./problems.ts";

const CREATES_PER_DAY = 200;
const DAY_MS = 86_400_000;

export interface RegisteredCommand extends JsonObject {
  readonly id: string;
  readonly name: string;
  readonly type: ApplicationCommandType;
}

/** The registered commands, globally (no guild) and for each guild. */
export interface Commands {
  list(guildId?: string, withLocalizations?: boolean): readonly RegisteredCommand[];
  find(name: string, type: ApplicationCommandType, guildId?: string): RegisteredCommand | undefined;
  /** Throws 10063. */
  require(id: string, guildId?: string): RegisteredCommand;
  /** Overwrites all. Throws 50035 and, after 200 new ones in a day, 30034. */
  replace(body: unknown, guildId?: string): readonly RegisteredCommand[];
  /** Adds one, or overwrites that of the same name and type; says whether it is new. */
  upsert(body: unknown, guildId?: string): { readonly command: RegisteredCommand; readonly created: boolean };
  edit(id: string, body: unknown, guildId?: string): RegisteredCommand;
  remove(id: string, guildId?: string): void;
}

/** A registry with Discord's rules and its daily budget. */
export function createCommands(deps: {
  readonly applicationId: string;
  newId(): string;
  now(): number;
  note(problems: readonly RequestProblem[]): void;
}): Commands {
  const places = new Map<string, RegisteredCommand[]>();
  const creates = new Map<string, number[]>();
  const at = (guildId = "") => places.get(guildId) ?? [];

  function check(walk: (problems: Problems) => void): void {
    const problems = createProblems();
    walk(problems);
    deps.note(problems.found);
    if (problems.found.length > 0) throw invalidForm(problems.found);
  }

  function spend(count: number, guildId = ""): void {
    const recent = (creates.get(guildId) ?? []).filter((atMs) => atMs > deps.now() - DAY_MS);
    if (recent.length + count > CREATES_PER_DAY) {
      const retryAfterS = (recent[0]! + DAY_MS - deps.now()) / 1000;
      const sentence = `Max number of daily application command creates has been reached (${CREATES_PER_DAY})`;
      throw new DiscordError(429, 30034, sentence, { retry_after: retryAfterS, global: false });
    }
    creates.set(guildId, [...recent, ...Array.from({ length: count }, () => deps.now())]);
  }

  function render(
    body: JsonObject,
    old: RegisteredCommand | undefined,
    guildId: string | undefined,
  ): RegisteredCommand {
    const defined = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
    const place = guildId === undefined ? { integration_types: [0], contexts: null } : { guild_id: guildId };
    const mask = body["default_member_permissions"];
    return {
      description: "",
      nsfw: false,
      ...place,
      ...defined,
      type: commandType(body),
      name: asText(body["name"]) ?? "",
      default_member_permissions: mask === undefined || mask === null ? null : `${mask as string | number}`,
      id: old?.id ?? deps.newId(),
      application_id: deps.applicationId,
      version: deps.newId(),
    };
  }

  function require(id: string, guildId?: string): RegisteredCommand {
    const command = at(guildId).find((command) => command.id === id);
    if (!command) throw discordError(10063);
    return command;
  }

  const same = (body: JsonObject) => (command: RegisteredCommand) =>
    command.name === body["name"] && command.type === commandType(body);

  return {
    list(guildId, withLocalizations = true) {
      return withLocalizations
        ? at(guildId)
        : at(guildId).map((command) => withoutLocalizations(command) as RegisteredCommand);
    },
    find: (name, type, guildId) => {
      const here = guildId === undefined ? [] : at(guildId);
      return [...here, ...at()].find((command) => command.name === name && command.type === type);
    },
    require,
    replace(body, guildId) {
      const list = asList(body);
      check((problems) => {
        if (!Array.isArray(body)) problems.refuse("", "Only a list is allowed here.");
        checkCommands(list, problems);
      });
      const known = at(guildId);
      const bodies = list.map((value) => asObject(value) ?? {});
      spend(bodies.filter((body) => !known.some(same(body))).length, guildId);
      const next = bodies.map((body) => render(body, known.find(same(body)), guildId));
      places.set(guildId ?? "", next);
      return next;
    },
    upsert(value, guildId) {
      const body = asObject(value) ?? {};
      check((problems) => checkCommands([...at(guildId).filter((command) => !same(body)(command)), body], problems));
      const old = at(guildId).find(same(body));
      if (!old) spend(1, guildId);
      const command = render(body, old, guildId);
      places.set(guildId ?? "", [...at(guildId).filter((other) => other !== old), command]);
      return { command, created: !old };
    },
    edit(id, value, guildId) {
      const old = require(id, guildId);
      const body = { ...old, ...asObject(value) };
      check((problems) => checkCommand(body, "", problems));
      const command = render(body, old, guildId);
      places.set(
        guildId ?? "",
        at(guildId).map((other) => (other === old ? command : other)),
      );
      return command;
    },
    remove(id, guildId) {
      const old = require(id, guildId);
      places.set(
        guildId ?? "",
        at(guildId).filter((other) => other !== old),
      );
    },
  };
}

/** Lists leave localisations out unless they are asked for. */
function withoutLocalizations(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutLocalizations);
  const object = asObject(value);
  if (!object) return value;
  const entries = Object.entries(object).filter(([key]) => !key.endsWith("_localizations"));
  return Object.fromEntries(entries.map(([key, part]) => [key, withoutLocalizations(part)]));
}
