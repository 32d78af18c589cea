import type { Context } from "../../src/core/command.ts";
import type { OptionValues } from "../../src/core/interaction.ts";
import type { Message } from "../../src/core/message.ts";

/** One thing that /admin can do. */
export type Action = (context: Context, options: OptionValues) => Promise<string | Message>;

/** As moderators read times, wherever they are. */
export function dateText(time: number): string {
  return `${new Date(time).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
