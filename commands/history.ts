import { encodeButtonId } from "../src/core/button-id.ts";
import type { Command } from "../src/core/command.ts";
import { FINISHED_STATES, type Job } from "../src/core/job.ts";
import { notice } from "../src/core/message.ts";
import { quoteText } from "../src/core/plain-text.ts";

const DEFAULT_COUNT = 10;
const MAX_BUTTONS = 5;

export default {
  name: "history",
  description: "Your finished pictures, newest first",
  options: [
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
  async run({ queue, interaction, reply }, { count }) {
    const { id: person, platform } = interaction.person;
    const limit = typeof count === "number" ? count : DEFAULT_COUNT;
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
