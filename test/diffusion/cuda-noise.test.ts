import { expect, it } from "vitest";
import { createEngine } from "../../src/diffusion/generate.ts";
import { createPhiloxRandom } from "../../src/numerics/philox-random.ts";
import { openGolden } from "./shipped-model.ts";

it("a picture of a CUDA seed begins with torch.randn of a CUDA device, each picture with its own", async () => {
  const model = await openGolden("sd-turbo");
  let noise = new Float32Array();
  const engine = createEngine({
    model,
    createRandom: createPhiloxRandom,
    trace: { noise: (seen) => void (noise = seen.slice()) },
  });

  await engine.generate({
    mode: "text-to-image",
    prompts: ["a fox", "a fox"],
    promptSyntax: false,
    width: 64,
    height: 64,
    numInferenceSteps: 1,
    guidanceScale: 0,
    generator: { kind: "list", seeds: [1, 0] },
  });
  await model.release();

  // torch.randn(4, device="cuda") after torch.manual_seed(0).
  const wanted = [-0.92466259, -0.42534415, -2.6438457, 0.14518388];
  const second = noise.subarray(noise.length / 2);
  wanted.forEach((value, i) => expect(second[i]).toBeCloseTo(value, 6));
  expect(noise[0]).not.toBe(second[0]);
});
