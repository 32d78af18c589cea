import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createTerminal } from "../../../src/platforms/terminal/create-terminal.ts";
import { createFakeBot, memoryStore, notice, start, temporaryFolder, until } from "./fake-bot.ts";

describe("what the terminal delivers", () => {
  it("gives an answer once, also after a restart, with the same files", async () => {
    const [store, outDir] = [memoryStore(), await temporaryFolder()];
    const before = await createFakeBot({ store, outDir });
    const first = createTerminal({ ...before.deps, input: before.input });
    await first.start(before.handle);
    before.input.write("a fox\n");
    await until(() => before.jobs.has("j1"));
    await before.finish(first, "j1");
    const after = await createFakeBot({ store, outDir });
    after.jobs.set("j1", before.jobs.get("j1")!);
    const second = createTerminal({ ...after.deps, session: "s2" });

    await second.start(after.handle);
    await after.finish(second, "j1");

    expect(after.output.text).toBe("");
    expect(await readdir(outDir)).toEqual(["easel-j1-1.png"]);
  });

  it("answers what an earlier run left, where that run wanted it", async () => {
    const outDir = await temporaryFolder();
    const before = await createFakeBot({ outDir });
    const first = createTerminal({ ...before.deps, input: before.input });
    await first.start(before.handle);
    before.input.write("a fox\n");
    await until(() => before.jobs.has("j1"));
    const after = await createFakeBot();
    after.jobs.set("j1", before.jobs.get("j1")!);
    const second = createTerminal({ ...after.deps, session: "s2" });

    await after.finish(second, "j1");

    expect(await readdir(outDir)).toEqual(["easel-j1-1.png"]);
    expect(after.output.text).toContain(join(outDir, "easel-j1-1.png"));
  });

  it("does not overwrite another file of the same name", async () => {
    const { bot, terminal, deps } = await start();
    bot.input.write("a fox\n");
    await until(() => bot.jobs.has("j1"));
    const taken = join(deps.outDir, "easel-j1-1.png");
    await writeFile(taken, "mine");

    await bot.finish(terminal, "j1");

    expect(await readFile(taken, "utf8")).toBe("mine");
    expect(await readdir(deps.outDir)).toEqual(["easel-j1-1-j1.png", "easel-j1-1.png"]);
  });

  it("gives up with a reason where it can never write, and lets the outbox try again where it may", async () => {
    const { bot, terminal } = await start();
    bot.input.write("a fox\n");
    await until(() => bot.jobs.has("j1"));
    const { address } = bot.jobs.get("j1")!;
    const job = bot.jobs.get("j1")!;
    const blocked = { ...address, kind: "folder", path: "/dev/null/pictures" };
    const message = notice("a fox", {
      kind: "result",
      pictures: [
        {
          blob: { sha256: "0", mimeType: "image/png" },
          fileName: "a.png",
          altText: "",
          spoiler: false,
          widthPx: 8,
          heightPx: 8,
        },
      ],
    });

    const outcome = await terminal.deliver(blocked, message, job.id);

    expect(outcome).toEqual({ state: "undeliverable", reason: "a part of its path is a file, not a folder" });
    expect(bot.errorOutput.text).toContain("a part of its path is a file");
    const broken = createTerminal({ ...bot.deps, readBlob: () => Promise.reject(new Error("busy")) });
    await expect(broken.deliver(address, message, "other")).rejects.toThrow("busy");
  });
});
