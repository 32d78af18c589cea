import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { readParameters } from "../../../src/images/file-texts.ts";
import { createOneShot } from "../../../src/platforms/terminal/create-one-shot.ts";
import { createTerminal } from "../../../src/platforms/terminal/create-terminal.ts";
import { prepareTarget } from "../../../src/platforms/terminal/picture-files.ts";
import { addJob, createFakeBot, memoryStore, notice, temporaryFolder, until } from "./fake-bot.ts";

async function start(out: string, options: { assumeYes?: boolean } = {}) {
  const bot = await createFakeBot();
  const folder = await temporaryFolder();
  const target = await prepareTarget(join(folder, out));
  const platform = createOneShot({
    ...bot.deps,
    command: "imagine",
    text: "a fox --count 4",
    target,
    assumeYes: options.assumeYes ?? false,
  });
  await platform.start(bot.handle);
  return { bot, platform, folder, target };
}

describe("createOneShot", () => {
  it.each(["foxes.png", "foxes.webp", "foxes.jpg"])(
    "writes %s: the grid there, the single pictures beside it",
    async (name) => {
      const { bot, platform, folder } = await start(name);
      await until(() => bot.jobs.has("j1"));

      await bot.finish(platform, "j1", 4);
      const code = await platform.finished;

      const [stem, extension] = name.split(".");
      const numbered = [1, 2, 3, 4].map((number) => `${stem}-${number}.${extension}`);
      expect(code).toBe(0);
      expect(bot.seen).toMatchObject([{ kind: "command", command: "imagine", options: { text: "a fox --count 4" } }]);
      expect((await readdir(folder)).sort()).toEqual([...numbered, name].sort());
      const grid = join(folder, name);
      expect(await sharp(grid).metadata()).toMatchObject({
        width: 18,
        height: 18,
        format: extension === "jpg" ? "jpeg" : extension,
      });
      expect(await readParameters(await readFile(join(folder, numbered[2]!)))).toContain("Seed: 2");
      expect(bot.output.text).toContain(`  ${grid}\n`);
    },
  );

  it("writes a single picture to the file alone, and many into a folder", async () => {
    const single = await start("fox.png");
    const folder = await start("foxes/");
    for (const { bot, platform } of [single, folder]) {
      await until(() => bot.jobs.has("j1"));
      await bot.finish(platform, "j1");
      await platform.finished;
    }

    expect(await readdir(single.folder)).toEqual(["fox.png"]);
    expect(await readdir(join(folder.folder, "foxes"))).toEqual(["easel-j1-1.png"]);
  });

  it("gives each job of one request a name of its own", async () => {
    const { bot, platform, folder } = await start("fox.png");
    await until(() => bot.jobs.has("j1"));
    addJob(bot.jobs, bot.seen[0]!, "j2");

    await bot.finish(platform, "j1");
    await bot.finish(platform, "j2");

    expect(await platform.finished).toBe(0);
    expect(await readdir(folder)).toEqual(["fox-j2.png", "fox.png"]);
  });

  it("is answered by a later start when it was killed", async () => {
    const { bot, folder } = await start("fox.png");
    await until(() => bot.jobs.has("j1"));
    const later = await createFakeBot();
    later.jobs.set("j1", bot.jobs.get("j1")!);
    const terminal = createTerminal({ ...later.deps, session: "s2", store: memoryStore() });

    await later.finish(terminal, "j1");

    expect(await readdir(folder)).toEqual(["fox.png"]);
  });

  it("ends with 1 and a sentence when the job fails or is not taken", async () => {
    const failing = await start("fox.png");
    await until(() => failing.bot.jobs.has("j1"));
    await failing.bot.end(failing.platform, "j1", {
      state: "failed",
      failure: { code: "generation-failed", params: {}, message: "The picture could not be made." },
    });
    const bot = await createFakeBot();
    bot.onInteraction = (interaction) => interaction.reply(notice("The prompt is empty.", { kind: "error" }));
    const refused = createOneShot({ ...bot.deps, command: "imagine", text: "", assumeYes: false });
    await refused.start(bot.handle);

    expect(await failing.platform.finished).toBe(1);
    expect(await refused.finished).toBe(1);
    expect(bot.errorOutput.text).toBe("Error: The prompt is empty.\n");
  });

  it.each([
    [false, 2, 1],
    [true, 0, 2],
  ])("answers a question itself only when told to (%s)", async (assumeYes, code, interactions) => {
    const bot = await createFakeBot();
    const button = { id: "v1:confirm:p1", label: "Draw 8", style: "primary" } as const;
    bot.onInteraction = async (interaction) => {
      if (interaction.kind === "command") await interaction.reply(notice("Eight pictures?", { buttons: [[button]] }));
    };
    const platform = createOneShot({ ...bot.deps, command: "imagine", text: "{a,b} fox", assumeYes });

    await platform.start(bot.handle);

    expect(await platform.finished).toBe(code);
    expect(bot.seen.length).toBe(interactions);
  });

  it("cancels at the first interrupt and leaves at the second", async () => {
    const { bot, platform } = await start("fox.png");
    await until(() => bot.jobs.has("j1"));

    platform.interrupt();
    await until(() => bot.seen.length === 2);
    platform.interrupt();

    expect(await platform.finished).toBe(130);
    expect(bot.seen[1]).toMatchObject({ kind: "button", buttonId: "v1:cancel:j1" });
  });
});

describe("prepareTarget", () => {
  it.each([
    ["file.txt", "its name must end in .png, .webp or .jpg"],
    ["plain/fox.png", "a part of its path is a file, not a folder"],
    ["plain/", "a part of its path is a file, not a folder"],
    [`${"x".repeat(300)}.png`, "the name is too long"],
  ])("refuses %s before any work is done", async (out, reason) => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, "plain"), "");

    const preparing = prepareTarget(join(folder, "/") + out);

    await expect(preparing).rejects.toMatchObject({ code: "file-unwritable" });
    await expect(preparing).rejects.toThrow(reason);
  });

  it("makes folders, and takes an existing folder as one without a slash", async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, "there"));

    expect(await prepareTarget(join(folder, "there"))).toEqual({ kind: "folder", path: join(folder, "there") });
    expect(await prepareTarget(join(folder, "new/deep/fox.JPEG"))).toMatchObject({ kind: "file" });
    expect(await readdir(join(folder, "new"))).toEqual(["deep"]);
  });
});
