import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createDiscordSimulator } from "../../../src/simulator/discord/create-discord-simulator.ts";
import type { DiscordSimulator, UploadedFile } from "../../../src/simulator/discord/discord-simulator.ts";
import { createDiscordOpenApi } from "../../support/discord-openapi.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { type Call, createRestClient, upload } from "./rest-client.ts";

const V2 = 1 << 15;
const text = (content: string) => ({ type: 10, content });
const button = (custom_id: string, more: object = {}) => ({ type: 2, style: 1, label: "Go", custom_id, ...more });
const row = (...components: object[]) => ({ type: 1, components });
const gallery = (...items: object[]) => ({ type: 12, items });
const picture = (url: string, more: object = {}) => ({ media: { url }, ...more });
const many = <T>(count: number, make: (i: number) => T) => Array.from({ length: count }, (_, i) => make(i));
const select = (more: object = {}) => ({ type: 3, custom_id: "s", options: [{ label: "A", value: "a" }], ...more });

interface Bad {
  readonly what: string;
  readonly body: object;
  readonly files?: readonly UploadedFile[];
  /** The branch of the error tree; absent for other codes than 50035. */
  readonly field?: string;
  readonly code?: number;
}

const BAD: readonly Bad[] = [
  { what: "an empty message", body: { content: "" }, code: 50006 },
  { what: "blanks only", body: { content: "  \n" }, code: 50006 },
  { what: "2001 characters", body: { content: "x".repeat(2001) }, field: "content" },
  { what: "content that is no text", body: { content: 5 }, field: "content" },
  { what: "11 embeds", body: { embeds: many(11, () => ({ title: "a" })) }, field: "embeds" },
  { what: "an embed title of 257", body: { embeds: [{ title: "x".repeat(257) }] }, field: "embeds.0.title" },
  {
    what: "embeds of 6001 in all",
    body: { embeds: many(2, () => ({ description: "x".repeat(3001) })) },
    field: "embeds",
  },
  {
    what: "26 fields",
    body: { embeds: [{ fields: many(26, () => ({ name: "a", value: "b" })) }] },
    field: "embeds.0.fields",
  },
  { what: "text display without the flag", body: { components: [text("a")] }, field: "components.0.type" },
  { what: "content with the flag", body: { flags: V2, content: "a", components: [text("a")] }, field: "content" },
  {
    what: "embeds with the flag",
    body: { flags: V2, embeds: [{ title: "a" }], components: [text("a")] },
    field: "embeds",
  },
  { what: "41 components", body: { flags: V2, components: many(41, () => text("a")) }, field: "components" },
  {
    what: "41 components, nested ones counted",
    body: { flags: V2, components: [{ type: 17, components: many(40, () => text("a")) }] },
    field: "components",
  },
  {
    what: "4001 characters of text",
    body: { flags: V2, components: [text("x".repeat(3000)), text("x".repeat(1001))] },
    field: "components",
  },
  { what: "six rows", body: { components: many(6, (i) => row(button(`b${i}`))) }, field: "components" },
  {
    what: "six buttons in a row",
    body: { components: [row(...many(6, (i) => button(`b${i}`)))] },
    field: "components.0.components",
  },
  { what: "an empty row", body: { components: [row()] }, field: "components.0.components" },
  {
    what: "two selects in a row",
    body: { components: [row(select(), select({ custom_id: "t" }))] },
    field: "components.0.components",
  },
  {
    what: "the same custom id twice",
    body: { components: [row(button("b"), button("b"))] },
    field: "components.0.components.1.custom_id",
  },
  {
    what: "a custom id of 101",
    body: { components: [row(button("x".repeat(101)))] },
    field: "components.0.components.0.custom_id",
  },
  {
    what: "a label of 81",
    body: { components: [row(button("b", { label: "x".repeat(81) }))] },
    field: "components.0.components.0.label",
  },
  {
    what: "a button without label and emoji",
    body: { components: [row({ type: 2, style: 1, custom_id: "b" })] },
    field: "components.0.components.0.label",
  },
  {
    what: "a link without url",
    body: { components: [row({ type: 2, style: 5, label: "a" })] },
    field: "components.0.components.0.url",
  },
  {
    what: "a link with a custom id",
    body: { components: [row(button("b", { style: 5, url: "https://a.b" }))] },
    field: "components.0.components.0.custom_id",
  },
  {
    what: "a button with a url",
    body: { components: [row(button("b", { url: "https://a.b" }))] },
    field: "components.0.components.0.url",
  },
  {
    what: "a style of 7",
    body: { components: [row(button("b", { style: 7 }))] },
    field: "components.0.components.0.style",
  },
  { what: "an unknown component", body: { flags: V2, components: [{ type: 99 }] }, field: "components.0.type" },
  {
    what: "a container in a container",
    body: { flags: V2, components: [{ type: 17, components: [{ type: 17, components: [text("a")] }] }] },
    field: "components.0.components.0.type",
  },
  {
    what: "a text display in a row",
    body: { flags: V2, components: [row(text("a"))] },
    field: "components.0.components.0.type",
  },
  {
    what: "26 options",
    body: { components: [row(select({ options: many(26, (i) => ({ label: "a", value: `${i}` })) }))] },
    field: "components.0.components.0.options",
  },
  {
    what: "an option value twice",
    body: { components: [row(select({ options: many(2, () => ({ label: "a", value: "a" })) }))] },
    field: "components.0.components.0.options.1.value",
  },
  {
    what: "a placeholder of 151",
    body: { components: [row(select({ placeholder: "x".repeat(151) }))] },
    field: "components.0.components.0.placeholder",
  },
  { what: "an empty gallery", body: { flags: V2, components: [gallery()] }, field: "components.0.items" },
  {
    what: "11 pictures in a gallery",
    body: { flags: V2, components: [gallery(...many(11, () => picture("https://a.b/c")))] },
    field: "components.0.items",
  },
  {
    what: "alt text of 1025",
    body: { flags: V2, components: [gallery(picture("https://a.b/c", { description: "x".repeat(1025) }))] },
    field: "components.0.items.0.description",
  },
  {
    what: "a picture that is not attached",
    body: { flags: V2, components: [gallery(picture("attachment://b.png"))] },
    files: [upload()],
    field: "components",
  },
  {
    what: "a picture by ftp",
    body: { flags: V2, components: [gallery(picture("ftp://a.b/c"))] },
    field: "components.0.items.0.media.url",
  },
  {
    what: "a file component from the web",
    body: { flags: V2, components: [{ type: 13, file: { url: "https://a.b/c" } }] },
    field: "components.0.file.url",
  },
  {
    what: "a section without accessory",
    body: { flags: V2, components: [{ type: 9, components: [text("a")] }] },
    field: "components.0.accessory",
  },
  {
    what: "a section of four texts",
    body: { flags: V2, components: [{ type: 9, components: many(4, () => text("a")), accessory: button("b") }] },
    field: "components.0.components",
  },
  {
    what: "a component id twice",
    body: {
      flags: V2,
      components: [
        { ...text("a"), id: 3 },
        { ...text("a"), id: 3 },
      ],
    },
    field: "components.1.id",
  },
  {
    what: "an attachment without its file",
    body: { content: "a", attachments: [{ id: "1" }] },
    files: [upload()],
    field: "attachments.0.id",
  },
  {
    what: "alt text of an attachment of 1025",
    body: { attachments: [{ id: "0", description: "x".repeat(1025) }] },
    files: [upload()],
    field: "attachments.0.description",
  },
  {
    what: "a file in a field of another name",
    body: { content: "a" },
    files: [upload({ field: "picture" })],
    field: "picture",
  },
  {
    what: "11 files",
    body: { content: "a" },
    files: many(11, (i) => upload({ field: `files[${i}]` })),
    field: "files",
  },
  {
    what: "a file above the limit",
    body: {},
    files: [upload({ bytes: Buffer.alloc(10 * 1024 ** 2 + 1) })],
    code: 40005,
  },
  {
    what: "unknown mentions",
    body: { content: "a", allowed_mentions: { parse: ["all"] } },
    field: "allowed_mentions.parse.0",
  },
  {
    what: "users both parsed and listed",
    body: { content: "a", allowed_mentions: { parse: ["users"], users: ["1"] } },
    field: "allowed_mentions.users",
  },
  { what: "a nonce of 26", body: { content: "a", nonce: "x".repeat(26) }, field: "nonce" },
];

