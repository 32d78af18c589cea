import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { optionTable } from "../src/core/option-docs.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const read = (path: string): string => readFileSync(`${root}${path}`, "utf8");
const scripts = Object.keys((JSON.parse(read("package.json")) as { scripts: Record<string, string> }).scripts);
const rooms = ["src", "commands", "models", "test", "bench", "training", "deploy", ".ci"];

/** Everything a document writes as code: `inline` and fenced blocks. */
function codeIn(markdown: string): string[] {
  const fenced = [...markdown.matchAll(/```\w*\n([\s\S]*?)```/g)].map((match) => match[1]!);
  const inline = [...markdown.replaceAll(/```[\s\S]*?```/g, "").matchAll(/`([^`\n]+)`/g)].map((match) => match[1]!);
  return [...fenced, ...inline];
}

describe.each(
  ["README.md", "CONTRIBUTING.md", "bench/README.md", "SAFETY.md", "PRIVACY.md", "TERMS.md", "RUNBOOK.md"].filter(
    (path) => existsSync(`${root}${path}`),
  ),
)("%s", (document) => {
  const code = codeIn(read(document));

  it("names only paths that exist", () => {
    const pattern = new RegExp(
      `(?<![\\w./-])((?:${rooms.map((room) => room.replace(".", "\\.")).join("|")})/[\\w./-]*\\w/?)`,
      "g",
    );
    const missing = code
      .flatMap((text) => [...text.matchAll(pattern)].map((match) => match[1]!))
      .filter((path) => !path.includes("<") && !existsSync(`${root}${path}`));

    expect(missing).toEqual([]);
  });

  it("names only npm scripts that exist", () => {
    const unknown = code
      .flatMap((text) =>
        [...text.matchAll(/\bnpm (?:run (?:-s )?|(?=test\b|start\b))([\w:-]+)/g)].map((match) => match[1]!),
      )
      .filter((script) => !scripts.includes(script));

    expect(unknown).toEqual([]);
  });

  it("links only to files that exist", () => {
    const missing = [...read(document).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)]
      .map((match) => new URL(match[1]!, new URL(document, `file://${root}`)).pathname)
      .filter((path) => !existsSync(path));

    expect(missing).toEqual([]);
  });

  it("names only easel sub-commands that exist", () => {
    const unknown = code
      .flatMap((text) =>
        [...text.matchAll(/(?:^|[\s(])(?:easel|npm run -s easel --) ([a-z][a-z-]*)/gm)].map((match) => match[1]!),
      )
      .filter((name) => !existsSync(`${root}src/cli/${name}.ts`));

    expect(unknown).toEqual([]);
  });
});

describe("README.md", () => {
  it("shows the option table as the code has it", () => {
    expect(read("README.md")).toContain(optionTable());
  });
});
