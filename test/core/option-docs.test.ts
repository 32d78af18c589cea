import { describe, expect, it } from "vitest";
import {
  cliHelp,
  createChoiceLists,
  discordOptions,
  optionTable,
  suggestChoices,
  usageLine,
  usageText,
} from "../../src/core/option-docs.ts";
import { IMAGE_OPTIONS, IMAGINE_OPTIONS, PROMPT_OPTION, type OptionSpec } from "../../src/core/options.ts";
import { parsePrompt } from "../../src/core/parse-prompt.ts";
import { createSampleLibrary } from "./sample-models.ts";

const OPTIONS = [...IMAGE_OPTIONS, PROMPT_OPTION];
const lists = createChoiceLists(createSampleLibrary());
const byName = (name: string) => discordOptions(OPTIONS, lists).find((option) => option.name === name);

describe("the option table", () => {
  it("has examples that the grammar understands", () => {
    for (const { name, example } of IMAGE_OPTIONS) {
      expect(Object.keys(parsePrompt(`a fox ${example}`, IMAGE_OPTIONS).values)).toEqual([name]);
    }
  });

  it("uses no flag and no name twice", () => {
    const flags = IMAGE_OPTIONS.flatMap(({ flags }) => flags);

    expect(new Set(flags).size).toBe(flags.length);
    expect(new Set(OPTIONS.map(({ name }) => name)).size).toBe(OPTIONS.length);
  });
});

describe("discordOptions", () => {
  it("keeps Discord's limits and puts required options first", () => {
    const options = discordOptions(OPTIONS, lists);

    expect(options.length).toBeLessThanOrEqual(25);
    expect(options[0]).toEqual({ type: 3, name: "prompt", description: "What to draw", required: true });
    for (const { name, description, choices = [] } of options) {
      expect(name).toMatch(/^[-_a-z0-9]{1,32}$/);
      expect(description.length).toBeGreaterThan(0);
      expect(description.length).toBeLessThanOrEqual(100);
      expect(choices.length).toBeLessThanOrEqual(25);
    }
  });

  it("writes types, limits and choices", () => {
    expect(byName("seed")).toMatchObject({ type: 4, min_value: 0, max_value: 4_294_967_295 });
    expect(byName("guidance")).toMatchObject({ type: 10, min_value: 0, max_value: 30 });
    expect(byName("tile")).toMatchObject({ type: 5 });
    expect(byName("ar")).toEqual({ type: 3, name: "ar", description: expect.any(String) });
    expect(byName("negative")).toMatchObject({ type: 3, max_length: 2000 });
    expect(byName("model")!.choices).toEqual([
      { name: "stickers", value: "stickers" },
      { name: "sd-turbo", value: "sd-turbo" },
      { name: "sdxl", value: "sdxl" },
    ]);
    expect(byName("style")!.choices).toHaveLength(5);
  });

  it("suggests while typing where there are more than 25 choices", () => {
    const option: OptionSpec = {
      ...PROMPT_OPTION,
      kind: "choice",
      choices: Array.from({ length: 26 }, (_, i) => `m${i}`),
    };
    const [made] = discordOptions([option], lists);

    expect(made).toMatchObject({ autocomplete: true });
    expect(made).not.toHaveProperty("choices");
    expect(suggestChoices(option, "M1", lists).slice(0, 3)).toEqual(["m1", "m10", "m11"]);
    expect(suggestChoices(option, "", lists)).toHaveLength(25);
  });

  it("takes pictures as attachments", () => {
    expect(discordOptions([{ ...PROMPT_OPTION, kind: "picture" }], lists)[0]!.type).toBe(11);
  });
});

describe("suggestChoices", () => {
  const option = IMAGE_OPTIONS.find(({ name }) => name === "style")!;

  it("finds the beginning, the middle and the misspelled", () => {
    expect(suggestChoices(option, "fl", lists)).toEqual(["fluent-3d", "fluent-emoji-flat"]);
    expect(suggestChoices(option, "3d", lists)).toEqual(["fluent-3d"]);
    expect(suggestChoices(option, "noot", lists)).toEqual(["noto"]);
  });
});

describe("help", () => {
  const command = { name: "imagine", description: "Draw", options: [PROMPT_OPTION, ...IMAGE_OPTIONS.slice(0, 4)] };

  it("shows how a command is typed", () => {
    expect(usageLine(command)).toBe("/imagine <prompt> [--no text] [--ar 16:9] [--size 512x768] [--count 4]");
    expect(usageText(command).split("\n")).toEqual([
      "`/imagine <prompt> [--no text] [--ar 16:9] [--size 512x768] [--count 4]`",
      "Draw",
      "• `<prompt>` What to draw",
      "• `--no, --negative <words>` What should not be in the picture",
      "• `--ar, --aspect <W:H>` Aspect ratio in place of a size",
      "• `--size <WxH>` Width x height in pixels",
      "• `--count, --n, --repeat <number>` How many pictures, 1 to 8",
    ]);
  });

  it("gives the command line every flag", () => {
    const help = cliHelp(OPTIONS);

    expect(help).toHaveLength(IMAGE_OPTIONS.length);
    expect(help).toContainEqual({ flags: "--tile", description: "Edges that repeat seamlessly" });
    expect(help).toContainEqual({ flags: "--seed <number>", description: "Same seed, same picture, 0 to 4294967295" });
  });

  it("makes README's table", () => {
    const lines = optionTable().split("\n");

    expect(lines).toHaveLength(2 + IMAGINE_OPTIONS.length);
    expect(lines[2]).toBe("| `--no`, `--negative` | What should not be in the picture | `--no text` |");
    expect(lines.every((line) => line.split("|").length === 5)).toBe(true);
  });
});
