import { commandText } from "./command-text.ts";
import { pictureOf } from "./follow-up-requests.ts";
import type { PictureRecipe, PictureVariation } from "./image-request.ts";
import type { Job } from "./job.ts";
import { formatSize } from "./option-values.ts";
import { quoteText } from "./plain-text.ts";
import { formatDuration } from "./status-text.ts";

/** Everything that made a picture, or all of a request's, a line each, and what to type for it. Throws UserError picture-unknown. */
export function recipeText(job: Job, index: number | undefined): string {
  const { request, result, person, createdAt } = job;
  const count = result?.pictures.length ?? 0;
  const last = index ?? Math.max(0, count - 1);
  const drawn = Array.from({ length: last + 1 - (index ?? 0) }, (_, i) => pictureOf(job, (index ?? 0) + i));
  const { picture, recipe } = drawn[0]!;
  const each = (valueOf: (recipe: PictureRecipe) => string | number | undefined) =>
    eachValue(drawn.map(({ recipe }) => valueOf(recipe)));
  const { expand, scheduler, parent } = request;
  const lines: readonly (readonly [string, string | number | undefined])[] = [
    ["Prompt", quoteText(index === undefined ? request.prompt : recipe.prompt, 1000)],
    ["Not wanted", request.negativePrompt === "" ? undefined : quoteText(request.negativePrompt, 500)],
    ["Model", request.model],
    ["Mode", request.mode],
    ["Size", formatSize(picture)],
    ["Seed", each(({ seed }) => seed)],
    ["Style", each(({ style }) => style)],
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
    ["Variation", each(({ variation }) => variation && variationText(variation))],
    ["Based on", parent && `\`${parent.job}\`${parent.index === undefined ? "" : `, picture ${parent.index + 1}`}`],
    ["Drawn in", result && formatDuration(result.timings.totalMs)],
    [
      "Asked by",
      `${quoteText(person.name, 60)}, ${new Date(createdAt).toISOString().slice(0, 16).replace("T", " ")} UTC`,
    ],
    [
      "Request",
      `\`${job.id}\`, ${index === undefined && count > 1 ? `${count} pictures` : `picture ${last + 1} of ${count}`}`,
    ],
  ];
  const text = lines.flatMap(([name, value]) => (value === undefined ? [] : [`**${name}**: ${value}`]));
  // What starts from a picture cannot be typed whole.
  const typed = request.mode === "text-to-image" ? [`\`/imagine ${commandText(request).replaceAll("`", "ˋ")}\``] : [];
  return [...text, ...typed].join("\n");
}

/** What is the same of all is said once: “1 fluent-3d · 2 noto”. */
function eachValue(values: readonly (string | number | undefined)[]): string | number | undefined {
  if (values.every((value) => value === values[0])) return values[0];
  return values.map((value, i) => `${i + 1} ${value ?? "–"}`).join(" · ");
}

/** Innermost first, in the order in which they are applied. */
function variationText({ seed, strength, of }: PictureVariation): string {
  return `${of ? `${variationText(of)}, then ` : ""}towards seed ${seed} by ${strength}`;
}
