import { readFileSync } from "node:fs";

/** How characters read: see models/safety-rules/look-alikes.json and the script that writes it. */
export interface LookAlikes {
  /** What one character may be read as: some single letters and clusters such as `ae`, the likeliest first. */
  readonly readings: ReadonlyMap<string, readonly string[]>;
  /** What a character is when the word stands on its head. */
  readonly turned: ReadonlyMap<string, string>;
  /** Characters that exist only to be turned: one of them makes a text suspicious of standing on its head. */
  readonly turnedOnly: RegExp;
}

interface LookAlikeFile {
  readonly readAs: Readonly<Record<string, string>>;
  readonly turned: Readonly<Record<string, string>>;
  readonly turnedAscii: Readonly<Record<string, string>>;
}

/** Reads the table. Throws when the file is missing or is not the expected JSON. */
export function readLookAlikes(path: string): LookAlikes {
  const file = JSON.parse(readFileSync(path, "utf8")) as LookAlikeFile;
  const readings = new Map<string, string[]>();
  for (const [reading, characters] of Object.entries(file.readAs)) {
    for (const character of characters) readings.set(character, [...(readings.get(character) ?? []), reading]);
  }
  const turned = new Map(Object.entries(file.turnedAscii));
  for (const [letter, characters] of Object.entries(file.turned)) {
    for (const character of characters) turned.set(character, letter);
  }
  const special = [...turned.keys()].filter((character) => character.codePointAt(0)! > 0x7f);
  return { readings, turned, turnedOnly: new RegExp(`[${special.join("")}]`, "u") };
}