describe("messages that Discord refuses", () => {
  let discord: DiscordSimulator;
  let call: Call;

  beforeAll(async () => {
    discord = await createDiscordSimulator({ clock: createFakeClock() });
    discord.rateLimits.setGlobal(1000);
    call = createRestClient(discord);
  });
  afterAll(() => discord.stop());

  it.each(BAD)("refuses $what", async ({ body, files, field, code = 50035 }) => {
    const before = discord.messages.all().length;

    const { status, json } = await call("POST", `/channels/${discord.world.channelId}/messages`, body, files);

    const branch = field
      ?.split(".")
      .reduce<unknown>((tree, part) => (tree as Record<string, unknown>)?.[part], json?.["errors"]);
    expect({ status, code: json?.["code"] }).toEqual({ status: code === 40005 ? 413 : 400, code });
    if (field !== undefined) expect(branch).toHaveProperty("_errors");
    expect(discord.messages.all()).toHaveLength(before);
  });

  it("writes each refused form down", () => {
    const refused = discord.violations.filter((one) => one.refused);

    expect(refused.length).toBeGreaterThanOrEqual(BAD.filter(({ field }) => field !== undefined).length);
  });

  it("accepts the limits themselves", async () => {
    const components = [
      text("x".repeat(4000)),
      gallery(...many(10, () => picture("attachment://a.png", { description: "x".repeat(1024) }))),
      row(...many(5, (i) => button(`${i}`.padEnd(100, "x"), { label: "x".repeat(80) }))),
      row(select({ options: many(25, (i) => ({ label: "a", value: `${i}` })) })),
      ...many(30, () => ({ type: 14 })),
    ];
    const path = `/channels/${discord.world.channelId}/messages`;

    const v2 = await call("POST", path, { flags: V2, components }, [upload({ bytes: Buffer.alloc(10 * 1024 ** 2) })]);
    const plain = await call("POST", path, { content: "x".repeat(2000), embeds: many(10, () => ({ title: "a" })) });

    expect([v2.json, v2.status, plain.status]).toEqual([expect.objectContaining({ flags: V2 }), 200, 200]);
  });

  it("overlooks, but writes down, a file that no component shows and keys that nobody knows", async () => {
    const judged = await createDiscordSimulator({
      clock: createFakeClock(),
      checkRequest: createDiscordOpenApi().checkRequest,
    });
    const path = `/channels/${judged.world.channelId}/messages`;

    const { status } = await createRestClient(judged)("POST", path, { flags: V2, components: [text("a")], colour: 1 }, [
      upload(),
    ]);

    await judged.stop();
    expect(status).toBe(200);
    expect(judged.violations.map(({ field, refused }) => ({ field, refused }))).toEqual([
      { field: "", refused: false },
      { field: "attachments", refused: false },
    ]);
  });
});
