import { join } from "node:path";
import { silentLogger } from "../../src/core/logger.ts";
import type { GenerateTask } from "../../src/core/generator.ts";
import { resolveRequest } from "../../src/core/resolve-request.ts";
import { createModelLibrary } from "../../src/models/model-library.ts";
import { builtInModels } from "../../src/paths.ts";

export const BUILT_IN = "easel-v0";
export const builtInFolder = join(builtInModels(), BUILT_IN);

/** What `/imagine a red fox in the snow --count 4` asks of the built-in model; `seed` makes it another picture. */
export function builtInTask(seed = 1, prompt = "a red fox in the snow"): GenerateTask {
  const models = createModelLibrary({ folders: [builtInModels()], defaultId: BUILT_IN, log: silentLogger });
  const request = resolveRequest({ prompt, options: { count: 4, seed, style: "noto" } }, { models, random: () => 0 });
  return { job: "bench", request, inputs: {}, previews: false };
}
