import type { Tensor } from "../numerics/tensor.ts";
import type { Feed, PortInfo, Session } from "../onnx/session.ts";

/** Values a graph may ask for, by input name. */
export type Offers = Readonly<Record<string, Feed | undefined>>;

/** Output names of denoisers: optimum, the diffusers scripts, the onnxruntime demo, NVIDIA. */
export const DENOISER_OUTPUTS = ["out_sample", "out_hidden_states", "noise_pred", "latent", "sample"];

/** The offered values that the graph lists. Throws an Error that names an input nobody offers. */
export function pickFeeds(session: Session, offers: Offers): Record<string, Feed> {
  const feeds: Record<string, Feed> = {};
  for (const { name, dims } of session.inputs) {
    const offer = offers[name];
    if (!offer)
      throw new Error(`${session.path} wants the input ${name} [${dims.join(", ")}], which Easel does not know`);
    feeds[name] = offer;
  }
  return feeds;
}

/** The name of the first of `aliases` that the graph has as an output, or its only output. Throws an Error that lists the outputs. */
export function outputName(session: Session, aliases: readonly string[]): string {
  const names = session.outputs.map(({ name }) => name);
  const name = aliases.find((alias) => names.includes(alias)) ?? (names.length === 1 ? names[0] : undefined);
  if (name === undefined)
    throw new Error(`${session.path} has none of the outputs ${aliases.join(", ")}: ${names.join(", ")}`);
  return name;
}

/** The first input of `aliases` that the graph lists. */
export function inputPort(session: Session, aliases: readonly string[]): PortInfo | undefined {
  return aliases.map((alias) => session.input(alias)).find((port) => port !== undefined);
}

/** Runs the graph with what it lists of `offers` and returns the output known by one of `aliases`. */
export async function runFor(session: Session, offers: Offers, aliases: readonly string[]): Promise<Tensor> {
  const name = outputName(session, aliases);
  const outputs = await session.run(pickFeeds(session, offers), [name]);
  return outputs[name]!;
}

/**
 * A timestep in the shape that the export declares: a scalar, one number, or one for each row. Where the axis is free, UNets are given one
 * number, as diffusers and optimum do, unless the axis is named after the batch.
 */
export function timestepFeed(port: PortInfo, timestep: number, rows: number, perRow: boolean): Feed {
  if (port.dims.length === 0) return { data: [timestep], dims: [] };
  const [axis] = port.dims;
  const count = typeof axis === "number" ? axis : perRow || /batch/i.test(axis ?? "") ? rows : 1;
  return { data: new Float32Array(count).fill(timestep), dims: [count] };
}

/** The fixed batch of a graph: the first axis of its widest input, undefined where it is free. */
export function fixedBatch(session: Session, input: string): number | undefined {
  const axis = session.input(input)?.dims[0];
  return typeof axis === "number" ? axis : undefined;
}

/** Rows of equal shape as one tensor with a leading axis. */
export function stack(rows: readonly Tensor[]): Tensor {
  const [first] = rows;
  if (!first) throw new RangeError("nothing to stack");
  const size = first.data.length;
  const data = new Float32Array(size * rows.length);
  rows.forEach((row, i) => data.set(row.data, i * size));
  return { data, dims: [rows.length, ...first.dims] };
}

/** Row `i` of a tensor, without its leading axis; a view. */
export function row(tensor: Tensor, i: number): Tensor {
  const size = tensor.data.length / tensor.dims[0]!;
  return { data: tensor.data.subarray(i * size, (i + 1) * size), dims: tensor.dims.slice(1) };
}
