import { timestepFeed } from "../feeds.ts";
import { textLength, type DiffusionFamily } from "./family.ts";
import { pixart } from "./pixart.ts";

const TEXT_TOKENS = 300;

/** Sana: as PixArt with a language model for the text and a scaled timestep. Prompts go in as they are: complex_human_instruction=None. */
export const sana: DiffusionFamily = {
  ...pixart,
  name: "sana",
  async encode({ model, call, encoder }, prompt) {
    const length = textLength(model, 0, call, TEXT_TOKENS);
    const text = (prompt?.[0] ?? "").toLowerCase().trim();
    const { hidden, mask } = await encoder.encode(0, text, { length, masked: true });
    return { encoder_hidden_states: hidden, encoder_attention_mask: mask };
  },
  inputs(model, sample, timestep) {
    const { session, config } = model.denoiser;
    const scale = typeof config["timestep_scale"] === "number" ? config["timestep_scale"] : 1;
    const feed = timestepFeed(session.input("timestep")!, timestep * scale, sample.dims[0]!, true);
    return { hidden_states: sample, timestep: feed };
  },
};
