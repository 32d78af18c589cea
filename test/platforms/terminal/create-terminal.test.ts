import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { addJob, notice, start, until } from "./fake-bot.ts";
import type { FakeBot } from "./fake-bot.ts";
import { rowsOf } from "./virtual-terminal.ts";

// Readline itself looks at TERM.
beforeEach(() => {
  vi.stubEnv("TERM", "xterm-256color");
  return () => vi.unstubAllEnvs();
});

const screen = (bot: FakeBot): string[] => rowsOf(bot.output.text, 60);

describe("the terminal with a script as input", () => {
  it("takes lines as prompts and commands, one after the other, with ids of their own", async () => {
    const { bot } = await start();

    bot.input.end("a red fox --count 4\n/queue\n\n/cancel j9\n");
    await until(() => bot.seen.length === 3);

    expect(bot.seen).toMatchObject([
      { kind: "command", command: "imagine", options: { text: "a red fox --count 4" }, id: "terminal:s1:1" },
      { kind: "command", command: "queue", options: {}, id: "terminal:s1:2", person: { id: "me" } },
      { kind: "command", command: "cancel", options: { text: "j9" }, address: { platform: "terminal", session: "s1" } },
    ]);
  });

  it("writes the pictures, says where they are and how to go on, and ends with the last answer", async () => {
    const { bot, terminal, deps } = await start();
    bot.input.end("a red fox\n");
    await until(() => bot.jobs.has("j1"));

    await bot.finish(terminal, "j1", 4);
    const code = await terminal.finished;

    const names = ["easel-j1-1.png", "easel-j1-2.png", "easel-j1-3.png", "easel-j1-4.png"];
    expect(code).toBe(0);
    expect(await readdir(deps.outDir)).toEqual(names);
    expect(bot.output.text.split("\n")).toEqual([
      "a red fox",
      ...names.map((name) => `  ${join(deps.outDir, name)}`),
      "  AI-generated image: a fox",
      "AI-generated · doodle · seed 7 · 4 steps · 4.0 s · j1",
      "[u1]   [u2]   [u3]   [u4]",
      "[v1]   [v2]   [v3]   [v4]",
      "[reroll]   [remix]   [favourite]   [info]",
      "[more]   [report]",
      "",
    ]);
  });

  it("waits for the answer that a shortcut means", async () => {
    const { bot, terminal } = await start();
    bot.input.end("a red fox\nu2\n");
    await until(() => bot.jobs.has("j1"));
    const pressedEarly = bot.seen.length;

    await bot.finish(terminal, "j1", 4);
    await terminal.finished;

    expect(pressedEarly).toBe(1);
    expect(bot.seen[1]).toMatchObject({ kind: "button", buttonId: "v1:upscale:j1:1" });
  });

  it("ends with 1 after an error, which goes to the error output as one sentence", async () => {
    const { bot, terminal } = await start();
    bot.input.end("a red fox\n");
    await until(() => bot.jobs.has("j1"));

    await bot.end(terminal, "j1", {
      state: "refused",
      failure: { code: "refused", params: {}, message: "I cannot draw that (rule)." },
    });

    expect(await terminal.finished).toBe(1);
    expect(bot.errorOutput.text).toBe("Error: a red fox\nI cannot draw that (rule).\n");
    expect(bot.output.text).toBe("");
  });

  it("says which shortcuts there are when one is unknown", async () => {
    const { bot, terminal } = await start();

    bot.input.end("u2\n");
    await terminal.finished;

    expect(bot.errorOutput.text).toBe("Error: There is no “u2” to press. There is no answer yet.\n");
  });

  it("prints progress as plain lines on the error output", async () => {
    const { bot, terminal } = await start();
    bot.input.write("a red fox\n");
    await until(() => bot.jobs.has("j1"));

    terminal.showStatus(bot.jobs.get("j1")!.address, { job: "j1", state: "running", step: 1, steps: 4, buttons: [] });

    expect(bot.errorOutput.text).toBe("j1: Drawing: step 1 of 4\n");
  });
});

