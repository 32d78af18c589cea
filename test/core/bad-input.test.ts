import { describe, expect, it } from "vitest";
import type { OptionValues } from "../../src/core/interaction.ts";
import { resolveRequests } from "../../src/core/resolve-request.ts";
import { createSampleLibrary } from "./sample-models.ts";

const KNOWN_STYLES = "noto, fluent-3d, fluent-emoji-flat, noto-v1, fxemoji";

/** What somebody may type, and the exact sentence they read. */
const ROWS: readonly (readonly [input: string, sentence: string])[] = [
  ["", "The prompt is empty. Say what to draw, for example: a red fox in the snow"],
  ["   \n\t ", "The prompt is empty. Say what to draw, for example: a red fox in the snow"],
  ["--seed 7", "The prompt is empty. Say what to draw, for example: a red fox in the snow"],
  ["x".repeat(10_000), "The prompt has 10000 characters; the limit is 2000."],
  [`fox --no ${"x".repeat(10_000)}`, "negative has 10000 characters; the limit is 2000."],
  ["fox --size 13x9999", "size: stickers cannot draw 13x9999. It draws 128x128."],
  [
    "fox --model sd-turbo --size 13x9999",
    "size: sd-turbo cannot draw 13x9999. It draws widths and heights that are multiples of 8 between 256 and 1024, for example 512x512.",
  ],
  [
    "fox --model sd-turbo --size 510x512",
    "size: sd-turbo cannot draw 510x512. It draws widths and heights that are multiples of 8 between 256 and 1024, for example 512x512.",
  ],
  ["fox --size big", "size: “big” is not a size. Write width x height in pixels, for example 512x768."],
  ["fox --size 0x512", "size: “0x512” is not a size. Write width x height in pixels, for example 512x768."],
  ["fox --size -5x5", "size: “-5x5” is not a size. Write width x height in pixels, for example 512x768."],
  ["fox --ar 16", "ar: “16” is not an aspect ratio. Write width:height, for example 16:9."],
  ["fox --ar 0:1", "ar: “0:1” is not an aspect ratio. Write width:height, for example 16:9."],
  ["fox --ar 16:9", "ar: stickers cannot draw 16:9. It draws 128x128."],
  ["fox --model sdxl --ar 1:9", "ar: sdxl cannot draw 1:9. It draws 1024x1024, 1344x768, 768x1344."],
  ["fox --model sd-turbo --ar 1:1 --size 512x512", "size and ar cannot be used together."],
  ["fox --seed text", "seed: “text” is not a whole number."],
  ["fox --seed 1.5", "seed: “1.5” is not a whole number."],
  ["fox --seed 1,000", "seed: “1,000” is not a whole number."],
  ["fox --seed 0x10", "seed: “0x10” is not a whole number."],
  ["fox --seed -1", "seed must be between 0 and 4294967295; you gave -1."],
  ["fox --seed −1", "seed must be between 0 and 4294967295; you gave −1."],
  ["fox --seed 4294967296", "seed must be between 0 and 4294967295; you gave 4294967296."],
  ["fox --steps 0", "steps must be between 1 and 150; you gave 0."],
  ["fox --steps 1e9", "steps must be between 1 and 150; you gave 1e9."],
  ["fox --steps 1e999", "steps must be between 1 and 150; you gave 1e999."],
  ["fox --steps 100", "steps (stickers) must be between 1 and 50; you gave 100."],
  ["fox --guidance NaN", "guidance: “NaN” is not a number."],
  ["fox --guidance Infinity", "guidance: “Infinity” is not a number."],
  ["fox --guidance -Infinity", "guidance: “-Infinity” is not a number."],
  ["fox --guidance 31", "guidance must be between 0 and 30; you gave 31."],
  ["fox --guidance -1", "guidance must be between 0 and 30; you gave -1."],
  ["fox --strength 60%", "strength: “60%” is not a number."],
  ["fox --strength 1.01", "strength must be between 0 and 1; you gave 1.01."],
  ["fox --count 0", "count must be between 1 and 8; you gave 0."],
  ["fox --count 5 --model sd-turbo", "count (sd-turbo) must be between 1 and 4; you gave 5."],
  ["fox --count four", "count: “four” is not a whole number."],
  ["fox --model dalle", "There is no model named “dalle”. Installed: stickers, sd-turbo, sdxl."],
  ["fox --style flta", `There is no style named “flta”. Did you mean flat? Known: ${KNOWN_STYLES}.`],
  ["fox --model sd-turbo --style flat", "There is no style named “flat”. Known: none for sd-turbo."],
  ["fox --sede 7", "Unknown option --sede. Did you mean --seed?"],
  ["fox --v 6", "Unknown option --v. Did you mean --model?"],
  ["fox --stylize 100", "Unknown option --stylize. Did you mean --guidance?"],
  ["fox --seed", "--seed needs a value, for example --seed 7."],
  ["fox --seed --tile", "--seed needs a value, for example --seed 7."],
  ["fox --no", "--no needs a value, for example --no text."],
  ['fox --no ""', "negative needs a value, for example --no text."],
  ["fox --seed 7 --seed 7", "--seed is given twice."],
  ["fox --ar 1:1 --aspect 1:1", "--aspect is given twice."],
  ["fox --tile=maybe", "tile: “maybe” is not one of the choices. Choices: true, false."],
  ['fox --no "text', 'A quotation mark is opened and never closed: "text'],
  ['a sign "open --seed 7', 'A quotation mark is opened and never closed: "open --seed 7'],
  ["a {red|blue fox", "A brace is opened and never closed: {red|blue fox"],
  ["{1|2|3|4}{1|2|3|4}{1|2}", "The braces expand to 32 prompts; the limit is 16."],
  ["{1|2}".repeat(1000), "The braces expand to more than a million prompts; the limit is 16."],
];

const draw = (prompt: string, options: OptionValues = {}) =>
  resolveRequests({ prompt, options }, { models: createSampleLibrary(), random: () => 7 });

describe("bad input", () => {
  const rows = ROWS.map(([input, sentence]) => ({ input, sentence, shown: JSON.stringify(input.slice(0, 40)) }));

  it.each(rows)("answers $shown with a sentence that says what to do", ({ input, sentence }) => {
    expect(() => draw(input)).toThrow(expect.objectContaining({ name: "UserError", message: sentence }));
  });

  it("names the choices for an unknown sampler, nearest first", () => {
    const sentence = /^sampler: “eulr” is not one of the choices\. Did you mean euler\? Choices: .*\beuler_a\b.*\.$/;

    expect(() => draw("fox --sampler eulr")).toThrow(sentence);
  });

  it("refuses an option that is both a field and a flag", () => {
    expect(() => draw("fox --seed 7", { seed: 8 })).toThrow("seed is given twice.");
  });
});
