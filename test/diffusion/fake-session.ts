import type { Feed, PortInfo, Session } from "../../src/onnx/session.ts";

type Outputs = Record<string, { data: Float32Array; dims: readonly number[] }>;

/** A graph that is a function; it remembers what it was fed. */
export interface FakeSession extends Session {
  readonly fed: Readonly<Record<string, Feed>>[];
}

function port([name, dims]: readonly [string, PortInfo["dims"]]): PortInfo {
  return { name, type: "float32", dims };
}

/** Ports are given as name -> dims; all are float32. */
export function fakeSession(
  inputs: Readonly<Record<string, PortInfo["dims"]>>,
  outputs: readonly string[],
  run: (feeds: Readonly<Record<string, Feed>>) => Outputs,
): FakeSession {
  const ports = Object.entries(inputs).map(port);
  const fed: Readonly<Record<string, Feed>>[] = [];
  return {
    path: "fake/model.onnx",
    fed,
    inputs: ports,
    outputs: outputs.map((name) => port([name, []])),
    input: (name) => ports.find((candidate) => candidate.name === name),
    run: (feeds) => {
      fed.push(feeds);
      return Promise.resolve(run(feeds));
    },
    release: () => Promise.resolve(),
  };
}