describe("the terminal with a person", () => {
  it("keeps what is being typed while progress and answers come", async () => {
    const { bot, terminal } = await start({ tty: true });
    bot.input.write("a red fox\r");
    await until(() => bot.jobs.has("j1"));
    const { address } = bot.jobs.get("j1")!;
    const job = { job: "j1", state: "running", steps: 4, buttons: [] } as const;

    terminal.showStatus(address, { ...job, step: 1 });
    bot.input.write("a blue w");
    await until(() => bot.output.text.endsWith("w"));
    await bot.clock.advance(100);
    terminal.showStatus(address, { ...job, step: 2 });
    const during = screen(bot);
    await bot.finish(terminal, "j1");
    bot.input.write("hale");
    await until(() => bot.output.text.endsWith("e"));

    expect(during).toEqual([
      "imagine> a red fox",
      "[############------------] Drawing: step 2 of 4",
      "imagine> a blue w",
    ]);
    expect(screen(bot)).toEqual([
      "imagine> a red fox",
      "a red fox",
      expect.stringContaining("easel-j1-1.png"),
      ...screen(bot).slice(3, -5),
      expect.stringContaining("[u1] Upscale 2x   [x1] Upscale 4x"),
      "] Vary (subtle)",
      expect.stringContaining("[reroll]   [remix]"),
      "rt]",
      "imagine> a blue whale",
    ]);
  });

  it("prints above a line that is typed over several rows", async () => {
    const { bot, terminal } = await start({ tty: true });
    bot.input.write("a fox\r");
    await until(() => bot.jobs.has("j1"));
    const { address } = bot.jobs.get("j1")!;
    const long = "a very long prompt ".repeat(7).trim();
    terminal.showStatus(address, { job: "j1", state: "queued", ahead: 1, buttons: [] });
    bot.input.write(long);
    await until(() => bot.output.text.endsWith("prompt"));

    await bot.end(terminal, "j1", { state: "cancelled" });

    const typed = `imagine> ${long}`;
    expect(screen(bot)).toEqual([
      "imagine> a fox",
      "a fox",
      "Cancelled.",
      typed.slice(0, 60),
      typed.slice(60, 120),
      typed.slice(120),
    ]);
  });

  it("leaves no bar behind when a line is entered while something is drawn", async () => {
    const { bot, terminal } = await start({ tty: true });
    bot.input.write("a fox\r");
    await until(() => bot.jobs.has("j1"));
    const { address } = bot.jobs.get("j1")!;
    terminal.showStatus(address, { job: "j1", state: "running", step: 1, steps: 4, buttons: [] });

    bot.input.write("/queue\r");
    await until(() => bot.seen.length === 2);

    expect(screen(bot)).toEqual([
      "imagine> a fox",
      "imagine> /queue",
      "[######------------------] Drawing: step 1 of 4",
      "imagine>",
    ]);
  });

  it("presses buttons of the newest answer, of older ones, and of answers from before the start", async () => {
    const { bot, terminal } = await start({ tty: true });
    bot.input.write("a fox\rtwo foxes\r");
    await until(() => bot.jobs.size === 2);
    await bot.finish(terminal, "j1", 2);
    await bot.finish(terminal, "j2", 2);
    addJob(bot.jobs, bot.seen[0]!, "old9");
    bot.jobs.set("old9", { ...bot.jobs.get("j1")!, id: "old9" });

    bot.input.write("v1\ru2 j1aa\r");
    await until(() => bot.output.text.includes("There is no job “j1aa”"));
    for (const line of ["reroll", "u1 old9", "REROLL"]) {
      const before = bot.seen.length;
      bot.input.write(`${line}\r`);
      await until(() => bot.seen.length > before);
    }

    expect(bot.seen.slice(2)).toMatchObject([
      { buttonId: "v1:variation:j2:0" },
      { buttonId: "v1:reroll:j2" },
      { buttonId: "v1:upscale:old9:0" },
      { buttonId: "v1:reroll:j2" },
    ]);
  });

  it("numbers buttons that have no shortcut, and answers replies", async () => {
    const { bot } = await start({ tty: true });
    bot.onInteraction = async (interaction) => {
      const button = { id: "v1:confirm:p1", label: "Draw 4 pictures", style: "primary" } as const;
      if (interaction.kind === "command") await interaction.reply(notice("Really **four**?", { buttons: [[button]] }));
    };
    bot.input.write("{a,b} fox\r");
    await until(() => bot.output.text.includes("[1] Draw 4 pictures"));

    bot.input.write("1\r");
    await until(() => bot.seen.length === 2);

    expect(screen(bot)).toContain("Really four?");
    expect(bot.seen[1]).toMatchObject({ kind: "button", buttonId: "v1:confirm:p1" });
  });

  it("cancels what is drawn at the first Ctrl-C and leaves at the second", async () => {
    const { bot, terminal } = await start({ tty: true });
    bot.input.write("a fox\r");
    await until(() => bot.jobs.has("j1"));

    bot.input.write("\x03");
    await until(() => bot.seen.length === 2);
    bot.input.write("\x03");

    expect(await terminal.finished).toBe(130);
    expect(bot.seen[1]).toMatchObject({ kind: "button", buttonId: "v1:cancel:j1" });
  });

  it("forgets a Ctrl-C after three seconds, and says how to leave when nothing is drawn", async () => {
    const { bot, terminal } = await start({ tty: true });
    let left = false;
    void terminal.finished.then(() => (left = true));

    bot.input.write("\x03");
    await until(() => bot.output.text.includes("Press Ctrl-C again"));
    await bot.clock.advance(3000);
    bot.input.write("\x03");
    await until(() => bot.output.text.split("Press Ctrl-C again").length === 3);

    expect(left).toBe(false);
    expect(bot.seen).toEqual([]);
  });

  it("leaves at once with exit, and at Ctrl-D after the last answer", async () => {
    const first = await start({ tty: true });
    first.bot.input.write("a fox\rexit\r");
    const second = await start({ tty: true });
    second.bot.input.write("a fox\r\x04");
    await until(() => second.bot.jobs.has("j1"));

    await second.bot.finish(second.terminal, "j1");

    expect(await first.terminal.finished).toBe(0);
    expect(await second.terminal.finished).toBe(0);
    expect(second.bot.output.text).toContain("easel-j1-1.png");
  });

  it("asks the fields of a form, keeps values for empty lines, and sends it", async () => {
    const { bot } = await start({ tty: true });
    bot.onInteraction = async (interaction) => {
      if (interaction.kind !== "command") return;
      await interaction.openForm!({
        id: "v1:edit:j1",
        title: "Edit",
        fields: [
          { name: "prompt", label: "Prompt", kind: "paragraph", value: "a fox", required: true },
          { name: "seed", label: "Seed", kind: "number", required: false },
          { name: "style", label: "Style", kind: "choice", choices: ["3d", "flat"], required: true },
        ],
      });
    };

    bot.input.write("/edit\r");
    await until(() => bot.output.text.includes("Prompt [a fox]:"));
    bot.input.write("\rseven\r7\r\rflat\r");
    await until(() => bot.seen.length === 2);

    expect(bot.seen[1]).toMatchObject({
      kind: "form",
      formId: "v1:edit:j1",
      values: { prompt: "a fox", seed: 7, style: "flat" },
    });
    expect(screen(bot)).toContain("“seven” is not a number.");
    expect(screen(bot)).toContain("This is needed.");
  });

  it("gives a form up at Ctrl-C", async () => {
    const { bot } = await start({ tty: true });
    bot.onInteraction = async (interaction) =>
      interaction.openForm!({
        id: "f",
        title: "Edit",
        fields: [{ name: "a", label: "A", kind: "text", required: true }],
      });
    bot.input.write("/edit\r");
    await until(() => bot.output.text.includes("A:"));

    bot.input.write("\x03");
    bot.onInteraction = async () => {};
    bot.input.write("a fox\r");
    await until(() => bot.seen.length === 2);

    expect(bot.seen[1]).toMatchObject({ kind: "command", command: "imagine", options: { text: "a fox" } });
  });

  it("lets no escape sequence of a prompt reach the terminal", async () => {
    const { bot } = await start({ tty: true });
    bot.onInteraction = (interaction) =>
      interaction.reply(notice("a\x1b]0;owned\x07b\x9b2Jc\u202Ed", { footer: "\x1b[31mred" }));

    bot.input.write("/help\r");
    await until(() => bot.output.text.includes("red"));

    expect(screen(bot)).toContain("a]0;ownedb2Jcd");
    expect(bot.output.text).not.toContain("\x1b[31m");
  });
});

describe("stop", () => {
  it("takes no more lines and waits for what is in flight", async () => {
    const { bot, terminal } = await start();
    let release!: () => void;
    bot.onInteraction = () => new Promise((resolve) => (release = resolve));
    bot.input.write("a fox\n");
    await until(() => bot.seen.length === 1);
    let stopped = false;

    const stopping = terminal.stop().then(() => (stopped = true));
    bot.input.write("another\n");
    await bot.clock.advance(1000);
    const early = stopped;
    release();
    await stopping;

    expect(early).toBe(false);
    expect(bot.seen.length).toBe(1);
  });
});
