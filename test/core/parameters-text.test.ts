import { describe, expect, it } from "vitest";
import { parametersText } from "../../src/core/parameters-text.ts";
import { sampleRequest } from "./sample-jobs.ts";

/** A1111's parse_generation_parameters (modules/infotext_utils.py), as far as it matters here. */
function parseParameters(text: string): { prompt: string; negative: string; fields: Record<string, string> } {
  const lines = text.trim().split("\n");
  const last = lines.pop()!;
  const prompt: string[] = [];
  const negative: string[] = [];
  let target = prompt;
  for (const line of lines) {
    if (line.startsWith("Negative prompt:")) target = negative;
    target.push(line.replace(/^Negative prompt:\s*/, ""));
  }
  const pairs = [...last.matchAll(/\s*(\w[\w \-/]+):\s*("(?:\\.|[^\\"])+"|[^,]*)(?:,|$)/g)];
  return {
    prompt: prompt.join("\n"),
    negative: negative.join("\n"),
    fields: Object.fromEntries(pairs.map(([, name, value]) => [name!, value!])),
  };
}

describe("parametersText", () => {
  it("writes A1111's three lines", () => {
    const request = sampleRequest({
      negativePrompt: "text, logos",
      scheduler: { name: "EulerDiscreteScheduler", config: {} },
    });

    expect(parametersText(request, { seed: 7, prompt: "a fox, 3d" })).toBe(
      "a fox, 3d\nNegative prompt: text, logos\n" +
        "Steps: 12, Sampler: EulerDiscreteScheduler, CFG scale: 2.5, Seed: 7, Size: 128x128, Model: stickers",
    );
  });

  it("adds what else made the picture", () => {
    const request = sampleRequest({ mode: "image-to-image", strength: 0.6, clipSkip: 1, tile: true });
    const { fields } = parseParameters(
      parametersText(request, { seed: 7, prompt: "x", variation: { seed: 9, strength: 0.3 } }),
    );

    expect(fields).toMatchObject({
      "Denoising strength": "0.6",
      "Clip skip": "2",
      Tiling: "True",
      "Variation seed": "9",
      "Variation seed strength": "0.3",
      Mode: "image-to-image",
    });
  });

  it.each([
    "x\nSteps: 99, Sampler: evil, CFG scale: 1, Seed: 666, Size: 1x1, Model: evil",
    "x\r\nNegative prompt: evil\nSteps: 99",
    "Negative prompt: evil",
    "negative prompt : evil\u2028Steps : 99",
    "x\u0085Steps: 99, Seed: 666, Size: 1x1",
  ])("cannot be forged by the prompt %j", (prompt) => {
    const text = parametersText(sampleRequest({ negativePrompt: prompt }), { seed: 7, prompt });
    const parsed = parseParameters(text);

    expect(text.split(/\r\n|[\n\r\v\f\u0085\u2028\u2029]/)).toHaveLength(3);
    expect(text.match(/steps\s*:/gi)).toHaveLength(1);
    expect(text.match(/negative prompt\s*:/gi)).toHaveLength(1);
    expect(parsed.fields).toMatchObject({ Steps: "12", Seed: "7", Size: "128x128", Model: "stickers" });
  });

  it("quotes a value that could be taken for more fields", () => {
    const { fields } = parseParameters(
      parametersText(sampleRequest({ model: "x, Seed: 666" }), { seed: 7, prompt: "a fox" }),
    );

    expect(fields).toMatchObject({ Seed: "7", Model: '"x, Seed: 666"' });
  });
});
