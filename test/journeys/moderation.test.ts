import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it, vi } from "vitest";
import { converse, type Conversation } from "../support/converse.ts";
import { runEasel } from "../support/run-easel.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const entry = fileURLToPath(new URL("../../dist/src/cli/easel.js", import.meta.url));
/** A device has taken the request. */
const TAKEN = /Loading the model/;

/** The running program, with one nonsense word that its operator forbids. */
async function open(env: Readonly<Record<string, string>> = {}): Promise<{ easel: Conversation; cwd: string }> {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, "rules.json"), JSON.stringify({ lists: [{ rule: "gore/own", words: ["zebracorn"] }] }));
  const easel = converse(entry, { cwd, env: { SAFETY_RULES: "rules.json", LOG_LEVEL: "error", ...env } });
  await easel.hear(/Type what you want to see/);
  // The desk opens: from here on the terminal prints what moderators are told.
  easel.say("/admin channel");
  await easel.hear(/will be posted in this channel/);
  return { easel, cwd };
}

// Whole programs start and draw here, on machines that may be busy.
vi.setConfig({ testTimeout: 300_000 });

describe("the moderators' desk, in the running program", () => {
  it("lifts a refusal that somebody appeals against, and counts no strike for it", async () => {
    const { easel } = await open({ STRIKE_BANS: "2:1" });

    easel.say("a zebracorn");
    await easel.hear(/I cannot draw that \(gore\/own\)[^]*\[appeal\]/);
    easel.say("appeal");
    await easel.hear(/Somebody disputes a refusal[^]*Prompt: a zebracorn[^]*\[approve\]/);
    await easel.hear(/The moderators will look at it/);
    easel.say("/admin queue");
    await easel.hear(/Somebody disputes a refusal[^]*\[approve\]/);
    easel.say("approve");
    await easel.hear(TAKEN);
    easel.say("a zebracorn");
    await easel.hear(/I cannot draw that \(gore\/own\)/);
    easel.say("/admin bans");

    expect(await easel.hear(/Nobody is banned here/)).toBeDefined();
  });

  it("bans after as many refusals as the operator says, and lifts it when a moderator says so", async () => {
    const { easel } = await open({ STRIKE_BANS: "2:1" });

    for (let refusal = 0; refusal < 2; refusal++) {
      easel.say("a zebracorn");
      await easel.hear(/I cannot draw that \(gore\/own\)/);
    }
    easel.say("a red fox");
    await easel.hear(/You cannot draw here until \d{4}-.* UTC\. Reason: requests that were refused \(gore\/own\)/);
    easel.say("/admin unban --person owner");
    await easel.hear(/`owner` may draw again/);
    easel.say("a red fox");

    expect(await easel.hear(TAKEN)).toBeDefined();
  });

  it("keeps an operator's ban of a whole platform, beside the running program, until it is lifted", async () => {
    const { easel, cwd } = await open();

    easel.say("/admin ban --person discord:123 --hours 2 --reason spam");
    await easel.hear(/Banned: `123` everywhere on discord until/);
    const listed = await runEasel(["bans", "list"], { cwd });
    const lifted = await runEasel(["bans", "lift", "discord:123"], { cwd });
    easel.say("/admin bans");
    await easel.hear(/Nobody is banned here/);

    expect(listed.out).toMatch(/^discord:123 until .*, by terminal:owner: "spam"\n$/);
    expect([lifted.code, lifted.out]).toEqual([0, "discord:123 may draw again.\n"]);
  });

  it.each<[string, ...((easel: Conversation, cwd: string) => Promise<unknown> | void)[]]>([
    ["a moderator", (easel) => easel.say("/admin pause"), (easel) => easel.say("/admin resume")],
    ["a file", (_, cwd) => writeFileSync(join(cwd, "data/PAUSE"), ""), (_, cwd) => rmSync(join(cwd, "data/PAUSE"))],
    [
      "a signal",
      (easel) => {
        process.kill(easel.pid, "SIGUSR2");
        return easel.hear(/paused by a signal/);
      },
      (easel) => {
        process.kill(easel.pid, "SIGUSR2");
        return easel.hear(/resumed by a signal/);
      },
    ],
  ])("stops and starts everything by %s", async (_, stop, start) => {
    const { easel, cwd } = await open({ LOG_LEVEL: "warn" });

    await stop(easel, cwd);
    easel.say("a red fox");
    await easel.hear(/Drawing is paused by an operator/);
    await start(easel, cwd);
    easel.say("a red fox");

    expect(await easel.hear(TAKEN)).toBeDefined();
  });
});
