import { timestepFeed } from "../feeds.ts";
import { guidanceEmbedding } from "../guidance.ts";
import type { LoadedModel } from "../loaded-model.ts";
import type { Call } from "../call.ts";
import {
  declaredWidth,
  plainLatentDims,
  plainSchedule,
  skipWholeSteps,
  type Condition,
  type DiffusionFamily,
} from "./family.ts";

/** Stable Diffusion 1 and 2, Turbo, LCM, inpainting, instruct-pix2pix, and every other UNet that is told of the text by one encoder. */
export const stableDiffusion: DiffusionFamily = {
  name: "stable-diffusion",
  steps: "many",
  runsNegative: (model, call) => call.guidanceScale > 1 && !isGuidanceDistilled(model),
  guidanceScale: (call) => call.guidanceScale,
  latentDims: plainLatentDims,
  async encode({ model, call, encoder }, prompt, role) {
    const clipSkip = role === "positive" ? call.clipSkip : undefined;
    const { hidden } = await encoder.encode(0, prompt?.[0] ?? "", { clipSkip });
    return { encoder_hidden_states: hidden, ...timestepCondition(model, call) };
  },
  schedule(model, call) {
    const { strength } = call;
    const isShort = strength !== undefined && startsLate(model, call);
    return { ...plainSchedule(call), ...(isShort ? { strength } : {}) };
  },
  skippedSteps: (model, call, strength) => (startsLate(model, call) ? 0 : skipWholeSteps(model, call, strength)),
  inputs(model, sample, timestep) {
    const port = model.denoiser.session.input("timestep")!;
    return { sample, timestep: timestepFeed(port, timestep, sample.dims[0]!, false) };
  },
};

/** Whether guidance is an input of the denoiser (latent consistency models), so that no negative row is needed. */
function isGuidanceDistilled(model: LoadedModel): boolean {
  return model.denoiser.session.input("timestep_cond") !== undefined;
}

/** Latent consistency models spread all their few steps over what strength leaves, instead of skipping some (diffusers' LCM image to image). */
function startsLate(model: LoadedModel, call: Call): boolean {
  const scheduler = call.scheduler?.name ?? model.scheduler.name;
  return call.mode === "image-to-image" && scheduler === "LCMScheduler" && isGuidanceDistilled(model);
}

/** The guidance scale as an embedding, for denoisers that take one. */
export function timestepCondition(model: LoadedModel, call: Call): Condition {
  if (!isGuidanceDistilled(model)) return {};
  const width = declaredWidth(model, "timestep_cond", "time_cond_proj_dim");
  return { timestep_cond: { data: guidanceEmbedding(call.guidanceScale, width), dims: [width] } };
}
