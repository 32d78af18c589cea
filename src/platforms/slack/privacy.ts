import type { CommandInfo } from "../../core/command.ts";
import type { OptionValues } from "../../core/interaction.ts";
import type { Logger } from "../../core/logger.ts";
import type { Person } from "../../core/platform.ts";
import { actionOf } from "./draws-at-once.ts";
import type { Happening } from "./read-events.ts";

/** Whether an answer is for the person alone, before anything is known but the question. */
export type IsPrivate = (happening: Happening, person: Person) => Promise<boolean>;

/** What draws is for everybody unless it is asked otherwise; what the command says goes before what the person prefers. */
export function createPrivacy(deps: {
  readonly commands: readonly CommandInfo[];
  readonly buttons: readonly { readonly action: string; readonly draws?: true }[];
  readonly settingsOf: (person: Person) => Promise<OptionValues>;
  readonly log: Logger;
}): IsPrivate {
  const drawing = new Set(deps.commands.filter(({ draws }) => draws).map(({ name }) => name));
  const drawingButtons = new Set(deps.buttons.filter(({ draws }) => draws).map(({ action }) => action));

  async function prefersPrivacy(person: Person): Promise<boolean> {
    try {
      return (await deps.settingsOf(person))["private"] === true;
    } catch (error) {
      deps.log.warn("a person's settings cannot be read", { error });
      return false;
    }
  }

  return async (happening, person) => {
    if (happening.kind === "nothing") return true;
    if (happening.kind !== "command") {
      const action = actionOf(happening.kind === "button" ? happening.buttonId : happening.formId);
      if (!drawingButtons.has(action)) return true;
      return happening.kind === "form" && isFlagged(happening.values["prompt"]);
    }
    if (!drawing.has(happening.command)) return true;
    return isFlagged(happening.options["text"]) || (await prefersPrivacy(person));
  };
}

function isFlagged(text: unknown): boolean {
  return typeof text === "string" && /(?:^|\s)(?:--|[–—])private\b/.test(text);
}
