import { timestepFeed } from "../feeds.ts";
import { textLength, type DiffusionFamily } from "./family.ts";
import { pixart } from "./pixart.ts";

const TEXT_TOKENS = 300;

/** Default of complex_human_instruction (pipeline_sana.py): without it pictures differ from diffusers'. */
const INSTRUCTION: readonly string[] = [
  "Given a user prompt, generate an 'Enhanced prompt' that provides detailed visual descriptions suitable for image generation. Evaluate the level of detail in the user prompt:",
  "- If the prompt is simple, focus on adding specifics about colors, shapes, sizes, textures, and spatial relationships to create vivid and concrete scenes.",
  "- If the prompt is already detailed, refine and enhance the existing details slightly without overcomplicating.",
  "Here are examples of how to transform or refine prompts:",
  "- User Prompt: A cat sleeping -> Enhanced: A small, fluffy white cat curled up in a round shape, sleeping peacefully on a warm sunny windowsill, surrounded by pots of blooming red flowers.",
  "- User Prompt: A busy city street -> Enhanced: A bustling city street scene at dusk, featuring glowing street lamps, a diverse crowd of people in colorful clothing, and a double-decker bus passing by towering glass skyscrapers.",
  "Please generate only the enhanced description for the prompt below and avoid including any additional commentary or evaluations:",
  "User Prompt: ",
];

/** Sana: as PixArt with a language model for the text, which is told what to make of a prompt, and a scaled timestep. */
export const sana: DiffusionFamily = {
  ...pixart,
  name: "sana",
  async encode({ model, call, encoder }, prompt, role) {
    const length = textLength(model, 0, call, TEXT_TOKENS);
    const text = (prompt?.[0] ?? "").toLowerCase().trim();
    const { complexHumanInstruction: lines = INSTRUCTION } = call;
    const instruction = role === "positive" && lines !== false ? lines.join("\n") : "";
    const { hidden, mask } = await encoder.encode(0, text, { length, masked: true, instruction });
    return { encoder_hidden_states: hidden, encoder_attention_mask: mask };
  },
  inputs(model, sample, timestep) {
    const { session, config } = model.denoiser;
    const scale = typeof config["timestep_scale"] === "number" ? config["timestep_scale"] : 1;
    const feed = timestepFeed(session.input("timestep")!, timestep * scale, sample.dims[0]!, true);
    return { hidden_states: sample, timestep: feed };
  },
};
