import type { PortInfo, Session } from "../../onnx/session.ts";
import type { FamilyName } from "../loaded-model.ts";
import { ModelFault } from "./model-fault.ts";

const list = (ports: readonly PortInfo[]): string =>
  ports.map(({ name, dims }) => `${name} [${dims.join(", ")}]`).join(", ");

const isFloat = ({ type }: PortInfo): boolean => type.startsWith("float");

/** The input that holds pictures or latents: [B, C, H, W] of floating point numbers. Throws a ModelFault that lists what the graph has. */
export function pictureInput(session: Session, name: string): PortInfo {
  const port = session.inputs.find((candidate) => candidate.dims.length === 4 && isFloat(candidate));
  if (port) return port;
  throw new ModelFault(`${name} takes no picture or latents [B, C, H, W]; its inputs are ${list(session.inputs)}`);
}

/** The output that holds pictures or latents. Throws a ModelFault. */
export function pictureOutput(session: Session, name: string): PortInfo {
  const port = session.outputs.find((candidate) => candidate.dims.length === 4 && isFloat(candidate));
  if (port) return port;
  throw new ModelFault(`${name} makes no picture or latents [B, C, H, W]; its outputs are ${list(session.outputs)}`);
}

/** A text encoder takes token ids [B, S] and makes one row a token. Throws a ModelFault. */
export function checkTextEncoder(session: Session, name: string): void {
  const ids = session.input("input_ids");
  if (ids?.dims.length !== 2 || isFloat(ids))
    throw new ModelFault(
      `${name} is not a text encoder: input_ids [B, S] was expected, its inputs are ${list(session.inputs)}`,
    );
  if (!session.outputs.some((port) => port.dims.length === 3))
    throw new ModelFault(
      `${name} is not a text encoder: an output [B, S, width] was expected, it has ${list(session.outputs)}`,
    );
}

/** A denoiser takes a timestep (a generator takes ids) and makes something of its input's kind. Throws a ModelFault. */
export function checkDenoiser(session: Session, name: string, family: FamilyName): void {
  if (family === "generator") {
    if (!session.inputs.some((port) => port.dims.length === 2 && isFloat(port)))
      throw new ModelFault(`${name} takes no latent [B, D]; its inputs are ${list(session.inputs)}`);
    pictureOutput(session, name);
    return;
  }
  if (!session.input("timestep"))
    throw new ModelFault(`${name} has no input timestep; its inputs are ${list(session.inputs)}`);
  const rank = family === "flux" ? 3 : 4;
  if (!session.inputs.some((port) => port.dims.length === rank && isFloat(port)))
    throw new ModelFault(`${name} takes no latents of rank ${rank}; its inputs are ${list(session.inputs)}`);
  if (!session.outputs.some((port) => port.dims.length === rank))
    throw new ModelFault(`${name} makes no latents of rank ${rank}; its outputs are ${list(session.outputs)}`);
}

const width = (port: PortInfo | undefined): number | undefined => {
  const last = port?.dims.at(-1);
  return typeof last === "number" ? last : undefined;
};

/** A text encoder and its name in messages. */
export interface NamedSession {
  readonly session: Session;
  readonly name: string;
}

/**
 * The rows that the text encoders make are as wide as the denoiser wants them (SDXL puts two encoders' rows side by side). Widths that an
 * export leaves free are not checked. Throws a ModelFault: parts of different models were mixed.
 */
export function checkTextWidth(family: FamilyName, denoiser: NamedSession, encoders: readonly NamedSession[]): void {
  if (family !== "stable-diffusion" && family !== "stable-diffusion-xl") return;
  const wanted = width(denoiser.session.input("encoder_hidden_states"));
  const widths = encoders.map(({ session }) => width(session.outputs.find((port) => port.dims.length === 3)));
  const given = widths.reduce((sum, value) => (sum === undefined || value === undefined ? undefined : sum + value), 0);
  if (wanted === undefined || given === undefined || wanted === given) return;
  const makers = encoders.map(({ name }) => name).join(" and ");
  throw new ModelFault(
    `${denoiser.name} wants text rows of width ${wanted}, ${makers} makes them ${given} wide: they are parts of different models`,
  );
}
