import { ApplicationCommandOptionType as Option, ApplicationCommandType } from "discord-api-types/v10";
import { asList, asObject, asText, type JsonObject } from "./json.ts";
import type { Problems } from "./problems.ts";

/** Names of slash commands and options (discord-api-docs, interactions/application-commands.mdx, "Naming"). */
const NAME = /^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$/u;
const MAX_CHARS = 8000;
const MAX_OPTIONS = 25;

/** How many commands of each type an application may have, globally and again in each guild. */
const MAX_COMMANDS: ReadonlyMap<ApplicationCommandType, number> = new Map([
  [ApplicationCommandType.ChatInput, 100],
  [ApplicationCommandType.User, 15],
  [ApplicationCommandType.Message, 15],
]);

/** Checks a whole list of commands, as PUT gets it. */
export function checkCommands(list: readonly unknown[], problems: Problems): void {
  const counts = new Map<ApplicationCommandType, number>();
  const seen = new Set<string>();
  for (const [i, value] of list.entries()) {
    const command = asObject(value);
    if (!command) {
      problems.refuse(String(i), "A command must be an object.");
      continue;
    }
    const type = commandType(command);
    counts.set(type, (counts.get(type) ?? 0) + 1);
    const key = `${type} ${String(command["name"])}`;
    if (seen.has(key)) problems.refuse(`${i}.name`, "Application command names must be unique");
    seen.add(key);
    checkCommand(command, `${i}.`, problems);
  }
  for (const [type, count] of counts) {
    const most = MAX_COMMANDS.get(type) ?? 0;
    if (count > most) problems.refuse("", `There may be ${most} commands of type ${type}; these are ${count}.`);
  }
}

/** Checks one command; `at` is the prefix of its fields. */
export function checkCommand(command: JsonObject, at: string, problems: Problems): void {
  const type = commandType(command);
  if (!MAX_COMMANDS.has(type)) return problems.refuse(`${at}type`, "Value must be one of (1, 2, 3).");
  if (type === ApplicationCommandType.ChatInput) {
    checkName(command, at, problems);
    checkDescription(command, at, problems);
    checkOptions(command["options"], `${at}options`, 0, problems);
  } else {
    problems.length(`${at}name`, command["name"], 1, 32);
    if ((asText(command["description"]) ?? "") !== "")
      problems.refuse(`${at}description`, "Context menu commands cannot have description");
    if (asList(command["options"]).length > 0)
      problems.refuse(`${at}options`, "Context menu commands cannot have options");
  }
  const chars = countChars(command);
  if (chars > MAX_CHARS)
    problems.refuse(at.replace(/\.$/, ""), `Command exceeds maximum size (${MAX_CHARS}); it has ${chars}.`);
}

/** The type of a command; a slash command unless it says otherwise. */
export function commandType(command: JsonObject): ApplicationCommandType {
  return (command["type"] ?? ApplicationCommandType.ChatInput) as ApplicationCommandType;
}

function checkName(named: JsonObject, at: string, problems: Problems): void {
  const names: [string, unknown][] = [
    ["name", named["name"]],
    ...Object.entries(asObject(named["name_localizations"]) ?? {}).map(([locale, name]): [string, unknown] => [
      `name_localizations.${locale}`,
      name,
    ]),
  ];
  for (const [field, value] of names) {
    const name = asText(value) ?? "";
    if (!NAME.test(name) || name !== name.toLowerCase()) problems.refuse(`${at}${field}`, "Command name is invalid");
  }
}

function checkDescription(described: JsonObject, at: string, problems: Problems): void {
  problems.length(`${at}description`, described["description"], 1, 100);
  for (const [locale, text] of Object.entries(asObject(described["description_localizations"]) ?? {}))
    problems.length(`${at}description_localizations.${locale}`, text, 1, 100);
}

function checkOptions(list: unknown, at: string, depth: number, problems: Problems): void {
  const options = asList(list).map((value) => asObject(value) ?? {});
  if (options.length > MAX_OPTIONS) problems.refuse(at, `Must be ${MAX_OPTIONS} or fewer in length.`);
  const names = new Set<unknown>();
  let sawOptional = false;
  const nested = options.filter(({ type }) => type === Option.Subcommand || type === Option.SubcommandGroup).length;
  if (nested > 0 && nested < options.length)
    problems.refuse(at, "Sub-command and sub-command group option types are mutually exclusive to all other types");

  for (const [i, option] of options.entries()) {
    const here = `${at}.${i}`;
    checkName(option, `${here}.`, problems);
    checkDescription(option, `${here}.`, problems);
    if (names.has(option["name"])) problems.refuse(`${here}.name`, "Option name must be unique");
    names.add(option["name"]);
    const type = option["type"];
    if (typeof type !== "number" || type < 1 || type > 11)
      problems.refuse(`${here}.type`, "Value must be one of (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11).");
    if (type === Option.SubcommandGroup && depth > 0) problems.refuse(`${here}.type`, "Groups cannot be nested.");
    if (type === Option.Subcommand && depth > 1) problems.refuse(`${here}.type`, "Sub-commands cannot be nested.");
    if (type === Option.Subcommand || type === Option.SubcommandGroup) {
      checkOptions(option["options"], `${here}.options`, type === Option.Subcommand ? 2 : 1, problems);
      continue;
    }
    if (option["required"] === true && sawOptional)
      problems.refuse(here, "Required options must be placed before non-required options");
    sawOptional ||= option["required"] !== true;
    checkOptionValues(option, here, problems);
  }
}

function checkOptionValues(option: JsonObject, at: string, problems: Problems): void {
  const choices = asList(option["choices"]);
  if (choices.length > 25) problems.refuse(`${at}.choices`, "Must be 25 or fewer in length.");
  if (choices.length > 0 && option["autocomplete"] === true)
    problems.refuse(`${at}.autocomplete`, "Choices and autocomplete cannot be used together.");
  const numeric = option["type"] === Option.Integer || option["type"] === Option.Number;
  if (option["autocomplete"] === true && !numeric && option["type"] !== Option.String)
    problems.refuse(`${at}.autocomplete`, "Only strings and numbers can be completed.");
  const names = new Set<unknown>();
  for (const [i, value] of choices.entries()) {
    const choice = asObject(value) ?? {};
    problems.length(`${at}.choices.${i}.name`, choice["name"], 1, 100);
    if (names.has(choice["name"])) problems.refuse(`${at}.choices.${i}.name`, "Choice names must be unique");
    names.add(choice["name"]);
    if (numeric) {
      if (typeof choice["value"] !== "number") problems.refuse(`${at}.choices.${i}.value`, "Must be a number.");
    } else problems.length(`${at}.choices.${i}.value`, choice["value"], 1, 100);
  }
  for (const bound of ["min_length", "max_length"]) {
    const value = option[bound];
    if (value !== undefined && (typeof value !== "number" || value < 0 || value > 6000))
      problems.refuse(`${at}.${bound}`, "Must be between 0 and 6000.");
  }
}

/** Names, descriptions and values of a command and all below it, the longest of each text's localisations. */
function countChars(part: JsonObject): number {
  const longest = (field: string) => {
    const texts = [part[field], ...Object.values(asObject(part[`${field}_localizations`]) ?? {})];
    return Math.max(...texts.map((text) => asText(text)?.length ?? 0));
  };
  const value = asText(part["value"])?.length ?? 0;
  const below = [...asList(part["options"]), ...asList(part["choices"])].map((child) =>
    countChars(asObject(child) ?? {}),
  );
  return longest("name") + longest("description") + value + below.reduce((sum, chars) => sum + chars, 0);
}
