import { describe, expect, it } from "vitest";
import { outputName, pickFeeds, row, stack, timestepFeed } from "../../src/diffusion/feeds.ts";
import type { PortInfo } from "../../src/onnx/session.ts";
import { fakeSession } from "./fake-session.ts";

function port(dims: PortInfo["dims"]): PortInfo {
  return { name: "timestep", type: "float32", dims };
}

describe("timestepFeed", () => {
  it.each([
    [[], false, [], 1],
    [[1], false, [1], 1],
    [["steps"], false, [1], 1],
    [["batch_size"], false, [4], 4],
    [["n"], true, [4], 4],
    [[4], false, [4], 4],
  ] as const)("shapes it as the axis %j wants", (dims, perRow, shape, count) => {
    const feed = timestepFeed(port(dims), 981, 4, perRow);

    expect(feed.dims).toEqual(shape);
    expect([...feed.data]).toEqual(Array.from({ length: count }, () => 981));
  });
});

describe("pickFeeds", () => {
  const session = fakeSession({ sample: ["b", 4], timestep: [] }, ["out_sample"], () => ({}));

  it("feeds what the graph lists and nothing else", () => {
    const [sample, timestep, extra] = [1, 2, 3].map((value) => ({ data: [value], dims: [] }));

    expect(pickFeeds(session, { sample, timestep, extra })).toEqual({ sample, timestep });
  });

  it("names an input that it does not know", () => {
    expect(() => pickFeeds(session, { sample: { data: [], dims: [] } })).toThrow(
      "fake/model.onnx wants the input timestep []",
    );
  });
});

describe("outputName", () => {
  it.each([
    [["out_sample"], "out_sample"],
    [["noise_pred"], "noise_pred"],
    [["anything"], "anything"],
    [["other", "latent"], "latent"],
  ])("finds %j", (outputs, name) => {
    expect(
      outputName(
        fakeSession({}, outputs, () => ({})),
        ["out_sample", "noise_pred", "latent"],
      ),
    ).toBe(name);
  });

  it("lists the outputs when none is known", () => {
    const session = fakeSession({}, ["a", "b"], () => ({}));

    expect(() => outputName(session, ["x"])).toThrow("has none of the outputs x: a, b");
  });
});

describe("stack", () => {
  it("is undone by row", () => {
    const rows = [
      { data: Float32Array.of(1, 2), dims: [2] },
      { data: Float32Array.of(3, 4), dims: [2] },
    ];

    const stacked = stack(rows);

    expect(stacked.dims).toEqual([2, 2]);
    expect([row(stacked, 0), row(stacked, 1)]).toEqual(rows);
  });
});
