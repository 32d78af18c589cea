import type { Command, Context } from "../src/core/command.ts";
import { enlarged, UPSCALE_FACTOR, upscaleRequest } from "../src/core/follow-up-requests.ts";
import { GIVEN_BY_JOB, givenPicture } from "../src/core/given-picture.ts";
import type { ImageRequest, PictureRef } from "../src/core/image-request.ts";
import type { OptionValues } from "../src/core/interaction.ts";
import { IMAGE_OPTIONS } from "../src/core/options.ts";
import { readDefaults } from "../src/core/place-settings.ts";
import { resolveRequest } from "../src/core/resolve-request.ts";

export default {
  name: "upscale",
  description: "Make a picture larger",
  draws: true,
  options: [
    ...GIVEN_BY_JOB,
    {
      name: "factor",
      flags: ["factor"],
      kind: "integer",
      min: 2,
      max: 8,
      description: "How many times larger; without it, twice",
      example: "--factor 4",
    },
    ...IMAGE_OPTIONS.filter(({ name }) => name === "model" || name === "private"),
  ],
  async run(context, options) {
    const { factor: asked, model, private: alone } = options;
    const factor = typeof asked === "number" ? asked : UPSCALE_FACTOR;
    const { ref, source } = await givenPicture(context, options);
    const request =
      source && model === undefined
        ? upscaleRequest(source.job, source.index, context, factor)
        : await uploadRequest(context, ref, factor, model === undefined ? {} : { model });
    await context.submit([{ ...request, ...(alone === true ? { private: true } : {}) }]);
  },
} satisfies Command;

/** A picture that nobody here drew has no words: the model sees what is on it. */
async function uploadRequest(
  context: Context,
  image: PictureRef,
  factor: number,
  options: OptionValues,
): Promise<ImageRequest> {
  const { settings, interaction } = context;
  const { strength: _, ...request } = resolveRequest(
    {
      prompt: "",
      options: { ...options, count: 1 },
      defaults: await readDefaults(settings, interaction),
      mode: "upscale",
      inputs: { image },
      size: enlarged(image, factor),
      details: { factor },
    },
    context,
  );
  return { ...request, pictures: request.pictures.map(({ seed }) => ({ seed, prompt: "" })) };
}
