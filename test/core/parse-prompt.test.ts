import { describe, expect, it } from "vitest";
import { UserError } from "../../src/core/errors.ts";
import { IMAGE_OPTIONS, PROMPT_OPTION } from "../../src/core/options.ts";
import { parseCommandText, parsePrompt } from "../../src/core/parse-prompt.ts";
import { createSeededRandom } from "./sample-models.ts";

const parse = (text: string) => parsePrompt(text, IMAGE_OPTIONS);

describe("parsePrompt", () => {
  it("takes every flag from anywhere in the text", () => {
    const parsed = parse(
      "--ar 16:9 a fox --seed 7 in --steps 20 the --guidance 7.5 snow --count 4 --model x --style y " +
        "--sampler dpmpp_2m --strength 0.6 --tile --private --no text, logos",
    );

    expect(parsed).toEqual({
      text: "a fox in the snow",
      values: {
        ar: "16:9",
        seed: 7,
        steps: 20,
        guidance: 7.5,
        count: 4,
        model: "x",
        style: "y",
        sampler: "dpmpp_2m",
        strength: 0.6,
        tile: true,
        private: true,
        negative: "text, logos",
      },
    });
  });

  it.each([
    ["--ar=16:9", { ar: "16:9" }],
    ["--AR 16:9", { ar: "16:9" }],
    ["--aspect 3x2", { ar: "3:2" }],
    ["--ar portrait", { ar: "2:3" }],
    ["--ar 1.85:1", { ar: "1.85:1" }],
    ["--size 512×768", { size: "512x768" }],
    ['--size "512 x 768"', { size: "512x768" }],
    ["--n 2, --seed 7", { count: 2, seed: 7 }],
    ["--cfg 7,5", { guidance: 7.5 }],
    ["--cfg .5", { guidance: 0.5 }],
    ["--seed 1e3", { seed: 1000 }],
    ["--seed 12.0", { seed: 12 }],
    ["--seed +12", { seed: 12 }],
    ["--cfg -0", { guidance: 0 }],
    ["--scheduler euler", { sampler: "euler" }],
    ["--tile=false", { tile: false }],
    ["--style “fluent 3d”", { style: "fluent 3d" }],
  ])("reads %s", (flags, values) => {
    expect(parse(`a fox ${flags}`)).toEqual({ text: "a fox", values });
  });

  it.each([
    ["—ar 16:9", { ar: "16:9" }],
    ["–ar 16:9", { ar: "16:9" }],
    ["——ar 16:9", { ar: "16:9" }],
    ["―seed 7", { seed: 7 }],
    ["—no text —seed 7", { negative: "text", seed: 7 }],
  ])("repairs the dash of %s", (flags, values) => {
    expect(parse(`a fox ${flags}`)).toEqual({ text: "a fox", values });
  });

  it.each([
    "a well--known fox",
    "a fox -- the red one",
    "a fox --5",
    "a fox —running in the snow",
    "a fox — style icon of its time",
    "a fox – private and shy",
    "-ar is no flag",
    `a 5" pipe and a 6" hose`,
    "the cat's hat, 'single' quotes",
    "a fox (red:1.3) [a:b:0.4] a|b",
    "狐 🦊 in the snow",
  ])("leaves %j as it is", (text) => {
    expect(parse(text)).toEqual({ text, values: {} });
  });

  it("keeps quotations whole, with the flags in them", () => {
    const parsed = parse(`a sign "try --seed 7" and “more --tile” --count 2`);

    expect(parsed).toEqual({ text: `a sign "try --seed 7" and “more --tile”`, values: { count: 2 } });
  });

  it("takes a backslash as: what follows is text", () => {
    const parsed = parse(String.raw`a \--seed 7 \—ar \"fox and \(brackets\)`);

    expect(parsed).toEqual({ text: String.raw`a --seed 7 —ar "fox and \(brackets\)`, values: {} });
  });

  it("lets a text value run to the next flag, and a quoted one to its end", () => {
    expect(parse("a fox --no text, logos --seed 7 red")).toEqual({
      text: "a fox red",
      values: { negative: "text, logos", seed: 7 },
    });
    expect(parse(String.raw`a fox --no "text, \"logos\"" red`)).toEqual({
      text: "a fox red",
      values: { negative: 'text, "logos"' },
    });
  });

  it("collapses white space and drops control characters and half surrogates", () => {
    const parsed = parse("  a\u0000 fox \n\n in\tthe \ud800 snow ");

    expect(parsed.text).toBe("a fox in the \uFFFD snow");
  });

  it("throws nothing but UserError for 5,000 random texts", () => {
    const random = createSeededRandom(20261122);
    const pieces = [
      ...`a fox -- --ar --no --seed --tile --x — –ar " “ ” \\ { | } = : 16:9 512x768 7,5 NaN 1e999 -5 \n \t \0 \ud83e 🦊 ( [ , ; ' --ar= --é`.split(
        " ",
      ),
      " ",
      " ",
      " ",
    ];
    const wrong: string[] = [];
    let parsedCount = 0;

    for (let i = 0; i < 5000; i++) {
      const text = Array.from({ length: random(30) }, () => pieces[random(pieces.length)]!).join(random(2) ? " " : "");
      try {
        const { text: rest, values } = parse(text);
        parsedCount += 1;
        if (
          rest !== rest.trim() ||
          Object.values(values).some((value) => typeof value === "number" && !Number.isFinite(value))
        )
          wrong.push(text);
      } catch (error) {
        if (!(error instanceof UserError)) wrong.push(text);
      }
    }

    expect(wrong).toEqual([]);
    expect(parsedCount).toBeGreaterThan(500);
  });

  it.each([
    ["dashes", "-".repeat(100_000)],
    ["spaced dashes", "-- ".repeat(100_000)],
    ["long dashes", "—ar".repeat(50_000)],
    ["quotes", `"" `.repeat(50_000)],
    ["backslashes", "\\".repeat(100_000)],
    ["spaces", " ".repeat(100_000)],
    ["words", "a ".repeat(100_000)],
    ["an open quotation", `"${"\\a".repeat(50_000)}`],
    ["an endless flag", `--${"a".repeat(100_000)}`],
    ["an endless number", `--seed ${"9".repeat(100_000)}`],
    ["an endless --no", `--no ${"a, ".repeat(50_000)}`],
  ])("stays quick on a hundred thousand characters of %s", (_, text) => {
    // A quadratic parser takes minutes here and runs into the test's time limit.
    const outcome = ((): unknown => {
      try {
        return parse(text);
      } catch (error) {
        return error;
      }
    })();

    expect(outcome instanceof UserError || typeof outcome === "object").toBe(true);
    expect(outcome instanceof UserError ? outcome.message.length : 0).toBeLessThan(300);
  });
});

describe("parseCommandText", () => {
  const JOB = { name: "job", flags: [], kind: "job", description: "", example: "" } as const;

  it("hands a text that holds flags on whole", () => {
    const values = parseCommandText("a fox --seed 7", [PROMPT_OPTION, ...IMAGE_OPTIONS]);

    expect(values).toEqual({ prompt: "a fox --seed 7" });
  });

  it("gives the rest to the option without flags", () => {
    expect(parseCommandText(" K3F9x2ab ", [JOB])).toEqual({ job: "k3f9x2ab" });
    expect(parseCommandText("", [JOB])).toEqual({});
  });

  it("refuses text that no option takes", () => {
    expect(() => parseCommandText("please", [])).toThrow("Unknown option “please”.");
  });
});
