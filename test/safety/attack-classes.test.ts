import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

/** Every class of attack and of harmless input that looks like one, and where it is tested: a file below test/, and words that stand in it. */
const CLASSES: Readonly<Record<string, readonly (readonly [file: string, words: string])[]>> = {
  "letters: leet, look-alikes, invisible, turned, stretched, masked, glued, escaped": [
    ["safety/evasion.test.ts", "has fifty known evasions"],
    ["safety/second-evasions.ts", "word in tags"],
    ["safety/look-alikes.test.ts", "cover the scripts"],
  ],
  "weight syntax: brackets, scheduling, alternation, LoRA and embedding names, wildcards": [
    ["safety/evasions.ts", "prompt editing"],
    ["safety/second-evasions.ts", "schedule from"],
    ["safety/hostile-text.test.ts", "cannot hide a word in brackets"],
  ],
  "a flood of commas with the payload behind it": [["safety/evasion.test.ts", "flood of commas"]],
  "ways in: negative prompt, style, expanded wildcards, file name, alt text, LoRA name": [
    ["safety/safety.test.ts", "prompt after expansion"],
    ["safety/prompt-filter.test.ts", "reads the name of a LoRA"],
  ],
  "ways in: every later button, in the place where it is pressed": [
    ["safety/safety.test.ts", "is decided again where a button is pressed"],
    ["bot/submit-requests.test.ts", "reviewed where it was asked"],
  ],
  "ways in: uploads, and what is made from them later": [
    ["bot/submit-requests.test.ts", "also in what is made from it later"],
    ["safety/safety.test.ts", "is strict with an upload, whatever the channel"],
  ],
  "places: age-restricted channels, platforms without an age gate": [
    ["safety/prompt-filter.test.ts", "is strict on platforms without an age gate"],
    ["safety/policy.test.ts", "slack"],
  ],
  "meaning: combinations near and far, ages, real people, negated negatives": [
    ["safety/prompt-filter.test.ts", "finds a combination whose parts stand in different texts"],
    ["safety/prompt-filter.test.ts", "pushes adult age away"],
  ],
  "harmless: Scunthorpe, everyday prompts, other languages, names and places": [
    ["safety/benign.test.ts", "passes five thousand prompts"],
    ["safety/benign-words.ts", "Porntip"],
  ],
  "texts that take for ever: length, growth, marks, brackets, patterns": [
    ["safety/hostile-text.test.ts", "cannot exhaust the reader"],
  ],
  "markup: mentions, links, fences in what the bot writes": [
    ["platforms/discord/delivery.test.ts", "@everyone"],
    ["platforms/slack/render-message.test.ts", "<!channel>"],
  ],
  "markup: recipes that forge fields, XML, texts in files": [
    ["core/parameters-text.test.ts", "could be taken for more fields"],
    ["images/file-texts.test.ts", "explode when they are unpacked"],
  ],
  "markup: log lines": [["log/create-logger.test.ts", "one JSON line"]],
  "pictures: bombs, truncated, wrong types, EXIF, polyglots, animations": [
    ["images/read-picture.test.ts", "decompression bomb"],
    ["images/hostile-pictures.test.ts", "polyglot"],
  ],
  "pictures: hosts, redirects, endless and slow answers": [
    ["images/fetch-upload.test.ts", "no redirect to another host"],
    ["images/fetch-upload.test.ts", "endless body"],
  ],
  "pictures: a classifier that fails, lies, or is gone": [
    ["safety/image-filters.test.ts", "fail closed"],
    ["journeys/safety.test.ts", "the classifier's file is damaged"],
  ],
  "CompVis checker: thresholds, rounding, special care, layouts": [
    ["safety/concepts.test.ts", "half a thousandth"],
    ["safety/safety-checker.test.ts", "as transformers' CLIPImageProcessor"],
  ],
  "provenance: bit flips, foreign and own authorities, re-encoding": [
    ["images/content-credentials.test.ts", "show that one pixel was changed"],
    ["images/verify-picture.test.ts", "believes its own credentials"],
  ],
  "provenance: the watermark after JPEG, WebP, resizing, screenshots, turning; unmarked, flat and tiny pictures": [
    ["images/copies.ts", "a screenshot at double size"],
    ["images/verify-picture.test.ts", "a thousand others"],
    ["images/watermark.test.ts", "one pixel"],
  ],
  "operations: kill switch, strikes, appeals, bans": [
    ["journeys/moderation.test.ts", "stops and starts everything by"],
    ["moderation/bans.test.ts", "bans of the operator"],
  ],
  "operations: changed audit log": [["moderation/audit-log.test.ts", "one changed character of any row"]],
  "operations: purges while things run, a full disk": [["moderation/purges.test.ts", "works on a full disk"]],
  "operations: a faulty rules file": [
    ["safety/safety.test.ts", "changes nothing and says where"],
    ["journeys/safety.test.ts", "a bad file leaves those before"],
  ],
  "the command line: lines that are no JSON, endless lines, nothing at all": [["cli/safety.test.ts", "hostile lines"]],
};

describe("every class of attack", () => {
  it.each(Object.entries(CLASSES).flatMap(([name, tests]) => tests.map((test) => [name, ...test] as const)))(
    "has its tests: %s, in %s",
    (_, file, words) => {
      const path = fileURLToPath(new URL(`../${file}`, import.meta.url));

      expect(existsSync(path), file).toBe(true);
      expect(readFileSync(path, "utf8")).toContain(words);
    },
  );
});
