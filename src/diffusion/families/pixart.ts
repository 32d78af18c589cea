import { timestepFeed } from "../feeds.ts";
import {
  plainLatentDims,
  plainSchedule,
  skipWholeSteps,
  textLength,
  type Condition,
  type DiffusionFamily,
} from "./family.ts";

const T5_TOKENS = 300;

/** PixArt: a transformer that attends to T5's states under a mask; its 1024 px kind is told the size. The learned variance is dropped. */
export const pixart: DiffusionFamily = {
  name: "pixart",
  steps: "many",
  runsNegative: (_, call) => call.guidanceScale > 1,
  guidanceScale: (call) => call.guidanceScale,
  latentDims: plainLatentDims,
  async encode({ model, call, encoder }, prompt) {
    const length = textLength(model, 0, call, T5_TOKENS);
    // _text_preprocessing without caption cleaning.
    const text = (prompt?.[0] ?? "").toLowerCase().trim();
    const { hidden, mask } = await encoder.encode(0, text, { length, masked: true });
    const sizes: Condition = {
      resolution: { data: Float32Array.of(call.height, call.width), dims: [2] },
      aspect_ratio: { data: Float32Array.of(call.height / call.width), dims: [1] },
    };
    return { encoder_hidden_states: hidden, encoder_attention_mask: mask, ...sizes };
  },
  schedule: (_, call) => plainSchedule(call),
  skippedSteps: skipWholeSteps,
  inputs(model, sample, timestep) {
    const port = model.denoiser.session.input("timestep")!;
    return { hidden_states: sample, sample, timestep: timestepFeed(port, timestep, sample.dims[0]!, true) };
  },
};
