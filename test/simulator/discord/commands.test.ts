import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createDiscordSimulator } from "../../../src/simulator/discord/create-discord-simulator.ts";
import type { DiscordSimulator } from "../../../src/simulator/discord/discord-simulator.ts";
import { createDiscordOpenApi } from "../../support/discord-openapi.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { type Call, createRestClient } from "./rest-client.ts";

const many = <T>(count: number, make: (i: number) => T) => Array.from({ length: count }, (_, i) => make(i));
const command = (more: object = {}) => ({ name: "imagine", description: "Draws", ...more });
const option = (name: string, more: object = {}) => ({ type: 3, name, description: "What", ...more });
const openApi = createDiscordOpenApi();

const BAD: readonly { readonly what: string; readonly body: unknown; readonly field: string }[] = [
  { what: "an object instead of a list", body: {}, field: "" },
  { what: "capitals", body: [command({ name: "Imagine" })], field: "0.name" },
  { what: "blanks in a name", body: [command({ name: "a b" })], field: "0.name" },
  { what: "33 characters", body: [command({ name: "x".repeat(33) })], field: "0.name" },
  {
    what: "a capital in a localised name",
    body: [command({ name_localizations: { de: "Male" } })],
    field: "0.name_localizations.de",
  },
  { what: "no description", body: [command({ description: "" })], field: "0.description" },
  { what: "a description of 101", body: [command({ description: "x".repeat(101) })], field: "0.description" },
  { what: "a description on a menu", body: [{ type: 3, name: "Remix", description: "a" }], field: "0.description" },
  { what: "the same command twice", body: [command(), command()], field: "1.name" },
  {
    what: "the same option twice",
    body: [command({ options: [option("a"), option("a")] })],
    field: "0.options.1.name",
  },
  {
    what: "required after optional",
    body: [command({ options: [option("a"), option("b", { required: true })] })],
    field: "0.options.1",
  },
  { what: "26 options", body: [command({ options: many(26, (i) => option(`o${i}`)) })], field: "0.options" },
  {
    what: "26 choices",
    body: [command({ options: [option("a", { choices: many(26, (i) => ({ name: `${i}`, value: `${i}` })) })] })],
    field: "0.options.0.choices",
  },
  {
    what: "choices with autocomplete",
    body: [command({ options: [option("a", { autocomplete: true, choices: [{ name: "a", value: "a" }] })] })],
    field: "0.options.0.autocomplete",
  },
  {
    what: "text as a number's choice",
    body: [command({ options: [option("a", { type: 4, choices: [{ name: "a", value: "a" }] })] })],
    field: "0.options.0.choices.0.value",
  },
  {
    what: "an option type of 12",
    body: [command({ options: [option("a", { type: 12 })] })],
    field: "0.options.0.type",
  },
  {
    what: "a subcommand beside a value",
    body: [command({ options: [option("a", { type: 1 }), option("b")] })],
    field: "0.options",
  },
  {
    what: "a length of 6001",
    body: [command({ options: [option("a", { max_length: 6001 })] })],
    field: "0.options.0.max_length",
  },
  {
    what: "8001 characters",
    body: [
      command({
        options: many(4, (i) =>
          option(`o${i}`, { choices: many(25, (j) => ({ name: `${j}`.padEnd(40, "x"), value: "v".repeat(40) })) }),
        ),
      }),
    ],
    field: "0",
  },
  { what: "101 slash commands", body: many(101, (i) => command({ name: `c${i}` })), field: "" },
  { what: "16 message menus", body: many(16, (i) => ({ type: 3, name: `Menu ${i}` })), field: "" },
];

describe("the simulated command registry", () => {
  let discord: DiscordSimulator;
  let call: Call;
  let path: string;

  beforeEach(async () => {
    discord = await createDiscordSimulator({ clock: createFakeClock(), checkRequest: openApi.checkRequest });
    call = createRestClient(discord);
    path = `/applications/${discord.world.applicationId}/commands`;
  });
  afterEach(() => discord.stop());

  it.each(BAD)("refuses $what", async ({ body, field }) => {
    const { status, json } = await call("PUT", path, body);

    const at = field.split(".").filter((part) => part !== "");
    const branch = at.reduce<unknown>((tree, part) => (tree as Record<string, unknown>)?.[part], json?.["errors"]);
    expect({ status, code: json?.["code"] }).toEqual({ status: 400, code: 50035 });
    expect(branch).toHaveProperty("_errors");
    expect(discord.commands()).toEqual([]);
  });

  it("keeps the ids of commands that stay, and shows localisations only to those who ask", async () => {
    const localised = command({ name_localizations: { de: "male" } });
    await call("PUT", path, [localised]);
    const [first] = discord.commands();

    await call("PUT", path, [localised, { type: 3, name: "Remix this" }]);
    const plain = await call("GET", path);
    const full = await call("GET", `${path}?with_localizations=true`);

    expect(discord.commands()[0]?.id).toBe(first?.id);
    expect(plain.text).not.toContain("male");
    expect(full.text).toContain("male");
    expect(discord.requests.flatMap((request) => openApi.checkResponse(request))).toEqual([]);
    expect(discord.violations).toEqual([]);
  });

  it("has separate commands in a guild, and adds, edits and removes single ones", async () => {
    const guildPath = `/applications/${discord.world.applicationId}/guilds/${discord.world.guildId}/commands`;
    const added = await call("POST", guildPath, command());
    const again = await call("POST", guildPath, command({ description: "Paints" }));
    const { id } = discord.commands(discord.world.guildId)[0]!;

    const edited = await call("PATCH", `${guildPath}/${id}`, { description: "Sketches" });
    const removed = await call("DELETE", `${guildPath}/${id}`);
    const gone = await call("GET", `${guildPath}/${id}`);

    expect([added.status, again.status, edited.json?.["description"]]).toEqual([201, 200, "Sketches"]);
    expect([removed.status, removed.headers.get("content-type"), gone.json?.["code"]]).toEqual([204, null, 10063]);
    expect(discord.commands()).toEqual([]);
  });

  it("allows 200 new commands in a day", async () => {
    discord.rateLimits.setGlobal(10_000);
    for (const round of [0, 1])
      await call(
        "PUT",
        path,
        many(100, (i) => command({ name: `c${round}-${i}` })),
      );

    const refused = await call("PUT", path, [command()]);
    discord.advanceClock(86_400_001);
    const nextDay = await call("PUT", path, [command()]);

    expect([refused.status, refused.json?.["code"], nextDay.status]).toEqual([429, 30034, 200]);
  });
});
