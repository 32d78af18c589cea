import { describe, expect, it } from "vitest";
import { inviteUrl } from "../../../src/platforms/discord/invite-url.ts";
import { LOCALES } from "../../../src/platforms/discord/locales/locales.ts";
import { menuJson, MENUS } from "../../../src/platforms/discord/menus.ts";
import { isRegistered, registerCommands } from "../../../src/platforms/discord/registration.ts";
import type { DiscordSimulator } from "../../../src/simulator/discord/discord-simulator.ts";
import { commands, createMemoryStore, openDiscord, registration } from "./open-discord.ts";

function puts(discord: DiscordSimulator): string[] {
  return discord.requests.filter(({ method }) => method === "PUT").map(({ path }) => path);
}

describe("registration", () => {
  it("tells Discord all commands, as its document has them", async () => {
    const { discord, rest } = await openDiscord();

    const changed = await registerCommands({ rest, store: createMemoryStore() }, [...registration(), ...menuJson()]);

    expect(changed).toBe(true);
    expect(discord.commands().map(({ name }) => name)).toEqual([...commands, ...MENUS].map(({ name }) => name));
    expect(discord.violations).toEqual([]);
  });

  it("is not repeated while nothing has changed, and is when something has (case 26)", async () => {
    const { discord, rest } = await openDiscord();
    const store = createMemoryStore();
    const [first, ...others] = registration();

    await registerCommands({ rest, store }, [first!, ...others]);
    const again = await registerCommands({ rest, store }, [first!, ...others]);
    const changed = await registerCommands({ rest, store }, [{ ...first!, description: "Another" }, ...others]);
    const forced = await registerCommands(
      { rest, store },
      [{ ...first!, description: "Another" }, ...others],
      {},
      { force: true },
    );

    expect([again, changed, forced]).toEqual([false, true, true]);
    expect(puts(discord)).toHaveLength(3);
  });

  it("knows whether what is registered is current", async () => {
    const { rest } = await openDiscord();
    const store = createMemoryStore();

    const before = await isRegistered(store, registration());
    await registerCommands({ rest, store }, registration());

    expect(before).toBe("never");
    expect(await isRegistered(store, registration())).toBe("current");
    expect(await isRegistered(store, registration().slice(1))).toBe("outdated");
  });

  it("for one server is apart from the one for all", async () => {
    const { discord, rest } = await openDiscord();
    const { guildId, applicationId } = discord.world;

    await registerCommands({ rest, store: createMemoryStore() }, registration(), { guild: guildId });

    expect(puts(discord)).toEqual([`/applications/${applicationId}/guilds/${guildId}/commands`]);
    expect(discord.commands(guildId).length).toBe(commands.length);
    expect(discord.violations).toEqual([]);
  });

  it("keeps each command within 8000 characters, and shows commands for moderators to moderators", () => {
    const json = registration();

    const sizes = json.map(({ name, description, options }) => {
      const texts = options.flatMap((option) => [
        option.name,
        option.description,
        ...(option.choices ?? []).flatMap((c) => [c.name, c.value]),
      ]);
      return [name, description, ...texts].join("").length;
    });
    expect(Math.max(...sizes)).toBeLessThanOrEqual(8000);
    for (const { name, default_member_permissions, contexts } of json) {
      expect([name, default_member_permissions === null, contexts.length]).toEqual([
        name,
        name !== "admin",
        name === "admin" ? 1 : 3,
      ]);
    }
  });
});

describe("languages", () => {
  const known = new Map(commands.map(({ name, options }) => [name, options.map((option) => option.name)]));
  const languages = ["de", "en-GB", "en-US", "es-419", "es-ES", "fr", "ja", "pt-BR"];

  it.each(registration().map((json) => [json.name, json] as const))(
    "all have words for /%s and its options",
    (_, json) => {
      for (const { name, name_localizations: names, description_localizations: texts } of [json, ...json.options]) {
        expect(Object.keys(names).sort(), name).toEqual(languages);
        expect(Object.keys(texts).sort(), name).toEqual(languages);
      }
    },
  );

  it.each(registration().map((json) => [json.name, json] as const))(
    "none calls two options of /%s the same",
    (_, { options }) => {
      for (const language of languages) {
        const names = options.map(({ name_localizations: names }) => names[language]);
        expect(new Set(names).size, language).toBe(names.length);
      }
    },
  );

  it("none calls two commands the same", () => {
    for (const language of languages) {
      const names = registration().map(({ name_localizations: names }) => names[language]);
      expect(new Set(names).size, language).toBe(names.length);
    }
  });

  it.each(Object.entries(LOCALES))("%s has no words for what does not exist", (_, { commands: texts, options }) => {
    const all = new Set([...known.values()].flat());

    for (const [command, { options = {} }] of Object.entries(texts))
      expect(known.get(command), command).toEqual(expect.arrayContaining(Object.keys(options)));
    for (const option of Object.keys(options)) expect(all, option).toContain(option);
  });

  it.each(Object.entries(LOCALES))("%s keeps to Discord's rules for names and descriptions", (_, texts) => {
    const commands = Object.values(texts.commands).flatMap(({ options = {}, ...command }) => [
      command,
      ...Object.values(options),
    ]);

    for (const { name, description } of [...commands, ...Object.values(texts.options)]) {
      expect(name).toMatch(/^[-_\p{L}\p{N}]{1,32}$/u);
      expect(name).toBe(name.toLowerCase());
      expect(description.length).toBeGreaterThan(0);
      expect(description.length).toBeLessThanOrEqual(100);
    }
  });
});

describe("the invitation", () => {
  it("asks for what the bot needs and no more", () => {
    expect(inviteUrl("123")).toBe(
      "https://discord.com/oauth2/authorize?client_id=123&permissions=274878024704&scope=bot+applications.commands",
    );
    expect(inviteUrl("123", { personal: true })).not.toContain("permissions");
  });
});
