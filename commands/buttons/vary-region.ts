import type { Button } from "../../src/core/command.ts";
import { openEditForm, submitEditForm } from "../../src/core/edit-button.ts";

/** A part of one picture drawn anew. */
export default {
  action: "vary-region",
  draws: true,
  run: (context, press) =>
    openEditForm(context, press, {
      action: "vary-region",
      title: "Vary a region",
      fields: ["region", "prompt", "count"],
      example: "--region left",
    }),
  submit: (context, press, values) => submitEditForm(context, press, values, "inpaint"),
} satisfies Button;
