import { encodeButtonId } from "../../src/core/button-id.ts";
import { commandText, escapePrompt, optionsOf } from "../../src/core/command-text.ts";
import type { Button } from "../../src/core/command.ts";
import { notice } from "../../src/core/message.ts";
import { pictureForm, readPictureForm } from "../../src/core/picture-form.ts";
import { requestPictures } from "../../src/core/request-pictures.ts";
import { surroundingWords } from "../../src/core/surroundings.ts";

/** The request in a form, to be changed and drawn again; as text to copy where there are no forms. */
export default {
  action: "edit",
  draws: true,
  async run(context, { job: { id, request } }) {
    const { interaction } = context;
    if (!interaction.openForm) {
      await context.reply(
        notice(`Type this with your changes:\n\`/imagine ${commandText(request).replaceAll("`", "ˋ")}\``),
      );
      return;
    }
    const known = { ...optionsOf(request), prompt: escapePrompt(request.prompt) };
    await interaction.openForm(pictureForm(encodeButtonId({ action: "edit", job: id }), "Remix", known));
  },
  async submit(context, { job }, values) {
    const { mode, inputs, expand, region, blendWeights } = job.request;
    const details = {
      ...(expand === undefined ? {} : { expand }),
      ...(region === undefined ? {} : { region }),
      ...(blendWeights === undefined ? {} : { blendWeights }),
    };
    // What the form shows and somebody empties is not kept.
    const { negative: _, seed: __, ...defaults } = optionsOf(job.request);
    // An enlarged picture was drawn from words before; those are what one changes.
    const { size: ___, ...words } = defaults;
    const { prompt, options } = readPictureForm(values);
    // Around a picture, the same words mean its surroundings again.
    const isSame = mode === "outpaint" && prompt === escapePrompt(job.request.prompt);
    await requestPictures(context, {
      prompt,
      options,
      ...(isSame ? { drawnFrom: surroundingWords(job.request.prompt, context.models.get(job.request.model)) } : {}),
      ...(mode === "upscale"
        ? { defaults: words }
        : { defaults, mode, details, ...(inputs === undefined ? {} : { inputs }) }),
      parent: { job: job.id },
    });
  },
} satisfies Button;
