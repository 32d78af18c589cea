import { asObject, type JsonObject } from "../../discord/json.ts";

/** Blocks as Slack gives them back: every block has an id, texts say what they did not. */
export function withDefaults(blocks: readonly unknown[], newBlockId: () => string): readonly JsonObject[] {
  return blocks.map((block) => {
    const given = asObject(block) ?? {};
    return { type: given["type"], block_id: given["block_id"] ?? newBlockId(), ...asObject(filled(given)) };
  });
}

function filled(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(filled);
  const given = asObject(value);
  if (!given) return value;
  const object = Object.fromEntries(Object.entries(given).map(([name, field]) => [name, filled(field)]));
  if (typeof given["text"] !== "string") return object;
  if (given["type"] === "plain_text") return { emoji: true, ...object };
  if (given["type"] === "mrkdwn") return { verbatim: false, ...object };
  return object;
}
