import { decodeButtonId } from "../../core/button-id.ts";
import type { CommandInfo } from "../../core/command.ts";
import type { Happening } from "./read-events.ts";

/** What Slack has to know of a button. */
export interface ButtonInfo {
  readonly action: string;
  readonly draws?: true;
  readonly submit?: unknown;
}

/** Whether something asks for a picture and for nothing else, so that doing it twice is doing it once: not what opens a form first. */
export type DrawsAtOnce = (happening: Happening) => boolean;

export function createDrawsAtOnce(deps: {
  readonly commands: readonly CommandInfo[];
  readonly buttons: readonly ButtonInfo[];
}): DrawsAtOnce {
  const commands = new Set(deps.commands.filter(({ draws }) => draws).map(({ name }) => name));
  const buttons = new Map(deps.buttons.filter(({ draws }) => draws).map((button) => [button.action, button]));

  return (happening) => {
    if (happening.kind === "nothing") return false;
    if (happening.kind === "command") return commands.has(happening.command) && "text" in happening.options;
    const button = buttons.get(actionOf(happening.kind === "button" ? happening.buttonId : happening.formId));
    return button !== undefined && (happening.kind === "form" || button.submit === undefined);
  };
}

/** The action of a button or a form; empty where it is not one of ours, or of another release: the router says so. */
export function actionOf(id: string): string {
  try {
    return decodeButtonId(id).action;
  } catch {
    return "";
  }
}
