import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { loadCommands } from "../../src/bot/load-commands.ts";
import { commandContract } from "../contracts/command.ts";

const folder = fileURLToPath(new URL("../../commands", import.meta.url));
const { commands, buttons } = await loadCommands(folder);

const sourcesIn = (path: string) => readdirSync(path).filter((file) => file.endsWith(".ts"));

describe("the commands folder", () => {
  it("is loaded whole", () => {
    expect(commands.map(({ name }) => `${name}.ts`)).toEqual(sourcesIn(folder));
    expect(buttons.map(({ action }) => `${action}.ts`)).toEqual(sourcesIn(`${folder}/buttons`));
  });
});

describe.each(commands)("the contract of $name", (command) => commandContract(command));
