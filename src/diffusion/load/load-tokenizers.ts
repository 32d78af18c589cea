import type { Session } from "../../onnx/session.ts";
import type { FamilyName, Tokenizer } from "../loaded-model.ts";
import type { Part } from "./latent-geometry.ts";
import { findTokenizer } from "./find-tokenizer.ts";
import { ModelFault } from "./model-fault.ts";

/** SD2 and the OpenCLIP encoders of SDXL and SD3 pad with `!`; for folders whose tokenizer does not say so itself. */
function padsWithExclamation(family: FamilyName, slot: number, denoiser: Session): boolean {
  if (family === "stable-diffusion") return denoiser.input("encoder_hidden_states")?.dims.at(-1) === 1024;
  return slot === 1 && (family === "stable-diffusion-xl" || family === "stable-diffusion-3");
}

/** The tokenizers of the encoders, in order, or the one of a generator. Throws a ModelFault. */
export async function loadTokenizers(
  root: string,
  family: FamilyName,
  denoiser: Session,
  encoders: readonly (Part | undefined)[],
): Promise<(Tokenizer | undefined)[]> {
  // A generator may take token ids itself; some take nothing but noise.
  const own = family === "generator" && denoiser.input("input_ids") ? [undefined] : [];
  const slots = family === "generator" ? own : encoders;
  const tokenizers: (Tokenizer | undefined)[] = [];
  for (const [slot, encoder] of slots.entries()) {
    if (!encoder && family !== "generator") {
      tokenizers.push(undefined);
      continue;
    }
    const clipPadToken = padsWithExclamation(family, slot, denoiser) ? "!" : undefined;
    const tokenizer = await findTokenizer(root, slot, clipPadToken);
    const size = encoder?.config["vocab_size"];
    const largest = Math.max(tokenizer.bosId ?? 0, tokenizer.eosId, tokenizer.padId);
    if (typeof size === "number" && largest >= size)
      throw new ModelFault(
        `the tokenizer's id ${largest} is outside the ${size} tokens of ${encoder!.name}: they are parts of different models`,
      );
    tokenizers.push(tokenizer);
  }
  return tokenizers;
}
