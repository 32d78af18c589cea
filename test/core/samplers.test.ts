import { describe, expect, it } from "vitest";
import { resolveSampler, SAMPLERS } from "../../src/core/samplers.ts";

/** Names as A1111, ComfyUI and diffusers write them. */
const SPELLINGS: readonly [text: string, name: keyof typeof SAMPLERS][] = [
  ["Euler", "euler"],
  ["Euler a", "euler_a"],
  ["EULER_A", "euler_a"],
  ["euler-ancestral", "euler_a"],
  ["DPM++ 2M", "dpmpp_2m"],
  ["DPM++ 2M Karras", "dpmpp_2m_karras"],
  ["dpm++2m karras", "dpmpp_2m_karras"],
  ["dpmpp_2m_sde", "dpmpp_2m_sde"],
  ["DPM++ 2M SDE Karras", "dpmpp_2m_sde_karras"],
  ["DPM++ 3M SDE", "dpmpp_3m_sde"],
  ["DPM++ SDE Karras", "dpmpp_sde_karras"],
  ["DPM++ 2S a Karras", "dpmpp_2s_karras"],
  ["DPM2 a", "dpm2_a"],
  ["dpm_2_ancestral", "dpm2_a"],
  ["LMS Karras", "lms_karras"],
  ["PLMS", "pndm"],
  ["UniPC", "unipc"],
  ["uni_pc_bh2", "unipc"],
  [" DDIM ", "ddim"],
];

describe("resolveSampler", () => {
  it.each(SPELLINGS)("reads %s as %s", (text, name) => {
    expect(resolveSampler(text)).toEqual(SAMPLERS[name]);
  });

  it.each(Object.entries(SAMPLERS))("reads the name %s", (name, sampler) => {
    expect(resolveSampler(name)).toEqual(sampler);
  });

  it("gives every name a scheduler of its own", () => {
    const distinct = new Set(Object.values(SAMPLERS).map((sampler) => JSON.stringify(sampler)));

    expect(distinct.size).toBe(Object.keys(SAMPLERS).length);
  });

  it("reads a diffusers class name and leaves the model's configuration alone", () => {
    expect(resolveSampler("EulerDiscreteScheduler")).toEqual({ name: "EulerDiscreteScheduler", config: {} });
  });

  it("adds a spacing to a name whose class knows it", () => {
    const sampler = resolveSampler("DPM++ 2M Exponential");

    expect(sampler?.name).toBe("DPMSolverMultistepScheduler");
    expect(sampler?.config).toMatchObject({ use_exponential_sigmas: true, use_karras_sigmas: false });
  });

  it.each(["", "karras", "euler b", "ddim karras", "DPM adaptive", "toString", "eulerr"])(
    "does not know “%s”",
    (text) => {
      expect(resolveSampler(text)).toBeUndefined();
    },
  );
});
