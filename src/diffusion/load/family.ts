import type { Session } from "../../onnx/session.ts";
import type { FamilyName } from "../loaded-model.ts";
import { ModelFault } from "./model-fault.ts";

/** What model_index.json or a template calls the pipeline, without the prefixes of the ONNX ports of diffusers and optimum. */
export function plainPipelineClass(name: string): string {
  return name.replace(/^(Onnx|ORT|OV)(?=[A-Z])/, "");
}

const BY_CLASS: readonly (readonly [pattern: RegExp, family: FamilyName])[] = [
  [/StableDiffusion3|SD3/, "stable-diffusion-3"],
  [/Flux/, "flux"],
  [/PixArt/i, "pixart"],
  [/Sana/, "sana"],
  [/XL/, "stable-diffusion-xl"],
  [/StableDiffusion|LatentConsistency|InstructPix2Pix|AltDiffusion/, "stable-diffusion"],
  [/PictureMemory/, "picture-memory"],
  [/Generator/, "generator"],
];

/** The pipeline that diffusers would open a folder without model_index.json with. */
export const PLAIN_PIPELINES: Readonly<Record<FamilyName, string>> = {
  "stable-diffusion": "StableDiffusionPipeline",
  "stable-diffusion-xl": "StableDiffusionXLPipeline",
  "stable-diffusion-3": "StableDiffusion3Pipeline",
  flux: "FluxPipeline",
  pixart: "PixArtSigmaPipeline",
  sana: "SanaPipeline",
  generator: "Generator",
  "picture-memory": "PictureMemoryPipeline",
};

function familyOfGraph(denoiser: Session): FamilyName | undefined {
  const has = (name: string) => denoiser.input(name) !== undefined;
  if (has("canvas")) return "picture-memory";
  if (has("img_ids")) return "flux";
  if (has("pooled_projections")) return "stable-diffusion-3";
  if (has("text_embeds") && has("time_ids")) return "stable-diffusion-xl";
  if (has("sample") && has("encoder_hidden_states")) return "stable-diffusion";
  return undefined;
}

/**
 * The family of a model. The denoiser's inputs decide, because they are what has to be fed; the pipeline class decides where graphs look
 * alike (PixArt and Sana). Throws a ModelFault when neither is known, or the class is known and not supported.
 */
export function detectFamily(denoiser: Session, name: string, pipelineClass: string | undefined): FamilyName {
  const byClass = BY_CLASS.find(([pattern]) => pattern.test(pipelineClass ?? ""))?.[1];
  if (byClass === "pixart" || byClass === "sana") return byClass;
  const byGraph = familyOfGraph(denoiser);
  if (byGraph !== undefined) return byGraph;
  if (denoiser.input("encoder_attention_mask") && denoiser.input("hidden_states")) {
    const channels = denoiser.input("hidden_states")?.dims[1];
    return channels === 4 ? "pixart" : "sana";
  }
  if (byClass !== undefined && byClass !== "stable-diffusion" && byClass !== "generator") return byClass;
  const inputs = denoiser.inputs.map((port) => port.name).join(", ");
  const isStrange = pipelineClass !== undefined && byClass === undefined;
  const called = isStrange ? `, and the pipeline ${pipelineClass} is not one that Easel knows` : "";
  throw new ModelFault(`${name} is not a denoiser that Easel knows: its inputs are ${inputs}${called}`);
}
