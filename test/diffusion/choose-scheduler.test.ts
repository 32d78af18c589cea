import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SAMPLERS } from "../../src/core/samplers.ts";
import type { Call } from "../../src/diffusion/call.ts";
import { chooseScheduler } from "../../src/diffusion/choose-scheduler.ts";
import { createEngine } from "../../src/diffusion/generate.ts";
import type { LoadedModel } from "../../src/diffusion/loaded-model.ts";
import { openBuiltIn, openGolden } from "./shipped-model.ts";

let flow: LoadedModel;
let epsilon: LoadedModel;
beforeAll(async () => {
  flow = await openBuiltIn();
  epsilon = await openGolden("sd1-pndm");
});
afterAll(async () => {
  await flow.release();
  await epsilon.release();
});

const call: Call = {
  mode: "text-to-image",
  prompts: ["a red apple on a white background"],
  promptSyntax: true,
  height: 128,
  width: 128,
  numInferenceSteps: 12,
  guidanceScale: 2.5,
  generator: { kind: "list", seeds: [2] },
};
const withSampler = (name: keyof typeof SAMPLERS): Call => ({ ...call, scheduler: SAMPLERS[name] });

const old = (name: string, config = {}) => ({ ...epsilon, scheduler: { name, config } });
const own = (model: LoadedModel, change: Partial<Call> = {}) => chooseScheduler(model, { ...call, ...change }).config;

describe("chooseScheduler", () => {
  it("takes the folder's own without a wish", () => {
    expect(chooseScheduler(epsilon, call)).toBe(epsilon.scheduler);
  });

  describe("of an old configuration", () => {
    it("overwrites what diffusers' pipeline for the mode overwrites", () => {
      const ddim = old("DDIMScheduler", { clip_sample: true });
      const pndm = old("PNDMScheduler", { steps_offset: 0, skip_prk_steps: false });

      expect(own(ddim)).toEqual({ clip_sample: false, steps_offset: 1 });
      expect(own(ddim, { mode: "inpaint" })).toEqual({ clip_sample: true, steps_offset: 1 });
      expect(own(pndm, { mode: "image-to-image" })).toEqual({ steps_offset: 1, skip_prk_steps: false });
      expect(own(pndm, { mode: "inpaint" })).toEqual({ steps_offset: 1, skip_prk_steps: true });
    });

    it("leaves alone what the other pipelines leave alone", () => {
      const ddim = old("DDIMScheduler", { steps_offset: 0, clip_sample: true });
      const sdxl: LoadedModel = { ...ddim, family: "stable-diffusion-xl" };

      expect(own(ddim, { mode: "instruct" })).toBe(ddim.scheduler.config);
      expect(own(ddim, { mode: "controlnet" })).toBe(ddim.scheduler.config);
      expect(own(sdxl)).toBe(sdxl.scheduler.config);
      expect(own(flow)).toBe(flow.scheduler.config);
    });

    it("lets a call say otherwise", () => {
      const scheduler = { name: "EulerDiscreteScheduler", config: { steps_offset: 0 } };

      expect(own(old("DDIMScheduler"), { scheduler })).toEqual({ clip_sample: false, steps_offset: 0 });
    });
  });

  it("lays the wish over the folder's configuration", () => {
    const { name, config } = chooseScheduler(epsilon, withSampler("euler_karras"));

    expect([name, config["use_karras_sigmas"], config["beta_end"]]).toEqual(["EulerDiscreteScheduler", true, 0.012]);
  });

  it.each([
    ["euler", "FlowMatchEulerDiscreteScheduler"],
    ["heun", "FlowMatchHeunDiscreteScheduler"],
    ["lcm", "FlowMatchLCMScheduler"],
    ["flow_euler", "FlowMatchEulerDiscreteScheduler"],
    ["unipc_karras", "UniPCMultistepScheduler"],
  ] as const)("takes for %s of a flow model %s", (sampler, name) => {
    expect(chooseScheduler(flow, withSampler(sampler)).name).toBe(name);
  });

  it("refuses schedulers whose steps mean nothing to the model", () => {
    expect(() => chooseScheduler(flow, withSampler("ddim"))).toThrow(
      "easel-v0 cannot use DDIMScheduler: it predicts flow; choose Euler, Heun, LCM, DPM++ 2M and 2S, DEIS or UniPC.",
    );
    expect(() => chooseScheduler(epsilon, withSampler("flow_heun"))).toThrow(
      "model cannot use FlowMatchHeunDiscreteScheduler: it does not predict flow.",
    );
  });

  it.each(["euler", "heun", "dpmpp_2m", "dpmpp_2m_karras", "dpmpp_2s", "unipc"] as const)(
    "draws nearly the same picture with %s: it solves the same equation",
    async (sampler) => {
      const engine = createEngine({ model: flow });

      const [own] = (await engine.generate(call)).pictures;
      const [other] = (await engine.generate(withSampler(sampler))).pictures;

      const difference = own!.data.reduce((sum, value, i) => sum + Math.abs(value - other!.data[i]!), 0);
      expect(difference / own!.data.length).toBeLessThan(6);
    },
  );
});
