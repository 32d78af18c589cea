import { describe, expect, it } from "vitest";
import {
  chooseDevice,
  executionProviders,
  parseDevice,
  probeDevices,
  PROVIDERS,
  runProbe,
} from "../../src/onnx/devices.ts";
import { openSession } from "../../src/onnx/open-session.ts";
import { goldenDir } from "../support/golden.ts";

/** A machine whose devices are those named. */
function machineWith(...devices: readonly string[]) {
  return async (device: string): Promise<void> => {
    if (!devices.includes(device)) throw new Error(`no ${device} here\nsecond line`);
  };
}

describe("parseDevice", () => {
  it.each([
    ["cpu", "cpu", 0],
    ["cuda", "cuda", 0],
    ["cuda:3", "cuda", 3],
    ["dml:1", "dml", 1],
    ["webgpu", "webgpu", 0],
  ])("takes %s apart", (device, provider, index) => {
    expect(parseDevice(device)).toEqual({ provider, index });
  });

  it.each(["", "auto", "gpu", "CUDA", "cuda:", "cuda:-1", "cuda:1e3", "cuda:100", "cpu:1", "webgpu:0", "cpu "])(
    "refuses %j",
    (device) => {
      expect(() => parseDevice(device)).toThrow(/is not a device; devices are cpu, cuda:0/);
    },
  );
});

describe("probing", () => {
  it("really runs a model on the CPU", async () => {
    await expect(runProbe("cpu")).resolves.toBeUndefined();
  });

  it("lists every provider in order of preference, with reasons, and every device of one that has several", async () => {
    const reports = await probeDevices(machineWith("cuda:0", "cuda:1", "cpu"));

    expect(reports.map(({ device, usable, reason }) => [device, usable, reason])).toEqual([
      ["cuda:0", true, undefined],
      ["cuda:1", true, undefined],
      ["dml:0", false, "no dml:0 here"],
      ["coreml", false, "no coreml here"],
      ["webgpu", false, "no webgpu here"],
      ["cpu", true, undefined],
    ]);
  });

  it("ends on a machine that seems to have endless devices", async () => {
    const reports = await probeDevices(() => Promise.resolve());

    expect(reports.filter(({ device }) => device.startsWith("cuda"))).toHaveLength(16);
  });
});

describe("chooseDevice", () => {
  it.each([
    [["cuda:0", "cpu"], "cuda:0"],
    [["coreml", "webgpu", "cpu"], "coreml"],
    [["cpu"], "cpu"],
  ])("takes of %j with auto %s", async (devices, chosen) => {
    expect(await chooseDevice("auto", machineWith(...devices))).toBe(chosen);
  });

  it("completes the name of a device", async () => {
    expect(await chooseDevice("cuda", machineWith("cuda:0"))).toBe("cuda:0");
  });

  it("says why a device that was asked for cannot be used", async () => {
    await expect(chooseDevice("cuda:1", machineWith("cuda:0"))).rejects.toThrow(
      "cuda:1 cannot be used: no cuda:1 here",
    );
    await expect(chooseDevice("auto", machineWith())).rejects.toThrow("no device can run a model");
  });
});

describe("executionProviders", () => {
  it("refuses a provider that the platform lacks instead of going on with the CPU", () => {
    const foreign = process.platform === "win32" ? "coreml" : "dml";

    expect(() => executionProviders(foreign)).toThrow(/onnxruntime-node has no (coreml|dml) on/);
  });

  it("knows every provider of the table", () => {
    for (const provider of PROVIDERS) expect(parseDevice(provider).provider).toBe(provider);
  });

  it("refuses to open a session on a device that is not one", async () => {
    const path = goldenDir("pipelines", "sd1-pndm", "model", "unet", "model.onnx");

    await expect(openSession(path, { device: "auto", threads: 1 })).rejects.toThrow("“auto” is not a device");
  });
});
