import type { Command } from "../src/core/command.ts";
import { UserError } from "../src/core/errors.ts";
import { GIVEN_BY_JOB, givenPicture } from "../src/core/given-picture.ts";
import { notice } from "../src/core/message.ts";
import { originText } from "../src/core/origin-text.ts";

export default {
  name: "verify",
  description: "Where a picture comes from: its content credentials, watermark and labels, read back",
  options: GIVEN_BY_JOB,
  async run(context, options) {
    const { image, job } = options;
    if (image !== undefined && job !== undefined) {
      throw new UserError("options-conflict", { first: "image", second: "job" });
    }
    // Of a file, everything counts that an upload would lose.
    const picture = image === undefined ? (await givenPicture(context, options)).ref : String(image);
    await context.reply(notice(originText(await context.verify(picture)), { kind: "list" }));
  },
} satisfies Command;
