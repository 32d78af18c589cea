import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** What the front matter of a model card (README.md on the hub) says, as far as Easel shows it. */
export interface ModelCard {
  readonly licence: string | undefined;
  readonly title: string | undefined;
}

/** Reads `license:`, `license_name:` and the first heading of a model card. */
function parseModelCard(text: string): ModelCard {
  const [, frontMatter = ""] = /^---\r?\n([\s\S]*?)\r?\n---/.exec(text) ?? [];
  const field = (name: string) =>
    new RegExp(`^${name}:[ \\t]*["']?([^"'\\r\\n#]+?)["']?[ \\t]*$`, "m").exec(frontMatter)?.[1];
  const licence = field("license");
  return {
    // “other” is a heading for licences with names of their own.
    licence: licence === "other" ? (field("license_name") ?? licence) : licence,
    title: /^# +(.+?) *$/m.exec(text.slice(frontMatter.length))?.[1]?.slice(0, 100),
  };
}

/** The card of a model folder; empty where it has none. */
export async function readModelCard(folder: string): Promise<ModelCard> {
  try {
    return parseModelCard(await readFile(join(folder, "README.md"), "utf8"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return { licence: undefined, title: undefined };
    throw error;
  }
}
