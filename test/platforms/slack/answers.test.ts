import { describe, expect, it } from "vitest";
import { notice } from "../../../src/core/message.ts";
import { pictureForm } from "../../../src/core/picture-form.ts";
import { statusButtons } from "../../../src/core/status-text.ts";
import { button, result } from "../discord/open-discord.ts";
import { openSlack, picturesIn, PIXEL, shown } from "./open-slack.ts";

const JOB = "k3f9x2ab";

describe("answers in Slack", () => {
  it("to a command that draws begin as a status and become the one message with pictures and buttons", async () => {
    const { slack, platform, next } = await openSlack();
    const { alice, general, id: team } = slack.workspace;

    const asked = slack.inject.slash({ command: "/imagine", text: "a <red> fox & owl --count 2" });
    const { afterMs, payload } = await asked.waitForAck();
    const interaction = await next();
    platform.showStatus(interaction.address, {
      job: JOB,
      state: "running",
      step: 3,
      steps: 12,
      buttons: statusButtons(JOB),
    });
    const status = await slack.waitForMessage((one) => shown(one).includes("step 3 of 12"));
    const outcome = await platform.deliver(interaction.address, result({}, 2), JOB);

    expect(afterMs).toBeLessThan(1000);
    expect(payload).toEqual({});
    expect(interaction).toMatchObject({
      kind: "command",
      command: "imagine",
      options: { text: "a <red> fox & owl --count 2" },
      person: { platform: "slack", id: `${team}:${alice.id}`, moderator: true },
      place: { platform: "slack", community: team, channel: `${team}:${general.id}` },
    });
    expect(outcome).toEqual({ state: "delivered" });
    const answers = slack.messages.all().filter((one) => !one.deleted);
    expect(answers.map(({ ts }) => ts)).toEqual([status.ts]);
    expect(picturesIn(answers[0]!)).toHaveLength(2);
    expect(shown(answers[0]!)).toContain(`<@${alice.id}>`);
  });

  it("with pictures can be erased from where they stand, after a question", async () => {
    const { slack, platform, next } = await openSlack();
    slack.inject.slash({ command: "/imagine", text: "a fox" });
    const { address } = await next();

    await platform.deliver(address, result({ buttons: [[button("reroll", "Reroll")]] }), JOB);
    const [answer] = slack.messages.all();
    const pressed = slack.inject.press({ on: answer!, actionId: `v1:delete-forever:${JOB}` });
    await pressed.waitForAck();

    expect(await next()).toMatchObject({ kind: "button", buttonId: `v1:delete-forever:${JOB}` });
    const rows = answer!.message["blocks"] as { elements?: { action_id?: string; confirm?: unknown }[] }[];
    expect(rows.at(-1)!.elements).toMatchObject([
      { action_id: `v1:reroll:${JOB}` },
      {
        action_id: `v1:delete-forever:${JOB}`,
        style: "danger",
        confirm: { title: { text: "Delete for ever" }, deny: { text: "Cancel" } },
      },
    ]);
  });

  it("are posted once under a key, and taken back with their files", async () => {
    const { slack, platform, next } = await openSlack();
    slack.inject.slash({ command: "/imagine", text: "a fox" });
    const { address } = await next();

    await platform.deliver(address, result(), JOB);
    await platform.deliver(address, result(), JOB);
    const posted = slack.messages.all().filter((one) => !one.deleted);
    const withdrawn = await platform.withdraw!(address, JOB);

    expect(posted).toHaveLength(1);
    expect(withdrawn).toBe(true);
    expect(slack.messages.all().filter((one) => !one.deleted)).toEqual([]);
    expect(await platform.withdraw!(address, JOB)).toBe(false);
    expect(slack.log.requests.map(({ method }) => method)).toContain("files.delete");
  });

  it.each([["--private a fox"], ["a fox —private"]])("to %j go to the person directly", async (text) => {
    const { slack, platform, next } = await openSlack();
    const { alice, general } = slack.workspace;
    slack.inject.slash({ command: "/imagine", text });
    const { address } = await next();
    platform.showStatus(address, { job: JOB, state: "queued", ahead: 1, buttons: [] });
    await slack.waitForMessage((one) => one.channelId === general.id && one.visibleTo === alice.id);

    await platform.deliver(address, result({ private: true }), JOB);

    const direct = slack.messages.all().filter((one) => one.channelId !== general.id);
    expect(direct).toHaveLength(1);
    expect(picturesIn(direct[0]!)).toHaveLength(1);
    expect(slack.messages.all().filter((one) => one.channelId === general.id && one.visibleTo === undefined)).toEqual(
      [],
    );
  });

  it("that turn out to be private take the place of what everybody saw", async () => {
    const { slack, platform, next } = await openSlack();
    const { general } = slack.workspace;
    slack.inject.slash({ command: "/imagine", text: "a fox" });
    const { address } = await next();
    platform.showStatus(address, { job: JOB, state: "loading", buttons: [] });
    const status = await slack.waitForMessage((one) => one.channelId === general.id);

    await platform.deliver(address, result({ private: true }), JOB);

    expect(slack.messages.get(general.id, status.ts)?.deleted ?? true).toBe(true);
    expect(
      slack.messages
        .all()
        .filter((one) => !one.deleted)
        .map(picturesIn),
    ).toEqual([[expect.any(String)]]);
  });

  it("of commands that draw nothing are for the person alone, by /easel and what one types behind it", async () => {
    const { slack, next } = await openSlack({
      handle: (interaction) => interaction.reply(notice("Wait, or use /cancel.", { kind: "list" })),
    });
    const { alice, bob, id: team } = slack.workspace;

    slack.inject.slash({ command: "/easel", text: "Queue  --x @bob" });
    const interaction = await next();
    const answer = await slack.waitForMessage(({ visibleTo }) => visibleTo === alice.id);

    expect(interaction).toMatchObject({ command: "queue", options: { text: `--x <@${team}:${bob.id}|bob>` } });
    expect(shown(answer)).toContain("use /easel cancel.");
  });

  it("to /easel alone are its help", async () => {
    const { slack, next } = await openSlack();

    slack.inject.slash({ command: "/easel" });

    expect(await next()).toMatchObject({ kind: "command", command: "help", options: {} });
  });

  it("to a mention stand in its thread, and what follows from their buttons, too", async () => {
    const { slack, platform, next } = await openSlack();

    const { message } = slack.inject.say({ text: "@easel a red fox --seed 7" });
    const interaction = await next();
    await platform.deliver(interaction.address, result({ buttons: [[button("reroll")]] }), JOB);
    const answer = slack.messages.all().find((one) => picturesIn(one).length > 0)!;
    slack.inject.press({ on: answer, actionId: `v1:reroll:${JOB}` });
    const pressed = await next();

    expect(interaction).toMatchObject({ command: "imagine", options: { text: "a red fox --seed 7" } });
    expect(interaction).not.toHaveProperty("openForm");
    expect(answer.message["thread_ts"]).toBe(message.ts);
    expect(pressed).toMatchObject({ kind: "button", buttonId: `v1:reroll:${JOB}`, address: { thread: message.ts } });
  });

  it("to words in the bot's direct channel need no mention, and a command's name is that command", async () => {
    const { slack, next } = await openSlack();
    const { alice, id: team } = slack.workspace;
    const { conversation } = slack.world.openDirect(team, [alice.id, slack.botUserId()]);

    slack.inject.say({ text: "a wolf", channelId: conversation.id });
    const drawn = await next();
    slack.inject.say({ text: "queue", channelId: conversation.id });
    const asked = await next();

    expect(drawn).toMatchObject({ command: "imagine", options: { text: "a wolf" } });
    expect(asked).toMatchObject({ command: "queue", options: {} });
  });

  it("to /imagine alone are a form with all fields, whose values come back", async () => {
    const { slack, platform, next } = await openSlack({
      handle: async (interaction) => {
        if (interaction.kind === "command") await interaction.openForm!(pictureForm("v1:new:form", "New picture", {}));
      },
    });
    const { alice, general } = slack.workspace;
    slack.inject.slash({ command: "/imagine" });
    await next();
    const view = await slack.waitForView((one) => one.isOpen);

    const sent = slack.inject.submit(view, {
      values: { prompt: "a wolf", count: "2", model: "sd-turbo", steps: "8" },
    });
    const submitted = await next();
    await sent.waitForAck();
    await platform.deliver(submitted.address, result(), JOB);

    expect(submitted).toMatchObject({
      kind: "form",
      formId: "v1:new:form",
      values: { prompt: "a wolf", negative: "", ar: "", count: "2", seed: "", model: "sd-turbo", steps: "8" },
    });
    expect(slack.views.get(view.id)?.isOpen).toBe(false);
    const [answer] = slack.messages.all().filter((one) => picturesIn(one).length > 0);
    expect(answer?.channelId).toBe(general.id);
    expect(alice.id).toBe(view.userId);
  });

  it("to a form with a fault keep it open and say there what is wrong", async () => {
    const { slack, next } = await openSlack({
      handle: async (interaction) => {
        if (interaction.kind === "command") await interaction.openForm!(pictureForm("v1:new:form", "New picture", {}));
        else await interaction.reply(notice("count must be between 1 and 8; you gave 99.", { kind: "error" }));
      },
    });
    slack.inject.slash({ command: "/imagine" });
    await next();
    const view = await slack.waitForView((one) => one.isOpen);

    const sent = slack.inject.submit(view, { values: { prompt: "a wolf --count 99" } });
    const { payload, afterMs } = await sent.waitForAck();

    expect(payload).toEqual({
      response_action: "errors",
      errors: { count: "count must be between 1 and 8; you gave 99." },
    });
    expect(afterMs).toBeLessThan(3000);
    expect(slack.views.get(view.id)?.isOpen).toBe(true);
  });

  it("case 42: to a click whose three seconds are over are a hint with a button that opens the form", async () => {
    const { slack, next } = await openSlack({
      handle: (interaction) => interaction.openForm!(pictureForm("v1:new:form", "New picture", {})),
    });
    slack.inject.slash({ command: "/imagine", ageMs: 3100 });
    await next();

    const hint = await slack.waitForMessage((one) => one.visibleTo !== undefined);
    slack.inject.press({ on: hint, actionId: "v1:new:form" });
    const view = await slack.waitForView((one) => one.isOpen);

    expect(slack.log.errors.get("expired_trigger_id")).toBe(1);
    expect(view.view["callback_id"]).toBe("v1:new:form");
  });

  it("to shortcuts on a message press its job's buttons, or take its picture", async () => {
    const { slack, platform, next } = await openSlack();
    slack.inject.slash({ command: "/imagine", text: "a fox" });
    await platform.deliver((await next()).address, result({ buttons: [[button("reroll")]] }), JOB);
    const own = slack.messages.all().find((one) => picturesIn(one).length > 0)!;
    const { message: photo } = slack.inject.say({ text: "look", files: [{ filename: "a.png", bytes: PIXEL }] });
    const { message: words } = slack.inject.say({ text: "just words" });

    slack.inject.messageShortcut({ callbackId: "upscale", on: own });
    const enlarged = await next();
    slack.inject.messageShortcut({ callbackId: "describe", on: photo });
    const described = await next();
    slack.inject.messageShortcut({ callbackId: "remix", on: words });
    const hint = await slack.waitForMessage((one) => shown(one).includes("no picture that I could use"));
    slack.inject.shortcut({ callbackId: "imagine" });
    const global = await next();

    expect(enlarged).toMatchObject({ kind: "button", buttonId: `v1:upscale:${JOB}:0` });
    expect(described).toMatchObject({
      command: "describe",
      options: { image: expect.stringContaining("/files-pri/") },
    });
    expect(hint.visibleTo).toBe(slack.workspace.alice.id);
    expect(global).toMatchObject({ kind: "button", buttonId: "v1:new:form", address: { channel: null } });
  });

  it("behind a spoiler are shown to who asks for them", async () => {
    const { slack, platform, next } = await openSlack();
    slack.inject.slash({ command: "/imagine", text: "a fox" });
    const message = result();
    const pictures = message.pictures.map((picture) => ({ ...picture, spoiler: true }));
    await platform.deliver((await next()).address, { ...message, pictures }, JOB);
    const answer = slack.messages.all().find((one) => shown(one).includes("reveal:"))!;
    const [, actionId] = /"(reveal:\w+)"/.exec(shown(answer))!;

    slack.inject.press({ on: answer, actionId: actionId! });
    const view = await slack.waitForView((one) => one.isOpen);

    expect(picturesIn(answer)).toEqual([]);
    expect(JSON.stringify(view.view["blocks"])).toContain(actionId!.slice("reveal:".length));
  });

  it("where the bot is no member go to the person directly, with what to do about it", async () => {
    const { slack, platform, next } = await openSlack();
    const { secret } = slack.workspace;
    slack.inject.slash({ command: "/imagine", text: "a fox", channelId: secret.id });

    const outcome = await platform.deliver((await next()).address, result(), JOB);

    const [answer] = slack.messages.all().filter((one) => picturesIn(one).length > 0);
    expect(outcome).toEqual({ state: "delivered" });
    expect(answer?.channelId).toMatch(/^D/);
    expect(shown(answer!)).toContain("Type `/invite` there");
  });

  it("to everything else where the bot is no member come by response_url", async () => {
    const { slack } = await openSlack({ handle: (interaction) => interaction.reply(notice("Nothing waits.")) });
    const { secret, alice } = slack.workspace;

    slack.inject.slash({ command: "/easel", text: "queue", channelId: secret.id });
    const answer = await slack.waitForMessage((one) => shown(one).includes("Nothing waits."));

    expect(answer.visibleTo).toBe(alice.id);
    expect(answer.channelId).toBe(secret.id);
  });

  it("for one person alone speak that person's language, those for everybody English", async () => {
    const { slack, next } = await openSlack();
    const { id: teamId, general } = slack.workspace;
    const carla = slack.world.addPerson({ teamId, name: "carla", locale: "de-DE" });
    general.members.add(carla.id);

    slack.inject.slash({ command: "/imagine", text: "a fox", userId: carla.id });
    const forAll = await next();
    slack.inject.slash({ command: "/imagine", text: "a fox --private", userId: carla.id });
    const alone = await next();

    expect(forAll).toMatchObject({ locale: "de-DE", address: { locale: "en-US" } });
    expect(alone).toMatchObject({ locale: "de-DE", address: { locale: "de-DE" } });
  });

  it("of moderation stand in the channel that was chosen, once", async () => {
    const { slack, platform, next } = await openSlack();
    const { general } = slack.workspace;
    slack.inject.slash({ command: "/easel", text: "admin channel" });
    const { address } = await next();

    await platform.post!(address, notice("**Reported** (case `c1`)", { private: false }), "case-c1");
    await platform.post!(address, notice("**Reported** (case `c1`)", { private: false }), "case-c1");

    const cases = slack.messages.all().filter((one) => shown(one).includes("Reported"));
    expect(cases.map(({ channelId }) => channelId)).toEqual([general.id]);
    expect(await platform.withdraw!(address, "case-c1")).toBe(true);
  });
});
