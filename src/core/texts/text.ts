import { fillTemplate, type ErrorParams, type Failure } from "../errors.ts";
import { MODE_PHRASES } from "../mode-phrases.ts";
import type { ReplyAddress } from "../platform.ts";
import { brazilian } from "./brazilian.ts";
import { CHAT_ERRORS, ENGLISH, type TextKey, type Texts } from "./english.ts";
import { french } from "./french.ts";
import { german } from "./german.ts";
import { japanese } from "./japanese.ts";
import { spanish } from "./spanish.ts";

/** All languages, by the beginning of the locales that get them. */
export const LANGUAGES = {
  en: ENGLISH,
  de: german,
  fr: french,
  es: spanish,
  pt: brazilian,
  ja: japanese,
} as const satisfies Record<string, Texts>;

/** A sentence in the language of a locale such as de, pt-BR or es-419; English where there is no better one. */
export function textOf(locale: string | undefined, key: TextKey, params: ErrorParams = {}): string {
  return fillTemplate(textsOf(locale)[key], params);
}

/** An error as people read it: in their language where it is one that people in chats meet. */
export function errorText({ code, params, message }: Failure, locale: string | undefined): string {
  const known = CHAT_ERRORS.find((one) => one === code);
  if (known === undefined || textsOf(locale) === ENGLISH) return message;
  return textOf(locale, `error.${known}`, localParams(params, locale));
}

/** A sentence, or a part of one, that was made in English, e.g. stored with a request; what is not known stays as it is. */
export function localText(text: string, locale: string | undefined): string {
  if (textsOf(locale) === ENGLISH) return text;
  for (const { key, pattern } of PARTS) {
    const found = pattern.exec(text);
    if (found) return textOf(locale, key, found.groups ?? {});
  }
  return text;
}

/** The language that whoever is answered at an address reads, as the platform wrote it there. */
export function localeOf(address: ReplyAddress): string | undefined {
  const { locale } = address;
  return typeof locale === "string" ? locale : undefined;
}

/** The English sentences that are put together elsewhere, read back. A test holds them against what makes them. */
const PARTS: readonly { readonly key: TextKey; readonly pattern: RegExp }[] = [
  ...(
    [
      "part.did-you-mean",
      "part.known",
      "part.until-lifted",
      "part.until",
      "part.draws-multiples",
      "part.draws-range",
      "part.draws",
      "note.unknown-things",
      "note.unknown",
      "note.no-picture",
      "note.view-moved",
      "note.plain-upscale",
      "note.capped-count",
      "note.capped-steps",
    ] as const
  ).map((key) => ({ key, pattern: patternOf(ENGLISH[key]) })),
  ...Object.entries(MODE_PHRASES).map(([mode, phrase]) => ({
    key: `mode.${mode as keyof typeof MODE_PHRASES}` as const,
    pattern: patternOf(phrase),
  })),
];

/** A template as the pattern of the sentences that it makes; its {names} are groups. */
function patternOf(template: string): RegExp {
  const parts = template.split(/\{(\w+)\}/);
  const source = parts.map((part, i) =>
    i % 2 === 0 ? part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&") : `(?<${part}>.+?)`,
  );
  return new RegExp(`^${source.join("")}$`, "s");
}

/** What people wrote themselves is never taken for a part of ours. */
const MADE_PARAMS: readonly string[] = ["hint", "supported", "mode", "until"];

function localParams(params: ErrorParams, locale: string | undefined): ErrorParams {
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => {
      const isMade = MADE_PARAMS.includes(name) && typeof value === "string";
      return [name, isMade ? localText(value, locale) : value];
    }),
  );
}

function textsOf(locale: string | undefined): Texts {
  const language = locale?.toLowerCase().split("-", 1)[0] ?? "en";
  return Object.entries(LANGUAGES).find(([name]) => name === language)?.[1] ?? ENGLISH;
}
