import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Interaction } from "../../../src/core/interaction.ts";
import { notice } from "../../../src/core/message.ts";
import { pictureForm } from "../../../src/core/picture-form.ts";
import type { UnansweredStore } from "../../../src/core/stores.ts";
import type { SlackSimulator } from "../../../src/simulator/slack/slack-simulator.ts";
import { createMemoryUnanswered } from "../discord/open-discord.ts";
import { openSlack, shown } from "./open-slack.ts";

/** The first run; what it is asked does not end while the test goes on, as in a process that is killed. */
async function openKilled(unanswered: UnansweredStore, before?: (interaction: Interaction) => Promise<void>) {
  let end!: () => void;
  const over = new Promise<void>((resolve) => (end = resolve));
  const opened = await openSlack({
    unanswered,
    handle: async (interaction) => {
      await before?.(interaction);
      await over;
    },
  });
  onTestFinished(end);
  return opened;
}

/** The next run of the program on the rows as they stand now: the first one, which is not really dead, goes on with its own. */
async function startAgain(slack: SlackSimulator, rows: UnansweredStore, tries = 0) {
  const unanswered = createMemoryUnanswered();
  await unanswered.change("slack", { add: (await rows.list("slack")).map((row) => ({ ...row, tries })), remove: [] });
  const interactions: Interaction[] = [];
  await openSlack({ slack, unanswered, handle: async (interaction) => void interactions.push(interaction) });
  return { interactions, unanswered };
}

const told = (slack: SlackSimulator) => slack.messages.all().filter((one) => shown(one).includes("restarted"));

describe("what an earlier run acknowledged in Slack and did not answer", () => {
  it("is written down before Slack hears the acknowledgement, and removed with the answer", async () => {
    const rows = createMemoryUnanswered();
    let write!: () => void;
    const written = new Promise<void>((resolve) => (write = resolve));
    let answer!: () => void;
    const slow: UnansweredStore = {
      ...rows,
      async change(platform, changes) {
        if (changes.add.length > 0) await written;
        await rows.change(platform, changes);
      },
    };
    const { slack } = await openSlack({
      unanswered: slow,
      handle: (interaction) =>
        new Promise<void>((resolve) => {
          answer = () => resolve(interaction.reply(notice("Nothing waits.")));
        }),
    });

    const asked = slack.inject.slash({ command: "/easel", text: "queue" });
    await sleep(100);
    const before = asked.outcome();
    write();
    await asked.waitForAck();
    const [row] = await rows.list("slack");
    await expect.poll(() => answer).toBeDefined();
    answer();

    expect(before).toBeUndefined();
    expect(row).toMatchObject({ id: asked.triggerId, tries: 0 });
    await expect.poll(() => rows.list("slack")).toEqual([]);
  });

  it("is served again where somebody asked for a picture by command, mention, form or button, once, and then told about", async () => {
    const rows = createMemoryUnanswered();
    const { slack } = await openKilled(rows, async (interaction) => {
      if (interaction.kind === "command" && !("text" in interaction.options))
        await interaction.openForm!(pictureForm("v1:new:form", "New picture", {}));
    });
    const asked = slack.inject.slash({ command: "/imagine", text: "a fox" });
    await asked.waitForAck();
    await slack.inject.say({ text: "@easel an owl" }).events[0]!.waitForAck();
    await slack.inject.slash({ command: "/imagine" }).waitForAck();
    const view = await slack.waitForView((one) => one.isOpen);
    await slack.inject.submit(view, { values: { prompt: "a wolf" } }).waitForAck();
    await expect.poll(async () => (await rows.list("slack")).length).toBe(4);

    const second = await startAgain(slack, rows);
    await expect.poll(() => second.interactions.length).toBe(3);
    await expect.poll(() => told(slack).length).toBe(1);
    const third = await startAgain(slack, rows, 1);
    await expect.poll(() => told(slack).length, { timeout: 9000 }).toBe(5);

    expect(second.interactions).toMatchObject([
      { id: `slack:${asked.triggerId}`, kind: "command", options: { text: "a fox" } },
      { kind: "command", options: { text: "an owl" } },
      { kind: "form", values: { prompt: "a wolf" } },
    ]);
    expect(second.interactions.filter((one) => "openForm" in one)).toEqual([]);
    expect(third.interactions).toEqual([]);
    await expect.poll(() => second.unanswered.list("slack")).toEqual([]);
    await expect.poll(() => third.unanswered.list("slack"), { timeout: 5000 }).toEqual([]);
  });

  it("is a sentence for the person alone where nobody knows what has been done, also without the response_url", async () => {
    const rows = createMemoryUnanswered();
    const { slack } = await openKilled(rows);
    await slack.inject.slash({ command: "/easel", text: "queue" }).waitForAck();
    await expect.poll(async () => (await rows.list("slack")).length).toBe(1);

    slack.advanceClock(31 * 60_000);
    const second = await startAgain(slack, rows);
    await expect.poll(() => told(slack).length).toBe(1);

    expect(told(slack)[0]!.visibleTo).toBe(slack.workspace.alice.id);
    expect(second.interactions).toEqual([]);
    await expect.poll(() => second.unanswered.list("slack")).toEqual([]);
  });

  it("is nothing where it was answered", async () => {
    const rows = createMemoryUnanswered();
    const { slack } = await openSlack({
      unanswered: rows,
      handle: (interaction) => interaction.reply(notice("Nothing waits.")),
    });

    await slack.inject.slash({ command: "/easel", text: "queue" }).waitForAck();
    await slack.waitForMessage((one) => shown(one).includes("Nothing waits."));

    await expect.poll(() => rows.list("slack")).toEqual([]);
  });

  it("does not keep anybody from an answer when it cannot be written down", async () => {
    const { slack, log } = await openSlack({
      unanswered: { change: () => Promise.reject(new Error("no space")), list: async () => [] },
      handle: (interaction) => interaction.reply(notice("Nothing waits.")),
    });

    await slack.inject.slash({ command: "/easel", text: "queue" }).waitForAck();
    await slack.waitForMessage((one) => shown(one).includes("Nothing waits."));

    expect(log.lines.map(({ message }) => message)).toContain("interactions could not be written down");
  });
});
