import { brazilian } from "./brazilian.ts";
import { french } from "./french.ts";
import { german } from "./german.ts";
import { japanese } from "./japanese.ts";
import type { LocaleTexts } from "./locale-texts.ts";
import { spanish } from "./spanish.ts";

/** Discord's name of every language that commands speak beside English. */
export const LOCALES: Readonly<Record<string, LocaleTexts>> = {
  de: german,
  "es-419": spanish,
  "es-ES": spanish,
  fr: french,
  ja: japanese,
  "pt-BR": brazilian,
};

/** English is the default, and has to be there under its own names too, or Discord takes the nearest other language. */
export const ENGLISH = ["en-GB", "en-US"] as const;
