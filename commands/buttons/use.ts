import type { Button } from "../../src/core/command.ts";
import { openEditForm, submitEditForm } from "../../src/core/edit-button.ts";

/** A new picture that starts from this one. */
export default {
  action: "use",
  draws: true,
  run: (context, press) =>
    openEditForm(context, press, {
      action: "use",
      title: "Start from this picture",
      fields: ["prompt", "strength", "count"],
      example: "--strength 0.6",
    }),
  submit: (context, press, values) => submitEditForm(context, press, values, "restyle"),
} satisfies Button;
