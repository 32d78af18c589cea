/** A language's words for commands: what Discord shows in place of the English name and description. */
export type LocaleTexts = Readonly<Record<string, CommandTexts>>;

export interface CommandTexts {
  /** Lower case, at most 32 letters, digits, - and _. */
  readonly name: string;
  /** At most 100 characters. */
  readonly description: string;
  readonly options?: Readonly<Record<string, { readonly name: string; readonly description: string }>>;
}
