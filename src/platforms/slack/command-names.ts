/** The command that has a name of its own; the others are words behind /easel, so that this app takes no names from others. */
export const OWN_COMMAND = "imagine";
export const UMBRELLA_COMMAND = "easel";

const WRITTEN = /(?<![\w/<])\/([a-z][a-z0-9-]*)(?![\w/])/g;

/** Our texts say /queue; in Slack one types /easel queue. */
export function createCommandNames(names: readonly string[]): (text: string) => string {
  const others = new Set(names.filter((name) => name !== OWN_COMMAND));
  return (text) =>
    text.replaceAll(WRITTEN, (written, name: string) => (others.has(name) ? `/${UMBRELLA_COMMAND} ${name}` : written));
}
