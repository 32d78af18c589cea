import { encodeButtonId } from "../src/core/button-id.ts";
import type { Command, Context } from "../src/core/command.ts";
import { readFavourites } from "../src/core/favourites.ts";
import { isOwn } from "../src/core/job-access.ts";
import { FINISHED_STATES, type Job } from "../src/core/job.ts";
import { notice, type MessageButton } from "../src/core/message.ts";
import { quoteText } from "../src/core/plain-text.ts";
import { jobButton } from "../src/core/result-buttons.ts";

const DEFAULT_COUNT = 10;
const MAX_BUTTONS = 5;

export default {
  name: "history",
  description: "Your finished pictures, newest first, or your favourites",
  options: [
    {
      name: "which",
      flags: [],
      kind: "choice",
      choices: ["all", "favourites"],
      description: "Everything, or what you marked as a favourite",
      example: "favourites",
    },
    {
      name: "count",
      flags: ["count"],
      kind: "integer",
      min: 1,
      max: 25,
      description: "How many requests",
      example: "--count 10",
    },
  ],
  async run(context, { which, count }) {
    const limit = typeof count === "number" ? count : DEFAULT_COUNT;
    if (which === "favourites") return showFavourites(context, limit);
    const { queue, interaction, reply } = context;
    const { id: person, platform } = interaction.person;
    const jobs = await queue.list({ person, platform, states: FINISHED_STATES, limit });
    const shown = jobs.filter(hasPictures).slice(0, MAX_BUTTONS);
    await reply({
      ...notice(jobs.length === 0 ? "You have no pictures yet. Try /imagine" : jobs.map(describe).join("\n"), {
        kind: "list",
      }),
      buttons: shown.length === 0 ? [] : [shown.map(showButton)],
    });
  },
} satisfies Command;

/** Favourites whose request is gone, or private by now, are passed over. */
async function showFavourites({ queue, settings, interaction, reply }: Context, limit: number): Promise<void> {
  const { person } = interaction;
  const lines: string[] = [];
  const buttons: MessageButton[] = [];
  for (const { job: id, index } of await readFavourites(settings, person)) {
    if (lines.length === limit) break;
    const job = await queue.get(id);
    const picture = job?.result?.pictures[index];
    if (!job || !picture || (job.request.private && !isOwn(job, person))) continue;
    const label = `${id}:${index + 1}`;
    lines.push(`\`${label}\` ${quoteText(job.request.prompt, 80)} · ${job.request.model}`);
    if (buttons.length < MAX_BUTTONS) buttons.push(jobButton(job, "more", `Show ${label}`, label, index));
  }
  const text = lines.length === 0 ? "You have no favourites yet. Press Favourite below a picture." : lines.join("\n");
  await reply({ ...notice(text, { kind: "list" }), buttons: buttons.length === 0 ? [] : [buttons] });
}

function hasPictures({ result }: Job): boolean {
  return result !== undefined && result.pictures.length > 0;
}

function describe(job: Job): string {
  const day = new Date(job.createdAt).toISOString().slice(0, 10);
  const count = job.result?.pictures.length ?? 0;
  const outcome = hasPictures(job) ? `${count} ${count === 1 ? "picture" : "pictures"}` : job.state;
  return `\`${job.id}\` ${quoteText(job.request.prompt, 80)} · ${outcome} · ${day}`;
}

function showButton({ id }: Job) {
  return {
    id: encodeButtonId({ action: "show", job: id }),
    label: `Show ${id}`,
    style: "secondary" as const,
  };
}
