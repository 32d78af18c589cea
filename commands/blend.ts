import type { Command, Context } from "../src/core/command.ts";
import { escapePrompt } from "../src/core/command-text.ts";
import { UserError } from "../src/core/errors.ts";
import { pictureOfJob, visibleJob, type GivenPicture } from "../src/core/given-picture.ts";
import { BLEND_ROLES } from "../src/core/image-request.ts";
import type { OptionValues } from "../src/core/interaction.ts";
import { IMAGE_OPTIONS, INPUT_OPTION, MAX_PROMPT_CHARS } from "../src/core/options.ts";
import { excerpt } from "../src/core/plain-text.ts";
import { requestPictures } from "../src/core/request-pictures.ts";

const MAX_PICTURES = BLEND_ROLES.length;
const IMAGES = ["image", "image2", "image3", "image4", "image5"] as const;
const GENERAL = IMAGE_OPTIONS.filter(({ name }) => !["size", "tile", "best-of", "ar"].includes(name));

export default {
  name: "blend",
  description: "Draw one picture from two to five",
  draws: true,
  options: [
    {
      name: "jobs",
      flags: [],
      kind: "text",
      max: 300,
      description: "Pictures made here: request ids, with :2 for the second picture of one",
      example: "k3f9x2ab m4hq7c2d:2",
    },
    ...IMAGES.map((name, i) => ({
      ...INPUT_OPTION,
      name,
      flags: [name],
      description: `Picture ${i + 1} of your own`,
      example: `--${name} https://cdn.discordapp.com/${i + 1}.png`,
    })),
    {
      name: "prompt",
      flags: ["prompt"],
      kind: "text",
      max: MAX_PROMPT_CHARS,
      description: "What the blend should show; without it, what the pictures show",
      example: "--prompt a fox in a castle",
    },
    {
      name: "weights",
      flags: ["weights"],
      kind: "text",
      max: 100,
      description: "How much each picture counts: one number for each, in their order",
      example: '--weights "2 1"',
    },
    ...GENERAL,
  ],
  async run(context, options) {
    const given = await givenPictures(context, options);
    const [first] = given;
    if (!first || given.length < 2 || given.length > MAX_PICTURES) {
      throw new UserError("blend-too-few", { count: given.length });
    }
    const general = Object.fromEntries(
      Object.entries(options).filter(([name]) => GENERAL.some((option) => option.name === name)),
    );
    await requestPictures(context, {
      prompt: escapePrompt(typeof options["prompt"] === "string" ? options["prompt"] : wordsOf(given)),
      options: general,
      mode: "blend",
      inputs: Object.fromEntries(given.map(({ ref }, i) => [BLEND_ROLES[i]!, ref])),
      details: readWeights(options["weights"], given.length),
      ...(first.source ? { parent: { job: first.source.job.id, index: first.source.index } } : {}),
    });
  },
} satisfies Command;

/** Pictures made here come first, then those that are attached. */
async function givenPictures(context: Context, options: OptionValues): Promise<GivenPicture[]> {
  const names = String(options["jobs"] ?? "")
    .split(/[\s,]+/)
    .filter((name) => name !== "");
  const images = IMAGES.map((name) => options[name]).filter((image) => image !== undefined);
  const count = names.length + images.length;
  // Before anything is fetched.
  if (count > MAX_PICTURES) throw new UserError("blend-too-few", { count });
  const given: GivenPicture[] = [];
  for (const name of names) {
    const [, id, number] = /^([a-z0-9]{1,40})(?::(\d{1,3}))?$/i.exec(name) ?? [];
    if (id === undefined) throw new UserError("job-unknown", { job: excerpt(name) });
    given.push(pictureOfJob(await visibleJob(context, id.toLowerCase()), Number(number ?? 1) - 1));
  }
  for (const image of images) given.push({ ref: await context.upload(String(image)) });
  return given;
}

/** What the pictures show, as far as that is known. */
function wordsOf(given: readonly GivenPicture[]): string {
  const prompts = given.flatMap(({ source }) => (source ? [source.job.request.prompt] : []));
  return [...new Set(prompts)].filter((prompt) => prompt !== "").join(" and ");
}

function readWeights(
  written: OptionValues[string] | undefined,
  pictures: number,
): { blendWeights?: readonly number[] } {
  if (written === undefined) return {};
  const weights = String(written)
    .trim()
    .split(/[\s,;]+/)
    .map(Number);
  const isUsable =
    weights.every((weight) => Number.isFinite(weight) && weight >= 0) && weights.some((weight) => weight > 0);
  if (weights.length !== pictures || !isUsable)
    throw new UserError("weights-mismatch", { count: weights.length, pictures });
  return { blendWeights: weights };
}
