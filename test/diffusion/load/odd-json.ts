import { parsePythonJson } from "../../../src/diffusion/load/read-config.ts";

function deepList(depth: number): string {
  return "[".repeat(depth) + "]".repeat(depth);
}

/** Texts that replace a value of a JSON file. */
const ODD_VALUES = [
  "null",
  "true",
  "-1",
  "0",
  "1e308",
  "-1e999",
  "NaN",
  "1.5",
  '""',
  '"x"',
  "[]",
  "{}",
  "[[]]",
  '{"content":7}',
].concat([`"${"x".repeat(100_000)}"`, "9007199254740993", deepList(3000), '"\\ud800"', '{"__proto__":{"a":1}}']);

/** Ways to damage JSON, drawn from `random`, which gives whole numbers below its argument. */
export function createOddJson(random: (below: number) => number) {
  const pick = <T>(values: readonly T[]): T => values[random(values.length)]!;
  const oddValue = () => pick(ODD_VALUES);

  /** One value somewhere in a JSON text replaced or removed. */
  function oddJson(text: string): string {
    const value = parsePythonJson(text);
    let node = value as Record<string, unknown>;
    for (;;) {
      const keys = Object.keys(node);
      if (keys.length === 0) return oddValue();
      const key = pick(keys);
      const child = node[key];
      if (typeof child === "object" && child !== null && random(3) > 0) {
        node = child as Record<string, unknown>;
        continue;
      }
      if (random(4) === 0) delete node[key];
      else node[key] = "REPLACED";
      return JSON.stringify(value).replace('"REPLACED"', () => oddValue());
    }
  }

  return { pick, oddValue, oddJson };
}
