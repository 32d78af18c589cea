import { readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { AnyButton, Command } from "../core/command.ts";

/** Discord's limits; Slack's are wider. */
const NAME = /^[a-z][a-z0-9-]{0,30}$/;
const MAX_DESCRIPTION_CHARS = 100;

export interface LoadedCommands {
  readonly commands: readonly Command[];
  readonly buttons: readonly AnyButton[];
}

/**
 * Imports every file of a commands folder and its buttons/ (compiled .js, or .ts where something runs it). A file of the wrong shape must
 * not be skipped in silence: rejects with an Error that lists every fault with its path and field.
 */
export async function loadCommands(folder: string): Promise<LoadedCommands> {
  const commands = await importFolder(folder, commandFaults);
  const buttons = await importFolder(join(folder, "buttons"), buttonFaults);
  const faults = [...commands.faults, ...buttons.faults];
  if (faults.length > 0) throw new Error(`commands cannot be loaded:\n${faults.join("\n")}`);
  return { commands: commands.loaded as Command[], buttons: buttons.loaded as AnyButton[] };
}

async function importFolder(
  folder: string,
  faultsOf: (value: Readonly<Record<string, unknown>>, name: string) => string[],
): Promise<{ loaded: unknown[]; faults: string[] }> {
  const loaded: unknown[] = [];
  const faults: string[] = [];
  const files = (await readdir(folder)).filter((file) => /(?<!\.d)\.[jt]s$/.test(file)).sort();
  for (const file of files) {
    const path = join(folder, file);
    const module = (await import(pathToFileURL(path).href)) as { default?: unknown };
    const found = isRecord(module.default)
      ? faultsOf(module.default, basename(file).replace(/\.[jt]s$/, ""))
      : ["no default export that is an object"];
    faults.push(...found.map((fault) => `${path}: ${fault}`));
    loaded.push(module.default);
  }
  return { loaded, faults };
}

type Shape = Readonly<Record<string, unknown>>;

function commandFaults(command: Shape, fileName: string): string[] {
  const { description, options } = command;
  const faults = nameFaults("name", command["name"], fileName);
  if (typeof description !== "string" || description === "") faults.push("description: missing");
  else if (description.length > MAX_DESCRIPTION_CHARS)
    faults.push(`description: over ${MAX_DESCRIPTION_CHARS} characters`);
  if (!Array.isArray(options)) faults.push("options: missing, a list is needed");
  else if (!options.every(isOption)) faults.push("options: every option needs name, flags, kind, description, example");
  if (typeof command["run"] !== "function") faults.push("run: missing, a function is needed");
  return faults;
}

function buttonFaults(button: Shape, fileName: string): string[] {
  const faults = nameFaults("action", button["action"], fileName);
  if (typeof button["run"] !== "function") faults.push("run: missing, a function is needed");
  const { submit } = button;
  if (submit !== undefined && typeof submit !== "function") faults.push("submit: not a function");
  return faults;
}

function nameFaults(field: string, value: unknown, fileName: string): string[] {
  if (typeof value !== "string" || !NAME.test(value))
    return [`${field}: missing, or not lower-case letters, digits and -`];
  return value === fileName ? [] : [`${field}: is ${value}, but the file is named ${fileName}`];
}

function isOption(value: unknown): boolean {
  if (!isRecord(value) || !Array.isArray(value["flags"])) return false;
  return ["name", "kind", "description", "example"].every((field) => typeof value[field] === "string");
}

function isRecord(value: unknown): value is Shape {
  return typeof value === "object" && value !== null;
}
