import { describe, expect, it } from "vitest";
import { silentLogger } from "../../src/core/logger.ts";
import { createDeviceSpeeds } from "../../src/jobs/device-speeds.ts";
import { openDatabase } from "../../src/storage/database.ts";

const setUp = () => createDeviceSpeeds(openDatabase({ path: ":memory:", log: silentLogger }), 1000);

describe("the speed of the device", () => {
  it("is a guess until something is measured", () => {
    expect(setUp().predictMs("m", 2.5)).toBe(2500);
  });

  it("is what was measured first", () => {
    const speeds = setUp();

    speeds.learn("m", 4, 800);

    expect(speeds.predictMs("m", 10)).toBe(2000);
  });

  it("is the mean of the first measurements", () => {
    const speeds = setUp();

    for (const deviceMs of [100, 200, 300, 400]) speeds.learn("m", 1, deviceMs);

    expect(speeds.predictMs("m", 1)).toBe(250);
  });

  it("follows a device that has changed, and is not thrown off by one outlier", () => {
    const speeds = setUp();
    for (let i = 0; i < 50; i++) speeds.learn("m", 1, 100);

    speeds.learn("m", 1, 1100);
    const afterOutlier = speeds.predictMs("m", 1);
    for (let i = 0; i < 50; i++) speeds.learn("m", 1, 1000);

    expect(afterOutlier).toBe(200);
    expect(speeds.predictMs("m", 1)).toBeGreaterThan(990);
  });

  it("is taken from the others for a model that never ran", () => {
    const speeds = setUp();
    speeds.learn("small", 1, 100);
    speeds.learn("large", 1, 500);

    expect(speeds.predictMs("new", 1)).toBe(300);
    expect(speeds.predictMs("small", 1)).toBe(100);
  });

  it("never predicts nothing", () => {
    const speeds = setUp();
    speeds.learn("m", 1, 0);

    expect(speeds.predictMs("m", 1)).toBe(1);
  });
});
