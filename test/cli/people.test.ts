import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { silentLogger } from "../../src/core/logger.ts";
import { openDatabase } from "../../src/storage/database.ts";
import { runEasel } from "../support/run-easel.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** A folder in which the program has run before. */
function usedFolder(): string {
  const cwd = temporaryFolder();
  mkdirSync(join(cwd, "data"));
  openDatabase({ path: join(cwd, "data/easel.db"), log: silentLogger }).close();
  return cwd;
}

describe("easel people", () => {
  it("links accounts, lists who has several, and unlinks", async () => {
    const cwd = usedFolder();
    const run = (...words: string[]) => runEasel(["people", ...words], { cwd });

    const linked = await run("link", "discord:123456", "slack:T1/U2");
    const again = await run("link", "slack:T1:U2", "discord:123456");
    const list = await run("list");
    const unlinked = await run("unlink", "slack:T1/U2");
    const nothing = await run("unlink", "slack:T1/U2");

    expect(linked.out).toContain("One person now: discord:123456, slack:T1:U2.");
    expect(again.out).toContain("Nothing to do");
    expect(list.out).toBe("discord:123456 slack:T1:U2\n");
    expect(unlinked.out).toBe("slack:T1:U2 is a person of its own again.\n");
    expect([linked, again, list, unlinked, nothing].map(({ code }) => code)).toEqual([0, 0, 0, 0, 1]);
  });

  it.each(["discord:bob", "slack:U2", "slack:T1/bob", "terminal:1", "bob"])(
    "refuses %s and says how",
    async (account) => {
      const { code, err } = await runEasel(["people", "link", "discord:123456", account], { cwd: usedFolder() });

      expect(code).toBe(2);
      expect(err).toContain("slack:T0123/U0456");
    },
  );
});
