import { describe, expect, it } from "vitest";
import { planAspect, planZoom } from "../../src/core/outpaint-plan.ts";
import { buckets, painter, wide } from "./sample-models.ts";

const size = (widthPx: number, heightPx: number) => ({ widthPx, heightPx });

describe("planZoom", () => {
  it("adds evenly around a picture and draws the whole in the picture's size", () => {
    expect(planZoom(wide, size(640, 512), "all", 1.5)).toEqual({
      expand: { left: 160, right: 160, top: 128, bottom: 128 },
      size: size(640, 512),
      notes: [],
    });
  });

  it("gives an odd pixel to the right and to the bottom", () => {
    expect(planZoom(wide, size(511, 511), "all", 1.5).expand).toEqual({ left: 128, right: 128, top: 128, bottom: 128 });
    expect(planZoom(wide, size(513, 513), "all", 1.2).expand).toEqual({ left: 51, right: 52, top: 51, bottom: 52 });
  });

  it("grows in one direction as far as the model draws, and then shrinks the whole", () => {
    expect(planZoom(wide, size(512, 512), "up", 1.5).size).toEqual(size(512, 768));
    expect(planZoom(wide, size(768, 512), "right", 1.5).size).toEqual(size(768, 344));
    expect(planZoom(wide, size(1024, 1024), "right", 1.5).size).toEqual(size(624, 416));
  });

  it("takes the nearest of fixed sizes", () => {
    expect(planZoom(buckets, size(768, 768), "left", 1.75)).toMatchObject({
      expand: { left: 576, right: 0 },
      size: size(1344, 768),
    });
  });

  it("moves the view where the model draws one shape", () => {
    const plan = planZoom(painter, size(128, 128), "down", 1.5);

    expect(plan).toMatchObject({ expand: { bottom: 64, top: -64, left: 0, right: 0 }, size: size(128, 128) });
    expect(plan.notes).toHaveLength(1);
  });
});

describe("planAspect", () => {
  it("adds only what the shape lacks", () => {
    expect(planAspect(wide, size(512, 512), "3:2")).toMatchObject({
      expand: { left: 128, right: 128, top: 0, bottom: 0 },
      size: size(768, 512),
    });
    expect(planAspect(wide, size(512, 512), "1:2")).toMatchObject({
      expand: { left: 0, right: 0, top: 256, bottom: 256 },
      size: size(512, 1024),
    });
    expect(planAspect(wide, size(512, 512), "1:1")!.expand).toEqual({ left: 0, right: 0, top: 0, bottom: 0 });
  });

  it("says when the model draws nothing like it", () => {
    expect(planAspect(painter, size(128, 128), "2:1")).toBeUndefined();
  });
});
