import type { Command } from "../src/core/command.ts";
import { notice } from "../src/core/message.ts";
import type { ModelInfo } from "../src/core/model.ts";

export default {
  name: "styles",
  description: "The styles that models know, and the words for them",
  options: [],
  async run({ models, reply }) {
    const texts = models.list().flatMap(describeStyles);
    const text =
      texts.length === 0 ? "No model here has styles of its own; describe one in the prompt." : texts.join("\n\n");
    await reply(notice(text, { kind: "list" }));
  },
} satisfies Command;

function describeStyles({ id, vocabulary }: ModelInfo): string[] {
  const styles = Object.entries(vocabulary?.styles ?? {});
  if (styles.length === 0) return [];
  const lines = styles.map(([style, phrases]) => `\`--style ${style}\` or in the prompt: ${phrases.join(", ")}`);
  return [[`**${id}**: without a style, each picture draws one from its seed.`, ...lines].join("\n")];
}
