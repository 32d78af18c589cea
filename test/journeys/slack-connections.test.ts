import { describe, expect, it } from "vitest";
import { answers, draw, isAnswer, open, PATIENCE_MS, posted, says } from "./run-slack.ts";

const LIMIT_MS = 3 * PATIENCE_MS;

describe("the whole program on connections to Slack with faults", () => {
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
});
