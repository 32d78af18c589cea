import { describe, expect, it } from "vitest";
import type { Call } from "../../src/diffusion/call.ts";
import { openControlNet } from "../../src/diffusion/control.ts";
import { createEngine } from "../../src/diffusion/generate.ts";
import { openGolden } from "./shipped-model.ts";

const call: Call = {
  mode: "text-to-image",
  prompts: ["a house"],
  promptSyntax: true,
  height: 64,
  width: 64,
  numInferenceSteps: 3,
  guidanceScale: 5,
  generator: { kind: "list", seeds: [1] },
};
const edges = { widthPx: 64, heightPx: 64, channels: 3, data: new Uint8Array(64 * 64 * 3).fill(255) } as const;

describe("openControlNet", () => {
  it.each(["controlnet-separate", "controlnet-merged"])("is silent in %s without a control picture", async (name) => {
    const model = await openGolden(name);
    const engine = createEngine({ model });

    const plain = await engine.generate(call);
    const atZero = await engine.generate({ ...call, control: { image: edges, conditioningScale: 0 } });
    const controlled = await engine.generate({ ...call, control: { image: edges } });
    await model.release();

    expect(plain.pictures[0]!.data).toEqual(atZero.pictures[0]!.data);
    expect(controlled.pictures[0]!.data).not.toEqual(plain.pictures[0]!.data);
  });

  it("refuses a control picture for a model that has no ControlNet", async () => {
    const model = await openGolden("sd1-pndm");

    expect(() => openControlNet(model, { ...call, control: { image: edges } })).toThrow(
      "model cannot follow a control picture: it has no ControlNet.",
    );
    await model.release();
  });

  it("needs a control picture in its own mode", async () => {
    const model = await openGolden("controlnet-merged");

    expect(() => openControlNet(model, { ...call, mode: "controlnet" })).toThrow(
      "controlnet needs a picture: control.",
    );
    await model.release();
  });
});
