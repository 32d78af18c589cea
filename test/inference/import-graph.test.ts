import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const dist = fileURLToPath(new URL("../../dist/", import.meta.url));

/** Everything that a compiled file imports, by any path: own files relative to dist/, and packages. */
function reachableFrom(entries: readonly string[]): Set<string> {
  const seen = new Set<string>();
  const waiting = [...entries];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (seen.has(file)) continue;
    seen.add(file);
    const text = readFileSync(join(dist, file), "utf8");
    for (const [, target] of text.matchAll(/(?:from|import)\s*\(?\s*["']([^"']+)["']/g)) {
      if (target!.startsWith(".")) waiting.push(relative(dist, resolve(dist, dirname(file), target!)));
      else seen.add(target!);
    }
  }
  return seen;
}

const commands = readdirSync(join(dist, "commands"), { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".js"))
  .map((file) => join("commands", file));
const subCommands = readdirSync(join(dist, "src/cli"))
  .filter((file) => file.endsWith(".js"))
  .map((file) => join("src/cli", file));

describe("the bot process", () => {
  it("has no import that leads to onnxruntime-node", () => {
    const reachable = reachableFrom(["src/main.js", ...subCommands, ...commands]);

    expect(reachable).toContain("src/inference/pool.js");
    expect([...reachable].filter((name) => /onnxruntime|\/onnx\/|\/diffusion\/|\/child/.test(name))).toEqual([]);
  });

  it("is checked by a search that finds onnxruntime-node where it is", () => {
    expect(reachableFrom(["src/inference/child.js"])).toContain("onnxruntime-node");
  });
});
