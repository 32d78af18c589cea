import { describe, expect, it } from "vitest";
import type { SlackSimulator } from "../../src/simulator/slack/slack-simulator.ts";
import { picturesIn, shown } from "../platforms/slack/open-slack.ts";
import { buttonIn, draw, isAnswer, open, PATIENCE_MS, ready, says, SMALL, startBot } from "./run-slack.ts";

const LIMIT_MS = 3 * PATIENCE_MS;

describe("the whole program in a Slack with faults", () => {
  it(
    "case 40: a limit on edits in one channel holds back nothing else, and edits are three seconds apart",
    async () => {
      const { slack } = await open();
      const { alice, general, id: team } = slack.workspace;
      const { conversation: direct } = slack.world.openDirect(team, [alice.id, slack.botUserId()]);
      draw(slack, "a fox --model easel-v1 --steps 50 --count 8", general.id);
      const status = await slack.waitForMessage((one) => one.channelId === general.id, PATIENCE_MS);
      await expect.poll(() => editsOf(slack, status.ts).length, { timeout: PATIENCE_MS }).toBeGreaterThanOrEqual(2);
      slack.faults.add({ method: /^chat\.update$/, kind: "ratelimit", retryAfterS: 30 });
      await expect
        .poll(() => slack.log.requests.some(({ status: code }) => code === 429), { timeout: PATIENCE_MS })
        .toBe(true);

      draw(slack, SMALL, direct.id);
      await slack.waitForMessage((one) => isAnswer(one) && one.channelId === direct.id, PATIENCE_MS);
      const final = await slack.waitForMessage((one) => isAnswer(one) && one.ts === status.ts, PATIENCE_MS);

      const limited = slack.log.requests.filter(({ status: code }) => code === 429);
      expect(limited).toHaveLength(1);
      expect(picturesIn(final)).toHaveLength(8);
      const edits = editsOf(slack, status.ts);
      const gaps = edits.slice(1, -1).map(({ atMs }, i) => atMs - edits[i]!.atMs);
      expect(Math.min(...gaps)).toBeGreaterThanOrEqual(2500);
    },
    LIMIT_MS,
  );

  it(
    "case 41: says it directly where a response_url is worn out, too old, or does not answer",
    async () => {
      const { slack } = await open({}, /^\/commands\//);
      const { secret } = slack.workspace;
      const ask = (ageMs = 0) => slack.inject.slash({ command: "/easel", text: "styles", channelId: secret.id, ageMs });
      const direct = () => slack.messages.all().filter(({ channelId }) => channelId.startsWith("D")).length;

      ask();
      await slack.waitForMessage(
        ({ channelId, visibleTo }) => channelId === secret.id && visibleTo !== undefined,
        PATIENCE_MS,
      );
      ask(31 * 60_000);
      await expect.poll(direct, { timeout: PATIENCE_MS }).toBe(1);
      slack.faults.add({ method: /^\/commands\//, kind: "status", status: 500 });
      ask();
      await expect.poll(direct, { timeout: PATIENCE_MS }).toBe(2);
      slack.faults.add({ method: /^\/commands\//, kind: "hang" });
      ask();

      await expect.poll(direct, { timeout: PATIENCE_MS }).toBe(3);
    },
    LIMIT_MS,
  );

  it(
    "case 42: offers a button where the three seconds to open a form are over",
    async () => {
      const { slack } = await open();

      slack.inject.slash({ command: "/imagine", ageMs: 3100 });
      const hint = await slack.waitForMessage(({ visibleTo }) => visibleTo !== undefined, PATIENCE_MS);
      slack.inject.press({ on: hint, actionId: buttonIn(hint, "new") });
      const view = await slack.waitForView(({ isOpen }) => isOpen, PATIENCE_MS);

      expect(view.view["callback_id"]).toBe("v1:new:form");
    },
    LIMIT_MS,
  );

  it(
    "case 43: refuses what is too long in words, and sends nothing that Slack would refuse",
    async () => {
      const { slack } = await open();

      draw(slack, `a fox ${"very ".repeat(600)}big`);
      await slack.waitForMessage(says("the limit is 2000"), PATIENCE_MS);
      draw(slack, `a <b>fox</b> & ${"very ".repeat(380)}big --steps 2 --count 8`);
      const answer = await slack.waitForMessage(isAnswer, PATIENCE_MS);

      expect(picturesIn(answer)).toHaveLength(8);
    },
    LIMIT_MS,
  );

  it(
    "case 44: answers directly where a channel is closed to it, after few requests",
    async () => {
      const { slack } = await open();
      const { secret, general } = slack.workspace;

      draw(slack, SMALL, secret.id);
      const direct = await slack.waitForMessage(isAnswer, PATIENCE_MS);
      general.archived = true;
      draw(slack, "a star --steps 2 --seed 7");
      const second = await slack.waitForMessage((one) => isAnswer(one) && one.ts !== direct.ts, PATIENCE_MS);

      general.archived = false;
      const before = slack.log.requests.length;
      slack.faults.add({ method: /^chat\.postMessage$/, kind: "error", error: "missing_scope" });
      draw(slack, "an owl --steps 2 --seed 7");
      const third = await slack.waitForMessage((one) => isAnswer(one) && says("an owl")(one), PATIENCE_MS);

      expect([direct, second, third].map(({ channelId }) => channelId[0])).toEqual(["D", "D", "D"]);
      const posts = slack.log.requests.slice(before).filter(({ method }) => method === "chat.postMessage");
      expect(posts.length).toBeLessThanOrEqual(2);
      expect(shown(direct)).toContain("/invite");
      expect(slack.log.requests.filter(({ method }) => method === "chat.postMessage").length).toBeLessThanOrEqual(6);
    },
    LIMIT_MS,
  );

  it(
    "case 44: ends with a sentence when its token is revoked, after few requests",
    async () => {
      const { slack, bot } = await open();
      const before = slack.log.requests.length;
      slack.faults.add({
        method: /^(chat|conversations|files|users)\./,
        kind: "error",
        error: "token_revoked",
        count: 500,
      });

      draw(slack);

      expect(await bot.exited).toBe(1);
      expect(bot.output()).toContain("SLACK_BOT_TOKEN");
      expect(slack.log.requests.length - before).toBeLessThanOrEqual(20);
    },
    LIMIT_MS,
  );

  it(
    "case 45: answers buttons of old messages, of others and of deleted jobs to the person alone, also after a restart",
    async () => {
      const { slack, bot, folder } = await open();
      const { alice, bob } = slack.workspace;
      draw(slack);
      const answer = await slack.waitForMessage(isAnswer, PATIENCE_MS);
      const job = buttonIn(answer, "reroll").split(":")[2]!;
      bot.process.kill("SIGTERM");
      await bot.exited;
      startBot(slack, folder);
      await ready(slack);

      const forged = ["v0:reroll:abc", "x".repeat(100), "v1:reroll:gone", "v1:nothing:abc"].map((actionId) =>
        slack.inject.press({ on: answer, actionId, forged: actionId, userId: bob.id }),
      );
      await Promise.all(forged.map((press) => press.waitForAck()));
      await expect
        .poll(() => slack.messages.all().filter(({ visibleTo }) => visibleTo === bob.id).length, {
          timeout: PATIENCE_MS,
        })
        .toBe(4);
      slack.inject.press({ on: answer, actionId: `v1:cancel:${job}`, forged: "x", userId: bob.id });
      await slack.waitForMessage(says("belongs to somebody else"), PATIENCE_MS);
      slack.inject.press({ on: answer, actionId: `v1:reroll:${job}`, userId: bob.id });
      await slack.waitForMessage((one) => isAnswer(one) && one.ts !== answer.ts, PATIENCE_MS);

      expect(alice.id).not.toBe(bob.id);
    },
    LIMIT_MS,
  );
});

/** The requests that edited a message, in order. */
function editsOf(slack: SlackSimulator, ts: string) {
  return slack.log.requests.filter(
    ({ method, args, status }) => method === "chat.update" && args["ts"] === ts && status === 200,
  );
}
