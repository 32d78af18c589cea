import { describe, expect, it } from "vitest";
import { composeAnswer } from "../../../src/core/compose-answer.ts";
import type { Interaction } from "../../../src/core/interaction.ts";
import { notice } from "../../../src/core/message.ts";
import { BOT_SCOPES, createManifest, OPTIONAL_SCOPES } from "../../../src/platforms/slack/manifest.ts";
import { MESSAGE_SHORTCUTS } from "../../../src/platforms/slack/shortcuts.ts";
import { sampleJob, sampleRequest } from "../../core/sample-jobs.ts";
import { buttons, commands, result } from "../discord/open-discord.ts";
import { openSlack, picturesIn } from "./open-slack.ts";

const JOB = "k3f9x2ab";

/** Answers the commands that the Home tab asks. */
async function answerHome(interaction: Interaction): Promise<void> {
  if (interaction.kind !== "command") return;
  const { command, options } = interaction;
  const cancel = { id: `v1:cancel:${JOB}`, label: "Cancel", style: "secondary" } as const;
  const answers: Readonly<Record<string, Parameters<Interaction["reply"]>[0]>> = {
    history: {
      ...notice("`k3f9x2ab` a fox · 1 picture", { kind: "list" }),
      buttons: [[{ id: `v1:show:${JOB}`, label: "Show k3f9x2ab", style: "secondary" }]],
    },
    show: composeAnswer(sampleJob({ request: sampleRequest({}, 1) })),
    queue: { ...notice("Waiting: 0. Try /cancel.", { kind: "list" }), buttons: [[cancel]] },
    settings: notice("You have no defaults of your own."),
    admin: { ...notice(`admin ${String(options["text"])}`), buttons: [[cancel]] },
  };
  const answer = answers[command];
  if (answer) await interaction.reply(answer);
}

describe("the Home tab", () => {
  it("shows an admin pictures, queue, settings and what waits for moderators, and a button for a new picture", async () => {
    const { slack } = await openSlack({ handle: answerHome });
    const { alice } = slack.workspace;

    slack.inject.openHome();
    const home = await slack.waitForView(({ type }) => type === "home");

    const text = JSON.stringify(home.view["blocks"]);
    expect(home.userId).toBe(alice.id);
    for (const part of [
      "v1:new:form",
      "Your pictures",
      "slack_file",
      "has used 12 of 60",
      "Waiting: 0. Try /easel cancel.",
      "admin queue",
    ])
      expect(text).toContain(part);
    expect(text.match(/v1:cancel:/g)).toHaveLength(1);
  });

  it("shows members no part for admins, and its button opens the form; the answer comes directly", async () => {
    const { slack, platform, next } = await openSlack({ handle: answerHome });
    const { bob } = slack.workspace;

    slack.inject.openHome({ userId: bob.id });
    const home = await slack.waitForView(({ type }) => type === "home");
    slack.inject.press({ on: home, actionId: "v1:new:form" });
    let pressed = await next();
    while (pressed.kind !== "button") pressed = await next();
    await platform.deliver(pressed.address, result(), JOB);

    expect(JSON.stringify(home.view["blocks"])).not.toContain("For you as an admin");
    expect(pressed).toHaveProperty("openForm");
    expect(slack.messages.all().find((one) => picturesIn(one).length > 0)?.channelId).toMatch(/^D/);
  });
});

describe("a workflow's step", () => {
  it("draws for its person, posts into its channel, and hands on the file", async () => {
    const { slack, platform, next } = await openSlack();
    const { alice, general, id: team } = slack.workspace;

    const step = slack.inject.workflowStep({
      callbackId: "generate_image",
      inputs: { prompt: "a fox --seed 7", user: alice.id, channel: general.id },
    });
    const interaction = await next();
    const outcome = await platform.deliver(interaction.address, result(), JOB);
    await platform.deliver(interaction.address, result(), JOB);
    const ended = await step.waitForResult();

    expect(interaction).toMatchObject({
      command: "imagine",
      options: { text: "a fox --seed 7" },
      person: { id: `${team}:${alice.id}` },
    });
    expect(outcome).toEqual({ state: "delivered" });
    const [answer] = slack.messages.all().filter((one) => picturesIn(one).length > 0);
    expect(answer?.channelId).toBe(general.id);
    expect(ended).toMatchObject({
      outputs: { file_id: picturesIn(answer!)[0], permalink: expect.stringContaining("http") },
    });
    expect(slack.log.requests.filter(({ method }) => method === "functions.completeSuccess")).toHaveLength(1);
  });

  it("fails with the reason when the request is refused", async () => {
    const { slack } = await openSlack({
      handle: (interaction) => interaction.reply(notice("I cannot draw that (`rule`).", { kind: "error" })),
    });

    const step = slack.inject.workflowStep({
      callbackId: "generate_image",
      inputs: { prompt: "no", user: slack.workspace.alice.id },
    });

    expect(await step.waitForResult()).toMatchObject({ error: "I cannot draw that (rule)." });
  });
});

describe("the manifest", () => {
  it("is for Socket Mode, with few scopes and all commands behind two names", () => {
    const manifest = createManifest(commands);

    const { features, settings, oauth_config: oauth, functions } = manifest;
    expect(features?.slash_commands?.map(({ command }) => command)).toEqual(["/imagine", "/easel"]);
    for (const { name } of commands.filter((command) => command.name !== "imagine"))
      expect(features?.slash_commands?.[1]?.usage_hint).toContain(name);
    expect(features?.shortcuts?.map(({ type }) => type)).toEqual(["global", "message", "message", "message"]);
    expect(
      features?.shortcuts?.every(({ description, callback_id: id }) => description.length <= 150 && id.length <= 255),
    ).toBe(true);
    expect(settings).toMatchObject({ socket_mode_enabled: true, function_runtime: "remote", org_deploy_enabled: true });
    expect(oauth?.scopes).toEqual({ bot: [...BOT_SCOPES], bot_optional: [...OPTIONAL_SCOPES] });
    expect(Object.keys(functions ?? {})).toEqual(["generate_image"]);
    expect(manifest.display_information.long_description?.length).toBeGreaterThanOrEqual(174);
    expect(JSON.stringify(manifest)).not.toContain("http");
  });

  it("names the addresses of a bot that takes its events by HTTP", () => {
    const manifest = createManifest(commands, "https://easel.example.com/");

    expect(manifest.settings).toMatchObject({
      socket_mode_enabled: false,
      event_subscriptions: { request_url: "https://easel.example.com/slack/events" },
      interactivity: { request_url: "https://easel.example.com/slack/events" },
    });
    expect(manifest.oauth_config?.redirect_urls).toEqual(["https://easel.example.com/slack/oauth_redirect"]);
  });

  it("has shortcuts whose buttons and commands exist", () => {
    const actions = new Set(buttons.map(({ action }) => action));
    const names = new Set(commands.map(({ name }) => name));

    expect(
      MESSAGE_SHORTCUTS.filter(({ button, command }) => !actions.has(button.action) || !names.has(command)),
    ).toEqual([]);
  });
});
