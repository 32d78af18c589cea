import { describe, expect, it } from "vitest";
import type { Command } from "../../src/core/command.ts";
import { UserError } from "../../src/core/errors.ts";
import { createChoiceLists, discordOptions } from "../../src/core/option-docs.ts";
import { readOptionValue } from "../../src/core/option-values.ts";
import { parsePrompt } from "../../src/core/parse-prompt.ts";
import { createFakeContext } from "../commands/fake-context.ts";
import { createSampleLibrary } from "../core/sample-models.ts";

/** What every command promises: it can be registered with Discord, typed as text, and run with nothing or with its own examples. */
export function commandContract(command: Command): void {
  const { name, description, options } = command;

  describe(`/${name}`, () => {
    it("fits Discord's limits", () => {
      const registered = discordOptions(options, createChoiceLists(createSampleLibrary()));
      const choices = registered.flatMap(({ choices = [] }) => choices.flatMap(({ name, value }) => [name, value]));
      const texts = [
        name,
        description,
        ...registered.flatMap(({ name, description }) => [name, description]),
        ...choices,
      ];

      expect(name).toMatch(/^[-_a-z0-9]{1,32}$/);
      expect(description.length).toBeGreaterThan(0);
      expect(description.length).toBeLessThanOrEqual(100);
      expect(registered.length).toBeLessThanOrEqual(25);
      expect(texts.join("").length).toBeLessThan(8000);
      for (const option of registered) {
        expect(option.name).toMatch(/^[-_a-z0-9]{1,32}$/);
        expect(option.description.length).toBeGreaterThan(0);
        expect(option.description.length).toBeLessThanOrEqual(100);
      }
    });

    it("uses every name and flag once and has at most one option without flags", () => {
      const flags = options.flatMap(({ flags }) => flags);

      expect(new Set(flags).size).toBe(flags.length);
      expect(new Set(options.map(({ name }) => name)).size).toBe(options.length);
      expect(options.filter(({ flags }) => flags.length === 0).length).toBeLessThanOrEqual(1);
    });

    it("has examples that its own options accept", () => {
      for (const option of options) {
        const values =
          option.flags.length === 0
            ? { [option.name]: readOptionValue(option, option.example) }
            : parsePrompt(option.example, options).values;

        expect(Object.keys(values)).toEqual([option.name]);
      }
    });

    it("answers, submits, opens a form or explains when it is called bare", async () => {
      const context = createFakeContext({ commands: [command] });

      const outcome = await command.run(context, {}).catch((error: unknown) => error);

      const done = context.replies.length + context.submitted.length + context.forms.length;
      expect(outcome === undefined ? done : 0).toBe(outcome instanceof UserError ? 0 : 1);
    });
  });
}
