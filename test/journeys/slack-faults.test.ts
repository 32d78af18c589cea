import { describe, expect, it } from "vitest";
import type { SlackSimulator } from "../../src/simulator/slack/slack-simulator.ts";
import { picturesIn, shown } from "../platforms/slack/open-slack.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { answers, buttonIn, isAnswer, PATIENCE_MS, posted, ready, startBot, startSlack } from "./run-slack.ts";

const LIMIT_MS = 3 * PATIENCE_MS;
/** Drawn in a moment. */
const SMALL = "a fox --steps 2 --seed 7";

/** A connected bot in a Slack of its own. */
async function open(options: Parameters<typeof startSlack>[0] = {}, provokes?: RegExp) {
  const slack = await startSlack(options, provokes);
  const folder = temporaryFolder();
  const bot = startBot(slack, folder);
  await ready(slack);
  return { slack, bot, folder };
}

function draw(slack: SlackSimulator, text = SMALL, channelId?: string) {
  return slack.inject.slash({ command: "/imagine", text, ...(channelId === undefined ? {} : { channelId }) });
}

const says =
  (text: string) =>
  (message: Parameters<typeof shown>[0]): boolean =>
    shown(message).includes(text);

describe("the whole program in a Slack with faults", () => {
  it(
    "case 33: acknowledges while a model draws, and does nothing twice",
    async () => {
      const { slack } = await open();
      draw(slack, "a fox --steps 50 --count 8");
      await slack.waitForMessage(says("Drawing"), PATIENCE_MS);

      const asked = Array.from({ length: 9 }, () => slack.inject.slash({ command: "/easel", text: "queue" }));
      const acknowledged = await Promise.all(asked.map((one) => one.waitForAck()));
      const small = draw(slack);
      small.redeliver();
      await small.waitForAck();
      await expect.poll(() => small.envelope.furtherAcks.length, { timeout: PATIENCE_MS }).toBe(1);
      await expect.poll(() => answers(slack).length, { timeout: PATIENCE_MS }).toBe(2);

      const times = acknowledged.map(({ afterMs }) => afterMs).sort((a, b) => a - b);
      expect(times[4]).toBeLessThan(1000);
      expect(times[8]).toBeLessThan(3000);
      expect(posted(slack).filter(({ visibleTo }) => visibleTo === undefined)).toHaveLength(2);
    },
    LIMIT_MS,
  );

  it(
    "case 34: loses no command while Slack refreshes its connections, and keeps one where two are too many",
    async () => {
      const { slack } = await open();
      const sent: ReturnType<typeof draw>[] = [];
      for (let round = 0; round < 2; round++) {
        slack.socketMode.disconnect("refresh_requested", slack.socketMode.connected[0]);
        for (let i = 0; i < 40; i++) {
          sent.push(slack.inject.slash({ command: "/easel", text: "styles" }));
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
      }
      const outcomes = await Promise.all(sent.map((one) => one.waitForOutcome()));
      slack.socketMode.disconnect("warning", slack.socketMode.connected[0]);
      const warned = await slack.inject.slash({ command: "/easel", text: "styles" }).waitForOutcome();
      slack.socketMode.limit = 1;
      slack.socketMode.disconnect("too_many_websockets", slack.socketMode.connected[1]);
      await expect.poll(() => slack.socketMode.connected.length, { timeout: PATIENCE_MS }).toBe(1);
      const alone = await slack.inject.slash({ command: "/easel", text: "styles" }).waitForOutcome();

      expect(new Set(outcomes)).toEqual(new Set(["acked"]));
      expect([warned, alone]).toEqual(["acked", "acked"]);
    },
    LIMIT_MS,
  );

  it(
    "case 35: comes back after any failure of apps.connections.open",
    async () => {
      const { slack } = await open();
      const fault = { method: /apps\.connections\.open/ };
      const opens = () => slack.log.requests.filter(({ method }) => fault.method.test(method)).length;
      slack.faults.add({ ...fault, kind: "status", status: 500 });
      slack.faults.add({ ...fault, kind: "reset-before" });
      slack.faults.add({
        ...fault,
        kind: "status",
        status: 200,
        body: "<html>maintenance</html>",
        contentType: "text/html",
      });
      slack.faults.add({ ...fault, kind: "ratelimit", retryAfterS: 1 });
      slack.faults.add({ ...fault, kind: "malformed" });

      slack.socketMode.refuseUpgrades(408);
      const before = opens();
      slack.socketMode.drop();
      // Each fault once, and two addresses that lead nowhere.
      await expect.poll(() => opens() - before, { timeout: PATIENCE_MS }).toBeGreaterThanOrEqual(7);
      slack.socketMode.refuseUpgrades(undefined);
      await slack.waitForSockets(2, 15_000);
      draw(slack);

      await slack.waitForMessage(isAnswer, PATIENCE_MS);
    },
    LIMIT_MS,
  );

  it.each([
    ["invalid_auth", /SLACK_APP_TOKEN/],
    ["link_disabled", /Socket Mode is switched off/],
  ])(
    "case 35: ends with a sentence and exit code 1 on %s",
    async (error, sentence) => {
      const { slack, bot } = await open();
      slack.faults.add({ method: /apps\.connections\.open/, kind: "error", error, count: 100 });

      slack.socketMode.drop();

      expect(await bot.exited).toBe(1);
      expect(bot.output()).toMatch(sentence);
    },
    LIMIT_MS,
  );

  it(
    "case 36: replaces connections that only look alive within 40 s",
    async () => {
      const { slack } = await open();
      const before = slack.socketMode.opened;

      slack.socketMode.freeze();
      await expect.poll(() => slack.socketMode.opened, { timeout: 40_000 }).toBeGreaterThanOrEqual(before + 2);
      draw(slack);

      await slack.waitForMessage(isAnswer, PATIENCE_MS);
    },
    LIMIT_MS,
  );

  it(
    "case 37: shares pictures below the answer where Slack shows them in no message, and links them where a share vanishes",
    async () => {
      // Refused for nothing but the pictures that Slack has not finished with.
      const { slack } = await open({}, /invalid slack file/);
      const never = Number.POSITIVE_INFINITY;

      slack.files.processingMs = never;
      draw(slack);
      await slack.waitForRequest(
        ({ method, args }) => method === "chat.update" && isFinalWithoutPictures(args),
        PATIENCE_MS,
      );
      slack.files.processingMs = 200;
      slack.shares.loseNext(1);
      const shared = await slack.waitForMessage(({ message }) => Array.isArray(message["files"]), PATIENCE_MS);
      const [answer] = posted(slack).filter(says("a fox"));
      expect(shared.message["thread_ts"]).toBe(answer!.ts);
      expect(buttonIn(answer!, "reroll")).toMatch(/^v1:reroll:/);

      slack.files.processingMs = never;
      draw(slack, "a star --steps 2 --seed 8");
      const linked = await slack.waitForMessage((one) => says("a star")(one) && says("/files/")(one), PATIENCE_MS);

      expect(picturesIn(linked)).toEqual([]);
      expect(slack.log.requests.some(({ args }) => "alt_txt" in args || "alt_text" in args)).toBe(false);
    },
    LIMIT_MS,
  );

  it(
    "case 38: shows a picture when Slack has looked at it, and not before",
    async () => {
      const { slack } = await open({ fileProcessingMs: 3000 });

      draw(slack);
      await slack.waitForMessage(isAnswer, PATIENCE_MS);

      expect(slack.log.errors.get("invalid_blocks")).toBeUndefined();
      expect(slack.log.requests.filter(({ method }) => method === "files.info").length).toBeGreaterThan(3);
    },
    LIMIT_MS,
  );

  it(
    "case 39: posts once when the reply to chat.postMessage or chat.update is lost",
    async () => {
      const { slack } = await open();
      slack.faults.add({ method: /^chat\.postMessage$/, kind: "reset-after-processing" });
      slack.faults.add({ method: /^chat\.update$/, kind: "reset-after-processing", count: 2 });
      slack.faults.add({ method: /^files\.completeUploadExternal$/, kind: "reset-after-processing" });

      draw(slack);
      const answer = await slack.waitForMessage(isAnswer, PATIENCE_MS);
      slack.faults.add({ method: /^chat\.postMessage$/, kind: "status", status: 500 });
      slack.inject.say({ text: `@easel ${SMALL}` });
      await slack.waitForMessage((one) => isAnswer(one) && one.ts !== answer.ts, PATIENCE_MS);

      expect(posted(slack)).toHaveLength(2);
    },
    LIMIT_MS,
  );

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

/** An answer's text and buttons, without its pictures. */
function isFinalWithoutPictures({ blocks }: Readonly<Record<string, unknown>>): boolean {
  const text = JSON.stringify(blocks ?? []);
  return text.includes("v1:reroll:") && !text.includes("slack_file");
}
