import { UserError } from "../core/errors.ts";
import type { Tensor } from "../numerics/tensor.ts";
import type { Call } from "./call.ts";
import { pickFeeds, timestepFeed, type Offers } from "./feeds.ts";
import { nameOf, type LoadedModel } from "./loaded-model.ts";
import { toTensor } from "./vae.ts";

/** Adds what a ControlNet says to the denoiser's inputs. https://arxiv.org/abs/2302.05543 */
export interface ControlNet {
  /** `offers` is what the denoiser is given for `rows` rows at step `i` of `steps`. */
  extend(offers: Offers, rows: number, i: number, steps: number): Promise<Offers>;
}

const RESIDUAL = /^(down_block_\d+|mid_block)_additional_residual$/;

/**
 * The ControlNet of a model for one call; undefined where the denoiser asks for none. Without a control picture it is silent: a separate
 * network is run once at scale 0, which gives residuals of the right shapes. Throws UserError model-cannot or input-missing.
 */
export function openControlNet(model: LoadedModel, call: Call): ControlNet | undefined {
  const { inputs } = model.denoiser.session;
  const isMerged = inputs.some(({ name }) => name === "controlnet_conds");
  const takesResiduals = inputs.some(({ name }) => RESIDUAL.test(name));
  if (call.mode === "controlnet" && !call.control)
    throw new UserError("input-missing", { mode: call.mode, input: "control" });
  if (call.control && !isMerged && !(takesResiduals && model.controlnet))
    throw new UserError("model-cannot", {
      model: nameOf(model),
      mode: "follow a control picture: it has no ControlNet",
    });
  if (!isMerged && !takesResiduals) return undefined;

  const image = controlImage(call);
  return isMerged ? mergedNet(call, image) : separateNet(model, call, image);
}

/** 0 to 1 and not centred: control_image_processor has do_normalize=False. */
function controlImage({ control, width, height }: Call): Tensor {
  if (control) return toTensor(control.image, 3, "unsigned");
  return { data: new Float32Array(3 * width * height), dims: [3, height, width] };
}

/** controlnet_conditioning_scale, 0 outside the steps it is kept for. */
function scaleAt({ control }: Call, i: number, steps: number): number {
  if (!control) return 0;
  const { conditioningScale = 1, guidanceStart = 0, guidanceEnd = 1 } = control;
  return i / steps < guidanceStart || (i + 1) / steps > guidanceEnd ? 0 : conditioningScale;
}

function repeatRows(image: Tensor, rows: number): Float32Array {
  const data = new Float32Array(image.data.length * rows);
  for (let r = 0; r < rows; r++) data.set(image.data, r * image.data.length);
  return data;
}

/** UNet and ControlNet in one graph, as the diffusers script exports them. */
function mergedNet(call: Call, image: Tensor): ControlNet {
  return {
    extend: async (offers, rows, i, steps) => ({
      ...offers,
      controlnet_conds: { data: repeatRows(image, rows), dims: [1, rows, ...image.dims] },
      conditioning_scales: { data: [scaleAt(call, i, steps)], dims: [1, 1] },
    }),
  };
}

function separateNet(model: LoadedModel, call: Call, image: Tensor): ControlNet {
  const session = model.controlnet;
  if (!session)
    throw new UserError("model-broken", {
      model: nameOf(model),
      reason: "its UNet wants the residuals of a ControlNet",
    });
  const hasScale = session.input("conditioning_scale") !== undefined;
  /** Residuals at scale 0 are the same at every step. */
  const silent = new Map<number, Offers>();

  async function residuals(offers: Offers, rows: number, scale: number): Promise<Offers> {
    // Its timestep may have another shape than the denoiser's.
    const timestep = timestepFeed(session!.input("timestep")!, Number(offers["timestep"]!.data[0]), rows, false);
    const outputs = await session!.run(
      pickFeeds(session!, {
        ...offers,
        timestep,
        controlnet_cond: { data: repeatRows(image, rows), dims: [rows, ...image.dims] },
        conditioning_scale: { data: [scale], dims: session!.input("conditioning_scale")?.dims.map(() => 1) ?? [] },
      }),
    );
    if (hasScale) return outputs;
    return Object.fromEntries(
      Object.entries(outputs).map(([name, { data, dims }]) => [
        name,
        { data: data.map((value) => value * scale), dims },
      ]),
    );
  }

  return {
    async extend(offers, rows, i, steps) {
      const scale = scaleAt(call, i, steps);
      const known = scale === 0 ? silent.get(rows) : undefined;
      const added = known ?? (await residuals(offers, rows, scale));
      if (scale === 0) silent.set(rows, added);
      return { ...offers, ...added };
    },
  };
}
