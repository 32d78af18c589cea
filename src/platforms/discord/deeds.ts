import { decodeButtonId } from "../../core/button-id.ts";
import type { CommandInfo } from "../../core/command.ts";
import type { OptionValues } from "../../core/interaction.ts";
import type { Logger } from "../../core/logger.ts";
import type { Person } from "../../core/platform.ts";
import type { Deed, Welcome } from "./answer-interaction.ts";
import type { MenuForms } from "./menu-forms.ts";
import { isOnEphemeral, readPerson, type PersonalInteraction } from "./read-interaction.ts";

/** What Discord has to know of a button. */
export interface ButtonInfo {
  readonly action: string;
  readonly draws?: true;
  readonly submit?: unknown;
}

/** What is known of deeds before they are done. */
export interface Deeds {
  /** What a filled form of a menu stands for, anything else as it is; undefined when the form was open for too long. */
  of(deed: Deed): Promise<Deed | undefined>;
  /** Whether it starts jobs at once: a button that opens a form draws later. */
  draws(deed: Deed): boolean;
  /** How it is acknowledged. */
  welcome(raw: PersonalInteraction, deed: Deed): Promise<Welcome>;
}

/** Looks deeds up in the lists of commands and buttons. */
export function createDeeds(deps: {
  readonly commands: readonly CommandInfo[];
  readonly buttons: readonly ButtonInfo[];
  readonly menuForms: Pick<MenuForms, "isOne" | "read">;
  readonly settingsOf: (person: Person) => Promise<OptionValues>;
  readonly log: Logger;
}): Deeds {
  const { menuForms } = deps;
  const commands = new Map(deps.commands.map((command) => [command.name, command]));
  const buttons = new Map(deps.buttons.map((button) => [button.action, button]));

  function buttonOf(deed: Exclude<Deed, { kind: "command" }>): ButtonInfo | undefined {
    return buttons.get(actionOf(deed.kind === "button" ? deed.buttonId : deed.formId));
  }

  /** What the command says goes before what the person prefers. */
  async function wantsPrivacy(raw: PersonalInteraction, options: OptionValues): Promise<boolean> {
    if (typeof options["private"] === "boolean") return options["private"];
    if (/(?:^|\s)(?:--|[–—])private\b/.test(`${options["prompt"] ?? ""}`)) return true;
    try {
      return (await deps.settingsOf(readPerson(raw)))["private"] === true;
    } catch (error) {
      deps.log.warn("a person's settings cannot be read", { error });
      return false;
    }
  }

  return {
    async of(deed) {
      return deed.kind === "form" && menuForms.isOne(deed.formId) ? menuForms.read(deed.formId, deed.values) : deed;
    },
    draws(deed) {
      if (deed.kind === "command") return commands.get(deed.command)?.draws === true;
      const button = buttonOf(deed);
      return button?.draws === true && (deed.kind === "form" || button.submit === undefined);
    },
    async welcome(raw, deed) {
      if (deed.kind === "command") {
        const draws = commands.get(deed.command)?.draws === true;
        return !draws || (await wantsPrivacy(raw, deed.options)) ? "ephemeral" : "public";
      }
      const button = buttonOf(deed);
      if (deed.kind === "button" && button?.submit !== undefined) return "form";
      return button?.draws !== true || isOnEphemeral(raw) ? "ephemeral" : "public";
    },
  };
}

function actionOf(id: string): string {
  try {
    return decodeButtonId(id).action;
  } catch {
    // Not one of ours, or of another release: the router says so.
    return "";
  }
}
