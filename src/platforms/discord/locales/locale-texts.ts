/** A language's words for commands: what Discord shows in place of the English ones. */
export interface LocaleTexts {
  /** Options that mean the same in several commands; a command may say it in its own words. */
  readonly options: Readonly<Record<string, Words>>;
  readonly commands: Readonly<Record<string, CommandTexts>>;
}

interface Words {
  /** Lower case, at most 32 letters, digits, - and _. */
  readonly name: string;
  /** At most 100 characters. */
  readonly description: string;
}

interface CommandTexts extends Words {
  readonly options?: Readonly<Record<string, Words>>;
}

/** The words for an option of a command, if there are any. */
export function optionTexts({ options, commands }: LocaleTexts, command: string, option: string): Words | undefined {
  return commands[command]?.options?.[option] ?? options[option];
}
