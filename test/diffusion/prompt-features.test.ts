import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { GenerateEvent, RawPicture } from "../../src/core/generator.ts";
import type { Call } from "../../src/diffusion/call.ts";
import { createEngine, type Engine } from "../../src/diffusion/generate.ts";
import type { LoadedModel } from "../../src/diffusion/loaded-model.ts";
import { openGolden } from "./shipped-model.ts";

let model: LoadedModel;
let engine: Engine;
beforeAll(async () => {
  model = await openGolden("sd1-pndm");
  engine = createEngine({ model });
});
afterAll(() => model.release());

async function draw(prompt: string, fields: Partial<Call> = {}): Promise<RawPicture> {
  const call: Call = {
    mode: "text-to-image",
    prompts: [prompt],
    promptSyntax: true,
    height: 64,
    width: 64,
    numInferenceSteps: 5,
    guidanceScale: 5,
    generator: { kind: "list", seeds: [3] },
    scheduler: { name: "DDIMScheduler", config: {} },
    ...fields,
  };
  return (await engine.generate(call)).pictures[0]!;
}

/** Largest difference of two pictures in levels of 255. */
function apart(a: RawPicture, b: RawPicture): number {
  return a.data.reduce((largest, value, i) => Math.max(largest, Math.abs(value - b.data[i]!)), 0);
}

describe("scheduled prompts", () => {
  it("draw the plain prompt when nothing changes, and something else when it does", async () => {
    const plain = await draw("a red fox");

    expect(apart(await draw("a [red:red:0.5] fox"), plain)).toBe(0);
    expect(apart(await draw("a [red:blue:5] fox"), plain)).toBe(0);
    expect(apart(await draw("a [red:blue:0.5] fox"), plain)).toBeGreaterThan(0);
  });

  it("apply to the negative prompt too", async () => {
    const plain = await draw("a fox", { negativePrompts: ["fog"] });

    const changed = await draw("a fox", { negativePrompts: ["[fog:rain:0.5]"] });

    expect(apart(changed, plain)).toBeGreaterThan(0);
  });
});

describe("AND", () => {
  it("of equal halves is the prompt itself", async () => {
    const plain = await draw("a red fox");

    const both = await draw("a red fox :0.5 AND a red fox :0.5");

    expect(apart(both, plain)).toBeLessThanOrEqual(1);
  });

  it("of two prompts lies between them also without guidance", async () => {
    const both = await draw("a red fox AND a castle", { guidanceScale: 1 });

    expect(apart(both, await draw("a red fox", { guidanceScale: 1 }))).toBeGreaterThan(0);
    expect(apart(both, await draw("a castle", { guidanceScale: 1 }))).toBeGreaterThan(0);
  });

  it("is text without syntax", async () => {
    const text = await draw("a fox AND a castle", { promptSyntax: false });
    const both = await draw("a fox AND a castle");

    expect(apart(text, both)).toBeGreaterThan(0);
  });
});

describe("blended prompts", () => {
  it("are the first at weight 0 and the second at weight 1", async () => {
    const blend = (weight: number) => draw("a fox", { blend: { weight, prompts: ["a castle"] } });

    expect(apart(await blend(0), await draw("a fox"))).toBe(0);
    expect(apart(await blend(1), await draw("a castle"))).toBe(0);
    expect(apart(await blend(0.5), await draw("a fox"))).toBeGreaterThan(0);
  });
});

describe("long prompts", () => {
  it("are read to their end, also beside a short negative prompt", async () => {
    const words = Array.from({ length: 60 }, (_, i) => (i % 2 === 0 ? "red" : "fox")).join(" ");

    const first = await draw(`${words} castle`, { negativePrompts: ["fog"] });
    const second = await draw(`${words} dragon`, { negativePrompts: ["fog"] });
    const cut = await draw(`${words} ${words} dragon`, { negativePrompts: ["fog"], promptSyntax: false });
    const cutToo = await draw(`${words} ${words} castle`, { negativePrompts: ["fog"], promptSyntax: false });

    expect(apart(first, second)).toBeGreaterThan(0);
    expect(apart(cut, cutToo)).toBe(0);
  });
});

describe("latent consistency models", () => {
  it("spread all steps over what strength leaves", async () => {
    const lcm = await openGolden("lcm");
    const other = await openGolden("sd1-img2img-unipc");
    const drawing = createEngine({ model: { ...lcm, vaeEncoder: other.vaeEncoder } });
    const image: RawPicture = { widthPx: 64, heightPx: 64, channels: 3, data: new Uint8Array(64 * 64 * 3).fill(90) };
    const events: GenerateEvent[] = [];
    const call: Call = {
      mode: "image-to-image",
      prompts: ["a lake"],
      promptSyntax: false,
      height: 64,
      width: 64,
      numInferenceSteps: 4,
      guidanceScale: 4,
      strength: 0.5,
      image,
      generator: { kind: "list", seeds: [3] },
    };

    await drawing.generate(call, (event) => events.push(event));
    await lcm.release();
    await other.release();

    expect(events.filter(({ type }) => type === "step")).toHaveLength(4);
  });
});
