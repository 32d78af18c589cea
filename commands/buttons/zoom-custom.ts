import type { Button } from "../../src/core/command.ts";
import { openEditForm, submitEditForm } from "../../src/core/edit-button.ts";

/** One picture extended as far, or to the shape, that somebody says. */
export default {
  action: "zoom-custom",
  draws: true,
  run: (context, press) =>
    openEditForm(context, press, {
      action: "zoom-custom",
      title: "Zoom out",
      fields: ["zoom", "ar", "prompt", "count"],
      example: "--zoom 1.5",
    }),
  submit: (context, press, values) => submitEditForm(context, press, values, "outpaint"),
} satisfies Button;
