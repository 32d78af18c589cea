import type { Command } from "../src/core/command.ts";
import { UserError } from "../src/core/errors.ts";
import { checkMaySee } from "../src/core/job-access.ts";
import { notice } from "../src/core/message.ts";
import { originText } from "../src/core/origin-text.ts";

export default {
  name: "verify",
  description: "Where a picture comes from: its content credentials, watermark and labels, read back",
  options: [
    {
      name: "job",
      flags: [],
      kind: "job",
      description: "Its request's id, from /history or below the pictures",
      example: "k3f9x2ab",
      required: true,
    },
    {
      name: "picture",
      flags: ["picture"],
      kind: "integer",
      min: 1,
      max: 1000,
      description: "Which of its pictures; without it, the first",
      example: "--picture 2",
    },
  ],
  async run({ queue, interaction, verify, reply }, { job: id, picture: number }) {
    const job = await queue.get(String(id));
    if (!job) throw new UserError("job-unknown", { job: String(id) });
    checkMaySee(job, interaction.person, interaction.place);
    const pictures = job.result?.pictures ?? [];
    const index = typeof number === "number" ? number : 1;
    const picture = pictures[index - 1];
    if (!picture) throw new UserError("picture-unknown", { index, count: pictures.length });
    await reply(notice(originText(await verify(picture.blob)), { kind: "list" }));
  },
} satisfies Command;
