import { join } from "node:path";
import { z } from "zod";
import type { RawPicture } from "../../core/generator.ts";
import { ModelFault } from "../load/model-fault.ts";
import { readConfig } from "../load/read-config.ts";
import type { DecodePicture } from "./open-memory.ts";
import { readPart } from "./read-part.ts";

const FILE = "memory/backgrounds.json";

const backgroundsSchema = z.object({
  file: z.string(),
  scenes: z.array(
    z.object({
      name: z.string(),
      phrases: z.array(z.string()),
      pictures: z.array(z.tuple([z.int().min(0), z.int().positive()])).min(1),
    }),
  ),
});

export interface Backgrounds {
  /** A scene's name and how prompts name it. */
  readonly scenes: readonly { readonly name: string; readonly phrases: readonly string[] }[];
  /** One of a scene's pictures; `drawn` in [0, 1) says which. */
  picture(scene: string, drawn: number): Promise<RawPicture>;
}

/** Pictures of scenes, from `memory/backgrounds.json` of a model folder; undefined where it has none. Throws a ModelFault. */
export async function openBackgrounds(root: string, decodePicture: DecodePicture): Promise<Backgrounds | undefined> {
  const value = await readConfig(join(root, FILE), FILE);
  if (value === undefined) return undefined;
  const parsed = backgroundsSchema.safeParse(value);
  if (!parsed.success) throw new ModelFault(`${FILE}: ${parsed.error.issues[0]?.message}`);
  const { file, scenes } = parsed.data;
  return {
    scenes,
    async picture(name, drawn) {
      const found = scenes.find((scene) => scene.name === name);
      if (!found) throw new Error(`${root}: there is no background ${name}`);
      const place = found.pictures[Math.floor(drawn * found.pictures.length)]!;
      return decodePicture(await readPart(join(root, file), ...place));
    },
  };
}
