import type { Command, Context } from "../src/core/command.ts";
import { encodeButtonId } from "../src/core/button-id.ts";
import type { Job } from "../src/core/job.ts";
import { notice } from "../src/core/message.ts";
import { quoteText } from "../src/core/plain-text.ts";
import { statusText } from "../src/core/status-text.ts";

const OPEN = ["queued", "running"] as const;
const MAX_SHOWN = 10;

export default {
  name: "queue",
  description: "What is waiting and being drawn",
  options: [],
  async run(context) {
    const { queue, interaction } = context;
    const { person, place } = interaction;
    const own = await queue.list({ person: person.id, platform: person.platform, states: OPEN, limit: MAX_SHOWN });
    const here = await queue.list({ platform: place.platform, channel: place.channel, states: OPEN, limit: MAX_SHOWN });
    const others = here.filter(({ id, request }) => !request.private && own.every((job) => job.id !== id));
    const { waiting, running } = await queue.stats();
    const total = Object.values(waiting).reduce((sum, count) => sum + count, 0);

    const lines = [`Waiting: ${total}. Being drawn: ${running}.`];
    if (own.length > 0) lines.push("", "**Yours**", ...(await Promise.all(own.map((job) => describe(context, job)))));
    if (others.length > 0) lines.push("", "**In this channel**", ...others.map(describeOther));
    const cancellable = person.moderator ? [...own, ...others] : own;
    await context.reply({
      ...notice(lines.join("\n"), { kind: "list" }),
      buttons: cancellable.length === 0 ? [] : [cancellable.slice(0, MAX_BUTTONS).map(cancelButton)],
    });
  },
} satisfies Command;

const MAX_BUTTONS = 5;

async function describe({ queue }: Context, job: Job): Promise<string> {
  const position = job.state === "queued" ? await queue.position(job.id) : undefined;
  const status = statusText({ state: job.state === "queued" ? "queued" : "running", ...position });
  return `\`${job.id}\` ${quoteText(job.request.prompt, 80)} · ${status}`;
}

function describeOther({ id, person, request, state }: Job): string {
  const status = state === "queued" ? "waiting" : "being drawn";
  return `\`${id}\` ${quoteText(request.prompt, 80)} · ${quoteText(person.name, 40)} · ${status}`;
}

function cancelButton({ id }: Job) {
  return {
    id: encodeButtonId({ action: "cancel", job: id }),
    label: `Cancel ${id}`,
    style: "secondary" as const,
  };
}
