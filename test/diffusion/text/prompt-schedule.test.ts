import { describe, expect, it } from "vitest";
import { isScheduled, promptAt } from "../../../src/diffusion/text/prompt-schedule.ts";

/** The prompt at each of ten steps, runs of equal texts as "text x count". */
function over10(prompt: string): string[] {
  const texts = Array.from({ length: 10 }, (_, step) => promptAt(prompt, step, 10));
  const runs: { text: string; count: number }[] = [];
  for (const text of texts) {
    const last = runs.at(-1);
    if (last?.text === text) last.count++;
    else runs.push({ text, count: 1 });
  }
  return runs.map(({ text, count }) => `${text} x ${count}`);
}

describe("promptAt", () => {
  it.each([
    ["a [cat:dog:0.4]", ["a cat x 4", "a dog x 6"]],
    ["a [cat:dog:7]", ["a cat x 7", "a dog x 3"]],
    ["a [red :0.5]fox", ["a fox x 5", "a red fox x 5"]],
    ["a [red ::3]fox", ["a red fox x 3", "a fox x 7"]],
    ["a [cat:[dog:fox:8]:2]", ["a cat x 2", "a dog x 6", "a fox x 2"]],
    ["a [(red:1.2) cat:dog:0.5]", ["a (red:1.2) cat x 5", "a dog x 5"]],
    ["a [blurry] cat", ["a [blurry] cat x 10"]],
    ["a [blurry:x] cat", ["a [blurry:x] cat x 10"]],
    [String.raw`a \[cat:dog:0.4\]`, [String.raw`a \[cat:dog:0.4\] x 10`]],
    ["a [cat:dog:0.4", ["a [cat:dog:0.4 x 10"]],
    ["a fox: red", ["a fox: red x 10"]],
  ])("resolves %j", (prompt, runs) => {
    expect(over10(prompt)).toEqual(runs);
  });

  it("takes turns at every step", () => {
    const texts = [0, 1, 2, 3].map((step) => promptAt("a [cat|dog|] here", step, 4));

    expect(texts).toEqual(["a cat here", "a dog here", "a  here", "a cat here"]);
  });

  it("leaves a prompt without brackets to itself", () => {
    expect([isScheduled("a (red:1.2) fox"), isScheduled("a [red] fox"), isScheduled("a [cat:dog:2]")]).toEqual([
      false,
      false,
      true,
    ]);
  });
});
