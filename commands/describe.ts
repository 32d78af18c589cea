import type { Command, Context } from "../src/core/command.ts";
import { describePicture } from "../src/core/describe-picture.ts";
import { GIVEN_BY_JOB, givenPicture, type GivenPicture } from "../src/core/given-picture.ts";
import { notice } from "../src/core/message.ts";
import { formatSize } from "../src/core/option-values.ts";
import { originText } from "../src/core/origin-text.ts";
import { quoteText } from "../src/core/plain-text.ts";
import { recipeText } from "../src/core/recipe-text.ts";

const MAX_PARAMETERS_CHARS = 1500;
const NO_SCORER =
  "No model here can put into words what a picture shows (none has an image-text scorer), so this is what its file says.";
const NOTHING_KNOWN = "It shows nothing that I have a word for.";

export default {
  name: "describe",
  description: "What a picture shows, and how it was made, as far as that can be known",
  options: GIVEN_BY_JOB,
  async run(context, options) {
    const given = await givenPicture(context, options);
    const lines = [...(await shownIn(context, given)), ...(await toldBy(context, given, options["image"]))];
    await context.reply(notice(lines.join("\n"), { kind: "list" }));
  },
} satisfies Command;

/** In the words of the scorer's own model, or of one that has words. */
async function shownIn(context: Context, { ref }: GivenPicture): Promise<string[]> {
  const models = context.models.list();
  const scorer = models.find((model) => model.scorer === true);
  const vocabulary = scorer?.vocabulary ?? models.find((model) => model.vocabulary !== undefined)?.vocabulary;
  if (!scorer || !vocabulary) return [NO_SCORER];
  const told = await describePicture(context, ref, scorer, vocabulary);
  return told.length === 0 ? [NOTHING_KNOWN] : told;
}

/** Of a picture made here, its recipe; of a file, what it says about itself. */
async function toldBy(context: Context, { ref, source }: GivenPicture, image: unknown): Promise<string[]> {
  if (source) return [recipeText(source.job, source.index)];
  const report = await context.verify(typeof image === "string" ? image : ref);
  const { parameters } = report;
  return [
    `**Size**: ${formatSize(ref)}`,
    originText(report),
    ...(parameters === undefined ? [] : [`**Recipe in the file**: ${quoteText(parameters, MAX_PARAMETERS_CHARS)}`]),
  ];
}
