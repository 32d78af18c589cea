/** What the prompt filter costs a text: ordinary prompts, long ones, and hostile ones. `npm run bench -- prompt-filter [repetitions]`. */
import { fileURLToPath } from "node:url";
import { readLookAlikes } from "../src/safety/look-alikes.ts";
import { createPromptFilter } from "../src/safety/prompt-filter.ts";
import { readRules } from "../src/safety/rules.ts";
import { describeMachine, median, printTable } from "./support/table.ts";

const repetitions = Number(process.argv[3] ?? 300);
const folder = fileURLToPath(new URL("../../models/safety-rules", import.meta.url));
const WHERE = { platform: "discord", ageRestricted: false };

const startedAt = performance.now();
const filter = createPromptFilter(readRules(`${folder}/rules.json`), readLookAlikes(`${folder}/look-alikes.json`));
const loadMs = performance.now() - startedAt;

const TEXTS: Readonly<Record<string, string>> = {
  "a red fox in the snow": "a red fox in the snow",
  "a prompt of 30 words":
    "portrait of an old fisherman mending his nets on a wooden pier at sunrise, weathered face, thick wool sweater, seagulls, golden light, oil on canvas, highly detailed, muted palette",
  "the same with weights":
    "(portrait of an old fisherman:1.2), ((wooden pier)), [sunrise:fog:0.4], {gulls|terns}, <lora:oil_v2:0.7>, weathered face, BREAK golden light, (oil on canvas:0.8), highly detailed",
  "a Russian prompt": "рыжая лиса в зимнем лесу, акварель, мягкий свет, снег и ели, вид сверху, высокая детализация",
  "2,000 characters": "a castle on a hill under a stormy sky, oil on canvas, ".repeat(38).slice(0, 2000),
  "4,000 brackets": "(".repeat(4000),
  "4,000 masks": "n*".repeat(2000),
  "4,000 marks": "e\u0300\u0315\u0321".repeat(1000),
  "a text that grows 18 times": "\ufdfa".repeat(300),
};

const rows = Object.entries(TEXTS).map(([name, text]) => {
  const times = Array.from({ length: name.startsWith("4") ? Math.ceil(repetitions / 20) : repetitions }, () => {
    const at = performance.now();
    filter.reviewTexts([{ text, part: "prompt" }], WHERE);
    return performance.now() - at;
  });
  return [name, median(times).toFixed(3), Math.max(...times).toFixed(2)];
});
console.log(`${describeMachine()}; loading the rules: ${loadMs.toFixed(0)} ms\n`);
printTable(["text", "ms (median)", "ms (worst)"], rows);
