import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { Command } from "commander";
import { loadProcessSettings } from "../config/load.ts";
import { createLogger } from "../log/create-logger.ts";
import { packageRoot } from "../paths.ts";
import { reviewLines } from "../safety/review-lines.ts";
import { createSafety } from "../safety/safety.ts";

/** `easel safety test "..."`: what the prompt rules say, without drawing anything; exit code 1 when a rules file is bad. */
export function safetyCommand(): Command {
  const test = new Command("test")
    .description("Say what the prompt rules decide")
    .argument("[text...]", "the prompt")
    .option("--stdin", 'read lines of {"text": "…"} and answer each with {"verdict": "…", "rule": …}')
    .option("--rules <file>", "a rules file of your own, instead of SAFETY_RULES")
    .option("--age-restricted", "as in an age-restricted channel")
    .action(async (words: string[], options: { stdin?: boolean; rules?: string; ageRestricted?: boolean }) => {
      const settings = loadProcessSettings();
      const own = options.rules ?? settings.SAFETY_RULES;
      const safety = createSafety({
        folder: join(packageRoot(), "models/safety-rules"),
        log: createLogger({ level: "silent", prompts: "off" }),
      });
      const loaded = own === "" ? safety.selfTest() : safety.reloadRules(resolve(own));
      if (!loaded.ok) {
        process.stderr.write(`easel: ${loaded.fault}\n`);
        process.exitCode = 1;
        return;
      }
      if (options.stdin) {
        const lines = createInterface({ input: process.stdin, crlfDelay: Infinity });
        for await (const line of reviewLines(safety, lines)) process.stdout.write(`${line}\n`);
        return;
      }
      const verdict = safety.review({
        text: words.join(" "),
        part: "prompt",
        ageRestricted: options.ageRestricted === true,
      });
      process.stdout.write(verdict.level === "allow" ? "allow\n" : `${verdict.level}: ${verdict.rule}\n`);
    });
  return new Command("safety").description("Try the prompt rules").addCommand(test);
}
