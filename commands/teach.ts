import type { Command, Context } from "../src/core/command.ts";
import { UserError } from "../src/core/errors.ts";
import { notice } from "../src/core/message.ts";
import type { ModelInfo, ModelLibrary } from "../src/core/model.ts";
import { didYouMean } from "../src/core/nearest.ts";
import { quoteText } from "../src/core/plain-text.ts";
import { MAX_TAUGHT, MAX_TAUGHT_NAME_CHARS, readTaughtName } from "../src/core/taught.ts";

/** Discord writes the emoji of a server as <:name:id>, animated ones as <a:name:id>. */
const CUSTOM_EMOJI = /^<(a?):(\w{2,32}):(\d{5,25})>$/;
/** Slack writes every emoji as :name:. */
const NAMED_EMOJI = /^:([\p{L}\p{N}_'+-]{1,100}):$/u;

export default {
  name: "teach",
  description: "Teach this place a thing of its own, from one picture; without options, lists what it knows",
  options: [
    {
      name: "name",
      flags: [],
      kind: "text",
      max: MAX_TAUGHT_NAME_CHARS + 2,
      description: "What the thing is called in prompts",
      example: "ourmascot",
    },
    {
      name: "image",
      flags: ["image"],
      kind: "picture",
      description: "A picture of it, transparent or on a plain background",
      example: "--image mascot.png",
    },
    {
      name: "emoji",
      flags: ["emoji"],
      kind: "text",
      max: 80,
      description: "Or an emoji of this server or workspace",
      example: "--emoji <:ourmascot:123456789012345678>",
    },
    {
      name: "remove",
      flags: ["remove"],
      kind: "text",
      max: MAX_TAUGHT_NAME_CHARS + 2,
      description: "Forget a thing by its name",
      example: "--remove ourmascot",
    },
    {
      name: "members",
      flags: ["members"],
      kind: "boolean",
      description: "Whether members may teach, too (moderators only)",
      example: "--members=yes",
    },
  ],
  async run(context, { name, image, emoji, remove, members }) {
    const { taught, interaction, reply } = context;
    const { place } = interaction;
    if (members !== undefined) {
      checkModerator(context);
      await taught.setOpen(place, members === true);
      return reply(notice(members === true ? "Members may teach now." : "Only moderators may teach now."));
    }
    if (remove !== undefined) return forget(context, String(remove));
    if (name === undefined && image === undefined && emoji === undefined) return list(context);

    if (!(await taught.isOpen(place))) checkModerator(context);
    if (image !== undefined && emoji !== undefined)
      throw new UserError("options-conflict", { first: "image", second: "emoji" });
    const written = String(emoji ?? name ?? "").trim();
    // An emoji in place of a name is both.
    const shown =
      emoji !== undefined || (image === undefined && emojiName(written) !== undefined) ? written : undefined;
    const source = shown === undefined ? image : await emojiUrl(context, shown);
    const wanted = emoji === undefined && shown !== undefined ? emojiName(shown) : (name ?? emojiName(written));
    if (wanted === undefined) throw new UserError("option-missing-value", { flag: "name", example: "ourmascot" });
    const known = readTaughtName(String(wanted), teachableModel(context.models).vocabulary);
    if (source === undefined)
      throw new UserError("option-missing-value", { flag: "image", example: "--image mascot.png" });
    await taught.teach(place, known, await context.upload(String(source)));
    const word = quoteText(known);
    await reply(notice(`**${word}** is known here now. Try: \`/imagine ${word} in the snow, 3d\``, { private: false }));
  },
} satisfies Command;

async function forget({ taught, interaction, reply, ...context }: Context, text: string): Promise<void> {
  if (!(await taught.isOpen(interaction.place))) checkModerator({ interaction, ...context });
  const name = text.replaceAll(/^:|:$/g, "");
  const names = (await taught.list(interaction.place)).map((concept) => concept.name);
  if (!(await taught.remove(interaction.place, name))) {
    throw new UserError("teach-unknown", { name, hint: didYouMean(name, names) });
  }
  await reply(notice(`**${quoteText(name)}** is forgotten. Requests that already name it are still drawn.`));
}

async function list({ taught, interaction, reply, models }: Context): Promise<void> {
  const { title } = teachableModel(models);
  const concepts = await taught.list(interaction.place);
  const names = concepts.map(({ name }) => `**${quoteText(name)}**`).join(", ");
  const example = "`/teach ourmascot --image mascot.png`";
  const text =
    concepts.length === 0
      ? `Nothing is taught here yet. A picture with transparency or a plain background teaches ${quoteText(title)} a new thing at once: ${example}`
      : `Taught here (${concepts.length} of ${MAX_TAUGHT}): ${names}`;
  await reply(notice(text, { kind: "list" }));
}

/** Moderators; in a direct message or a terminal, everybody teaches for themselves. */
function checkModerator({ interaction: { person, place } }: Pick<Context, "interaction">): void {
  if (!person.moderator && place.community !== undefined) throw new UserError("moderators-only");
}

/** The default model, or the first other one, that draws from a picture memory. Throws UserError model-cannot. */
function teachableModel(models: ModelLibrary): ModelInfo {
  const usual = models.get(models.defaultId);
  const found = usual.memory ? usual : models.list().find(({ memory }) => memory);
  if (!found) throw new UserError("model-cannot", { model: usual.id, mode: "be taught: it has no picture memory" });
  return found;
}

/** What an emoji is called, when a text is one. */
function emojiName(text: string): string | undefined {
  return CUSTOM_EMOJI.exec(text)?.[2] ?? NAMED_EMOJI.exec(text)?.[1];
}

/** Where an emoji's picture is kept. Rejects with UserError teach-picture. */
async function emojiUrl({ interaction }: Context, text: string): Promise<string> {
  const [, animated, , id] = CUSTOM_EMOJI.exec(text) ?? [];
  if (animated === "a") throw new UserError("teach-picture", { reason: "the emoji is animated; take a still one" });
  if (id !== undefined) return `https://cdn.discordapp.com/emojis/${id}.png?size=256`;
  const name = NAMED_EMOJI.exec(text)?.[1];
  const url = name === undefined ? undefined : await interaction.findEmoji?.(name);
  if (url !== undefined) return url;
  throw new UserError("teach-picture", {
    reason: "that is no emoji of this server or workspace; attach a picture instead",
  });
}
