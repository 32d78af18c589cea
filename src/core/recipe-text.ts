import { commandText } from "./command-text.ts";
import { pictureOf } from "./follow-up-requests.ts";
import type { PictureVariation } from "./image-request.ts";
import type { Job } from "./job.ts";
import { formatSize } from "./option-values.ts";
import { quoteText } from "./plain-text.ts";
import { formatDuration } from "./status-text.ts";

/** Everything that made a picture, a line each, and what to type for it. Throws UserError picture-unknown. */
export function recipeText(job: Job, index: number): string {
  const { request, result, person, createdAt } = job;
  const { picture, recipe } = pictureOf(job, index);
  const { expand, scheduler, parent } = request;
  const lines: readonly (readonly [string, string | number | undefined])[] = [
    ["Prompt", quoteText(recipe.prompt, 1000)],
    ["Not wanted", request.negativePrompt === "" ? undefined : quoteText(request.negativePrompt, 500)],
    ["Model", request.model],
    ["Mode", request.mode],
    ["Size", formatSize(picture)],
    ["Seed", recipe.seed],
    ["Style", recipe.style],
    ["Steps", request.steps],
    ["Guidance", request.guidanceScale],
    ["Scheduler", scheduler.name === "" ? "the model's own" : scheduler.name],
    ["Strength", request.strength],
    ["Enlarged", request.factor === undefined ? undefined : `${request.factor} times`],
    ["Region", request.region],
    [
      "Extended",
      expand && `left ${expand.left}, right ${expand.right}, up ${expand.top}, down ${expand.bottom} pixels`,
    ],
    ["Weights", request.blendWeights?.join(", ")],
    ["Variation", recipe.variation && variationText(recipe.variation)],
    ["Based on", parent && `\`${parent.job}\`${parent.index === undefined ? "" : `, picture ${parent.index + 1}`}`],
    ["Drawn in", result && formatDuration(result.timings.totalMs)],
    [
      "Asked by",
      `${quoteText(person.name, 60)}, ${new Date(createdAt).toISOString().slice(0, 16).replace("T", " ")} UTC`,
    ],
    ["Request", `\`${job.id}\`, picture ${index + 1} of ${result?.pictures.length ?? 0}`],
  ];
  const text = lines.flatMap(([name, value]) => (value === undefined ? [] : [`**${name}**: ${value}`]));
  // What starts from a picture cannot be typed whole.
  const typed = request.mode === "text-to-image" ? [`\`/imagine ${commandText(request).replaceAll("`", "ˋ")}\``] : [];
  return [...text, ...typed].join("\n");
}

/** Innermost first, in the order in which they are applied. */
function variationText({ seed, strength, of }: PictureVariation): string {
  return `${of ? `${variationText(of)}, then ` : ""}towards seed ${seed} by ${strength}`;
}
