import type { ImageRequest, PictureRecipe } from "./image-request.ts";
import { cleanText } from "./plain-text.ts";

/**
 * The recipe of one picture as A1111 writes it into its PNG files (modules/processing.py, create_infotext), which many tools read: prompt,
 * negative prompt, and a last line of fields. A prompt cannot forge fields: it stays on its line, and the words that readers look for
 * lose their colon.
 */
export function parametersText(request: ImageRequest, picture: PictureRecipe): string {
  const { variation } = picture;
  const fields: readonly (readonly [string, string | number | undefined])[] = [
    ["Steps", request.steps],
    ["Sampler", request.scheduler.name === "" ? "model default" : request.scheduler.name],
    ["CFG scale", request.guidanceScale],
    ["Seed", picture.seed],
    ["Size", `${request.widthPx}x${request.heightPx}`],
    ["Model", request.model],
    ["Denoising strength", request.strength],
    // A1111 counts the layers from the end that are used; diffusers those that are skipped.
    ["Clip skip", request.clipSkip === undefined ? undefined : request.clipSkip + 1],
    ["Tiling", request.tile ? "True" : undefined],
    ["Variation seed", variation?.seed],
    ["Variation seed strength", variation?.strength],
    ["Mode", request.mode === "text-to-image" ? undefined : request.mode],
  ];
  const negative = toLine(request.negativePrompt);
  return [
    toLine(picture.prompt),
    ...(negative === "" ? [] : [`Negative prompt: ${negative}`]),
    fields.flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${quoteField(value)}`])).join(", "),
  ].join("\n");
}

function toLine(text: string): string {
  return cleanText(text)
    .replaceAll(/\s+/g, " ")
    .trim()
    .replaceAll(/(negative prompt|steps)\s*:/gi, "$1");
}

/** As A1111's quote(): a value with a comma, colon or line break becomes a JSON string. */
function quoteField(value: string | number): string {
  const text = String(value);
  return /[,:\n]/.test(text) ? JSON.stringify(text) : text;
}
