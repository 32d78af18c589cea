import type { FamilyName } from "../loaded-model.ts";
import type { DiffusionFamily } from "./family.ts";
import { flux } from "./flux.ts";
import { generator, type OneStepFamily } from "./generator.ts";
import { pictureMemory } from "./picture-memory.ts";
import { pixart } from "./pixart.ts";
import { sana } from "./sana.ts";
import { stableDiffusion3 } from "./stable-diffusion-3.ts";
import { stableDiffusionXl } from "./stable-diffusion-xl.ts";
import { stableDiffusion } from "./stable-diffusion.ts";

/** Every family by its name, which is its file's name. */
export const families: Readonly<Record<FamilyName, DiffusionFamily | OneStepFamily>> = {
  "stable-diffusion": stableDiffusion,
  "stable-diffusion-xl": stableDiffusionXl,
  "stable-diffusion-3": stableDiffusion3,
  flux,
  pixart,
  sana,
  generator,
  "picture-memory": pictureMemory,
};
