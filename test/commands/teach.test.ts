import { describe, expect, it } from "vitest";
import teach from "../../commands/teach.ts";
import type { ModelLibrary } from "../../src/core/model.ts";
import type { TaughtRef } from "../../src/core/taught.ts";
import { stickers, wide } from "../core/sample-models.ts";
import { createFakeTaught } from "../support/fake-taught.ts";
import { createFakeContext } from "./fake-context.ts";

const remembering = { ...stickers, memory: true } as const;
const libraryOf = (...models: (typeof stickers)[]): ModelLibrary => ({
  list: () => models,
  get: () => models[0]!,
  defaultId: models[0]!.id,
});

function setUp(options: { moderator?: boolean; open?: boolean; concepts?: TaughtRef[]; models?: ModelLibrary } = {}) {
  const concepts = options.concepts ?? [];
  const uploads: string[] = [];
  const context = createFakeContext({
    person: { moderator: options.moderator ?? true },
    models: options.models ?? libraryOf(remembering),
    taught: createFakeTaught(concepts, options.open),
    async upload(url) {
      uploads.push(url);
      return { sha256: "a".repeat(64), mimeType: "image/png", uploaded: true, widthPx: 64, heightPx: 64 };
    },
  });
  return { context, concepts, uploads };
}

const known = (name: string): TaughtRef => ({ name, picture: { sha256: "b".repeat(64), mimeType: "image/png" } });

describe("/teach", () => {
  it("teaches a thing from a picture and says how to draw it", async () => {
    const { context, concepts, uploads } = setUp();

    await teach.run(context, { name: ":OurMascot:", image: "https://cdn.discordapp.com/a.png" });

    expect(uploads).toEqual(["https://cdn.discordapp.com/a.png"]);
    expect(concepts.map(({ name }) => name)).toEqual(["OurMascot"]);
    expect(context.replies[0]?.text).toContain("`/imagine OurMascot in the snow, 3d`");
  });

  it("teaches an emoji of the server, under its own name unless another is given", async () => {
    const { context, concepts, uploads } = setUp();

    await teach.run(context, { emoji: "<:party_gopher:123456789012345678>" });
    await teach.run(context, { name: "gopher", emoji: "<:party_gopher:123456789012345678>" });

    expect(concepts.map(({ name }) => name)).toEqual(["party_gopher", "gopher"]);
    expect(uploads[0]).toBe("https://cdn.discordapp.com/emojis/123456789012345678.png?size=256");
  });

  it("teaches an emoji by its name where the platform finds it, also in place of a name", async () => {
    const { context, concepts, uploads } = setUp();
    const found: string[] = [];
    const interaction = {
      ...context.interaction,
      async findEmoji(name: string) {
        found.push(name);
        return name === "ghost" ? undefined : `https://emoji.slack-edge.com/T1/${name}/1.png`;
      },
    };

    await teach.run({ ...context, interaction }, { name: ":party-gopher:" });
    await teach.run({ ...context, interaction }, { name: "gopher", emoji: ":party-gopher:" });
    const ghost = teach.run({ ...context, interaction }, { emoji: ":ghost:" });

    await expect(ghost).rejects.toThrow("no emoji of this server or workspace");
    expect(found).toEqual(["party-gopher", "party-gopher", "ghost"]);
    expect(concepts.map(({ name }) => name)).toEqual(["party-gopher", "gopher"]);
    expect(uploads[0]).toBe("https://emoji.slack-edge.com/T1/party-gopher/1.png");
  });

  it.each([
    [{ name: "gopher", emoji: "<a:gopher:123456789012345678>" }, "animated"],
    [{ name: "gopher", emoji: "🐹" }, "no emoji of this server"],
    [{ name: "gopher", emoji: "<:g_g:123456>", image: "a.png" }, "cannot be used together"],
    [{ name: "gopher" }, "image needs a value"],
    [{ image: "a.png" }, "name needs a value"],
    [{ name: "fox", image: "a.png" }, "knows it already"],
    [{ name: "left of", image: "a.png" }, "where, how many"],
    [{ remove: "gophr" }, "Did you mean gopher?"],
  ])("refuses %j in a sentence", async (options, sentence) => {
    const { context, uploads } = setUp({ concepts: [known("gopher")] });

    await expect(teach.run(context, options)).rejects.toThrow(sentence);
    expect(uploads).toEqual([]);
  });

  it("is for moderators, until they open it to members", async () => {
    const moderator = setUp();
    const member = setUp({ moderator: false });
    const free = setUp({ moderator: false, open: true });
    const wish = { name: "gopher", image: "a.png" };

    await teach.run(moderator.context, { members: true });
    await teach.run(free.context, wish);

    await expect(teach.run(member.context, wish)).rejects.toThrow("Only moderators");
    await expect(teach.run(free.context, { members: true })).rejects.toThrow("Only moderators");
    await expect(teach.run(member.context, { remove: "gopher" })).rejects.toThrow("Only moderators");
    expect(await moderator.context.taught.isOpen(moderator.context.interaction.place)).toBe(true);
    expect(free.concepts).toHaveLength(1);
  });

  it("lists and forgets", async () => {
    const { context, concepts } = setUp({ concepts: [known("gopher"), known("our van")] });

    await teach.run(context, {});
    await teach.run(context, { remove: ":gopher:" });

    expect(context.replies.map(({ text }) => text)).toEqual([
      "Taught here (2 of 50): **gopher**, **our van**",
      "**gopher** is forgotten. Requests that already name it are still drawn.",
    ]);
    expect(concepts.map(({ name }) => name)).toEqual(["our van"]);
  });

  it("says how, where nothing is taught yet", async () => {
    const { context } = setUp();

    await teach.run(context, {});

    expect(context.replies[0]?.text).toContain("Nothing is taught here yet.");
  });

  it("asks for a model with a picture memory, whichever is the default", async () => {
    const without = setUp({ models: libraryOf(stickers, wide) });
    const second = setUp({ models: libraryOf(stickers, remembering) });
    const wish = { name: "gopher", image: "a.png" };

    await teach.run(second.context, wish);

    await expect(teach.run(without.context, wish)).rejects.toThrow(
      "stickers cannot be taught: it has no picture memory",
    );
    expect(second.concepts).toHaveLength(1);
  });
});
