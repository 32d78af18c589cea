import type { CommandInfo } from "./command.ts";
import type { ModelLibrary } from "./model.ts";
import { nearestFew } from "./nearest.ts";
import { IMAGINE_OPTIONS, type OptionSpec, type RuntimeList } from "./options.ts";
import { SAMPLERS } from "./samplers.ts";

/** Discord allows this many choices; above, the person gets suggestions while typing. */
const MAX_CHOICES = 25;

/** Discord's numbers of option types. */
const DISCORD_TYPES = {
  text: 3,
  choice: 3,
  size: 3,
  aspect: 3,
  job: 3,
  integer: 4,
  boolean: 5,
  number: 10,
  picture: 11,
} as const satisfies Record<OptionSpec["kind"], number>;

/** An application command option as Discord's API takes it. */
export interface DiscordOption {
  readonly type: (typeof DISCORD_TYPES)[OptionSpec["kind"]];
  readonly name: string;
  readonly description: string;
  readonly required?: true;
  readonly min_value?: number;
  readonly max_value?: number;
  readonly max_length?: number;
  readonly choices?: readonly { readonly name: string; readonly value: string }[];
  readonly autocomplete?: true;
}

/** What can be chosen from the lists that are known at run time. */
export type ChoiceLists = (list: RuntimeList) => readonly string[];

/** The lists as the installed models make them. */
export function createChoiceLists(models: ModelLibrary): ChoiceLists {
  const lists: Readonly<Record<RuntimeList, () => readonly string[]>> = {
    models: () => models.list().map(({ id }) => id),
    styles: () => [...new Set(models.list().flatMap(({ vocabulary }) => Object.keys(vocabulary?.styles ?? {})))],
    samplers: () => Object.keys(SAMPLERS),
  };
  return (list) => lists[list]();
}

/** Everything an option can be set to, or undefined when it is not a choice. */
export function choicesOf(option: OptionSpec, lists: ChoiceLists): readonly string[] | undefined {
  return typeof option.choices === "string" ? lists(option.choices) : option.choices;
}

/** Choices that go with what somebody has typed so far: those that contain it, then those spelled like it; at most 25. */
export function suggestChoices(option: OptionSpec, typed: string, lists: ChoiceLists): string[] {
  const choices = choicesOf(option, lists) ?? [];
  const part = typed.trim().toLowerCase();
  const starting = choices.filter((choice) => choice.toLowerCase().startsWith(part));
  const containing = choices.filter((choice) => choice.toLowerCase().includes(part));
  return [...new Set([...starting, ...containing, ...nearestFew(part, choices, MAX_CHOICES)])].slice(0, MAX_CHOICES);
}

/** A command's options as Discord's registration wants them: required ones first. */
export function discordOptions(options: readonly OptionSpec[], lists: ChoiceLists): DiscordOption[] {
  const required = options.filter((option) => option.required);
  return [...required, ...options.filter((option) => !option.required)].map((option) => toDiscordOption(option, lists));
}

function toDiscordOption(option: OptionSpec, lists: ChoiceLists): DiscordOption {
  const isNumber = option.kind === "integer" || option.kind === "number";
  const choices = choicesOf(option, lists) ?? [];
  return {
    type: DISCORD_TYPES[option.kind],
    name: option.name,
    description: option.description,
    ...(option.required ? { required: true } : {}),
    ...(isNumber && option.min !== undefined ? { min_value: option.min } : {}),
    ...(isNumber && option.max !== undefined ? { max_value: option.max } : {}),
    ...(option.kind === "text" && option.max !== undefined ? { max_length: option.max } : {}),
    ...(choices.length > MAX_CHOICES ? { autocomplete: true } : {}),
    ...(choices.length > 0 && choices.length <= MAX_CHOICES
      ? { choices: choices.map((choice) => ({ name: choice, value: choice })) }
      : {}),
  };
}

/** How a command is typed, on one line: /imagine <prompt> [--no text] [--ar 16:9] ... */
export function usageLine({ name, options }: CommandInfo): string {
  const parts = options.map((option) => {
    const part = option.flags.length === 0 ? `<${option.name}>` : option.example;
    return option.required ? part : `[${part}]`;
  });
  return [`/${name}`, ...parts].join(" ");
}

/** Help of one command: usage and a line for every option. */
export function usageText(command: CommandInfo): string {
  const lines = command.options.map((option) => `• \`${flagText(option)}\` ${option.description}${rangeText(option)}`);
  return [`\`${usageLine(command)}\``, command.description, ...lines].join("\n");
}

/** Help of the command line: flags with their value, and a description, one pair for every option that has flags. */
export function cliHelp(options: readonly OptionSpec[]): { flags: string; description: string }[] {
  return options
    .filter(({ flags }) => flags.length > 0)
    .map((option) => ({
      flags: flagText(option),
      description: `${option.description}${rangeText(option)}`,
    }));
}

/** README's table of picture options, in Markdown. */
export function optionTable(options: readonly OptionSpec[] = IMAGINE_OPTIONS): string {
  const rows = options.map((option) => {
    const flags = option.flags.map((flag) => `\`--${flag}\``).join(", ");
    return `| ${flags} | ${option.description}${rangeText(option)} | \`${option.example}\` |`;
  });
  return ["| Option | What it does | Example |", "| --- | --- | --- |", ...rows].join("\n");
}

const PLACEHOLDERS: Readonly<Record<OptionSpec["kind"], string>> = {
  text: "words",
  integer: "number",
  number: "number",
  boolean: "",
  choice: "name",
  size: "WxH",
  aspect: "W:H",
  job: "job",
  picture: "picture",
};

function flagText(option: OptionSpec): string {
  if (option.flags.length === 0) return `<${option.name}>`;
  const flags = option.flags.map((flag) => `--${flag}`).join(", ");
  const placeholder = PLACEHOLDERS[option.kind];
  return placeholder === "" ? flags : `${flags} <${placeholder}>`;
}

function rangeText({ kind, min, max, choices }: OptionSpec): string {
  if (Array.isArray(choices)) return `: ${choices.join(", ")}`;
  const isNumber = kind === "integer" || kind === "number";
  return isNumber && min !== undefined && max !== undefined ? `, ${min} to ${max}` : "";
}
