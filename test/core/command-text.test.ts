import { describe, expect, it } from "vitest";
import { commandText, escapePrompt, optionsOf } from "../../src/core/command-text.ts";
import { resolveRequests } from "../../src/core/resolve-request.ts";
import { sampleRequest } from "./sample-jobs.ts";
import { createSampleLibrary, createSeededRandom } from "./sample-models.ts";

const models = createSampleLibrary();
const resolve = (prompt: string) => resolveRequests({ prompt, options: {} }, { models, random: createSeededRandom(1) });

describe("commandText", () => {
  it("writes a request as one types it", () => {
    expect(commandText(sampleRequest({ negativePrompt: "text, logos", tile: true }))).toBe(
      'a fox --no "text, logos" --size 128x128 --count 4 --seed 7 --steps 12 --guidance 2.5 --model stickers --tile',
    );
  });

  it.each([
    "a fox",
    "a red fox --count 3 --private --style 3d",
    "a fox --model sd-turbo --ar 16:9 --sampler ddim --no text, logos --tile --guidance 1.25",
    String.raw`a \--seed \—ar fox \"quoted and \{red\|blue\} a|b } --seed 3`,
    `a sign "hello --seed 7" --no "say \\"hi\\"" --seed 3`,
    String.raw`\(fox\) [a|b] well--known -- — 5" ok \\ --seed 3`,
    String.raw`a fox --no "\\{a\\|b\\}" --seed 3`,
  ])("leads to the same request again: %j", (typed) => {
    const [request, ...others] = resolve(typed);

    const [again] = resolve(commandText(request!));

    expect(others).toEqual([]);
    expect(again).toEqual(request);
  });
});

describe("optionsOf", () => {
  it("counts pictures that are shown, not candidates", () => {
    expect(optionsOf(sampleRequest({ bestOf: 2 }, 6))).toMatchObject({ count: 3, "best-of": 2 });
  });

  it("leaves out what no option can say", () => {
    const options = optionsOf(sampleRequest({ scheduler: { name: "Unheard", config: {} } }, 1));

    expect(options).not.toHaveProperty("sampler");
    expect(options).toMatchObject({ count: 1, seed: 7, model: "stickers" });
  });
});

describe("escapePrompt", () => {
  it("leaves an ordinary prompt alone", () => {
    expect(escapePrompt("a fox, (red:1.2) [a|b] — at night")).toBe("a fox, (red:1.2) [a|b] — at night");
  });
});
