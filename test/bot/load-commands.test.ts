import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { loadCommands } from "../../src/bot/load-commands.ts";

const folders: string[] = [];

afterEach(async () => {
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true })));
});

async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "easel-commands-"));
  folders.push(folder);
  await mkdir(join(folder, "buttons"));
  for (const [path, text] of Object.entries(files)) await writeFile(join(folder, path), text);
  return folder;
}

const GOOD = `{ name: "good", description: "Does good", options: [], async run() {} }`;

describe("loadCommands", () => {
  it("imports every module and nothing else", async () => {
    const folder = await folderWith({
      "good.js": `export default ${GOOD}`,
      "good.js.map": "{}",
      "good.d.ts": "export default {}",
      "buttons/press.js": `export default { action: "press", async run() {} }`,
    });

    const { commands, buttons } = await loadCommands(folder);

    expect(commands.map(({ name }) => name)).toEqual(["good"]);
    expect(buttons.map(({ action }) => action)).toEqual(["press"]);
  });

  it("names every faulty file with its field, all at once", async () => {
    const folder = await folderWith({
      "good.js": `export default ${GOOD}`,
      "empty.js": `export const x = 1`,
      "no-run.js": `export default { name: "no-run", description: "x", options: [] }`,
      "other.js": `export default ${GOOD}`,
      "wordy.js": `export default { ...${GOOD}, name: "wordy", description: "x".repeat(101), options: [{ name: "y" }] }`,
      "buttons/stuck.js": `export default { action: "Stuck", submit: 1 }`,
    });

    const error = await loadCommands(folder).catch((error: unknown) => error as Error);

    expect((error as Error).message.split("\n")).toEqual([
      "commands cannot be loaded:",
      `${folder}/empty.js: no default export that is an object`,
      `${folder}/no-run.js: run: missing, a function is needed`,
      `${folder}/other.js: name: is good, but the file is named other`,
      `${folder}/wordy.js: description: over 100 characters`,
      `${folder}/wordy.js: options: every option needs name, flags, kind, description, example`,
      `${folder}/buttons/stuck.js: action: missing, or not lower-case letters, digits and -`,
      `${folder}/buttons/stuck.js: run: missing, a function is needed`,
      `${folder}/buttons/stuck.js: submit: not a function`,
    ]);
  });

  it("fails when there is no such folder", async () => {
    await expect(loadCommands(join(tmpdir(), "easel-no-such-folder"))).rejects.toThrow("ENOENT");
  });
});
