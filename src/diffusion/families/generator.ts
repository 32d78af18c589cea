import { UserError } from "../../core/errors.ts";
import type { Tensor } from "../../numerics/tensor.ts";
import type { Call } from "../call.ts";
import { inputPort, row, runFor, type Offers } from "../feeds.ts";
import { nameOf, type LoadedModel } from "../loaded-model.ts";
import type { Generators } from "../noise.ts";
import type { PromptEncoder } from "../text/encode-prompt.ts";
import { withoutWeights } from "../text/prompt-weights.ts";

/** A model that makes a picture in one step, without latents to denoise. */
export interface OneStepFamily {
  readonly name: "generator";
  readonly steps: "one";
  /** Pictures [channels, H, W] in -1 to 1. `onNoise` sees the random vectors. */
  draw(setting: {
    model: LoadedModel;
    call: Call;
    encoder: PromptEncoder;
    generators: Generators;
    onNoise: (noise: Float32Array) => void;
  }): Promise<Tensor[]>;
}

/** A random vector and token ids (or states, where the folder has a text encoder) to a picture. */
export const generator: OneStepFamily = {
  name: "generator",
  steps: "one",
  async draw({ model, call, encoder, generators, onNoise }) {
    const { session, config } = model.denoiser;
    const latent = inputPort(session, ["latent", "z", "noise", "sample"]);
    const declared = latent?.dims.slice(1);
    const dims = declared?.every((axis) => typeof axis === "number") ? declared : [Number(config["latent_dim"])];
    const size = dims.reduce((product, axis) => product * axis, 1);
    if (!latent || !Number.isInteger(size))
      throw new UserError("model-broken", {
        model: nameOf(model),
        reason: "the width of its random vector is unknown",
      });
    const noise = generators.randn(size);
    onNoise(noise);

    const pictures: Tensor[] = [];
    for (const [i, prompt] of call.prompts.entries()) {
      const text = await textOffers(model, encoder, call, prompt);
      const vector = { data: noise.slice(i * size, (i + 1) * size), dims: [1, ...dims] };
      const image = await runFor(session, { ...text, [latent.name]: vector }, ["image", "images", "sample"]);
      if (!image.data.every(Number.isFinite)) throw new UserError("picture-not-finite", { model: nameOf(model) });
      pictures.push(row(image, 0));
    }
    return pictures;
  },
};

async function textOffers(model: LoadedModel, encoder: PromptEncoder, call: Call, prompt: string): Promise<Offers> {
  if (model.denoiser.session.input("encoder_hidden_states")) {
    const { hidden } = await encoder.encode(0, prompt);
    return { encoder_hidden_states: { data: hidden.data, dims: [1, ...hidden.dims] } };
  }
  const [tokenizer] = model.tokenizers;
  if (!tokenizer) throw new UserError("model-broken", { model: nameOf(model), reason: "it has no tokenizer" });
  const ids = tokenizer.encodePadded(call.promptSyntax ? withoutWeights(prompt) : prompt);
  return { input_ids: { data: ids, dims: [1, ids.length] } };
}
