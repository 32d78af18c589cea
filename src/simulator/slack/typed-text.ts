import type { World } from "./world.ts";

/** What Slack makes of a text that a person types: entities, and marks for people, channels and links. In commands marks carry names, too. */
export function typedText(world: World, teamId: string, text: string, kind: "command" | "message"): string {
  const name = (label: string) => (kind === "command" ? `|${label}` : "");
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll(/(?<=^|\s)https?:\/\/\S+/g, (url) => `<${url}>`)
    .replaceAll(/(?<=^|\s)@([\w.-]+)/g, (typed, label: string) => {
      const person = world.named(teamId, label);
      return person ? `<@${person.id}${name(label)}>` : typed;
    })
    .replaceAll(/(?<=^|\s)#([\w-]+)/g, (typed, label: string) => {
      const found = world.conversations().find((one) => one.teamId === teamId && one.name === label);
      return found ? `<#${found.id}${name(label)}>` : typed;
    });
}
