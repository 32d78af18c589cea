import { App } from "@slack/bolt";
import { describe, expect, it, onTestFinished } from "vitest";
import { silentLogger } from "../../../src/core/logger.ts";
import { createSocketConnections } from "../../../src/platforms/slack/socket-connections.ts";
import { createSlackSimulator } from "../../../src/simulator/slack/create-slack-simulator.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { realClock } from "../../support/real-clock.ts";

const TEN_MINUTES_MS = 600_000;
const LONGEST_PAUSE_MS = 5000;

describe("the connections to Slack", () => {
  it("case 35: are tried for ten minutes, seldom enough, and are back fifteen seconds after Slack is", async () => {
    const slack = await createSlackSimulator({ clock: realClock });
    const clock = createFakeClock();
    const fatal: string[] = [];
    const connections = createSocketConnections({
      appToken: slack.appToken,
      apiUrl: slack.apiUrl,
      clock,
      log: silentLogger,
      random: () => 0,
      onFatal: (sentence) => fatal.push(sentence),
    });
    connections.init(
      new App({ receiver: connections, authorize: async () => ({ botToken: slack.botToken }), convoStore: false }),
    );
    onTestFinished(async () => {
      await connections.stop();
      await slack.close();
    });
    slack.faults.add({ method: /apps\.connections\.open/, kind: "status", status: 503, count: Infinity });
    const started = connections.start();
    const startedAt = clock.now();

    // Both wait for their next try, again and again.
    while (clock.now() - startedAt < TEN_MINUTES_MS) {
      await expect.poll(() => clock.pending(), { interval: 1 }).toBe(2);
      await clock.advance(LONGEST_PAUSE_MS);
    }
    const tries = slack.log.requests.length;
    slack.faults.clear();
    await expect.poll(() => clock.pending(), { interval: 1 }).toBe(2);
    await clock.advance(LONGEST_PAUSE_MS);
    await started;
    await slack.waitForSockets(2);

    expect(connections.ready()).toBe(true);
    expect(fatal).toEqual([]);
    // At most two connections' tries every two and a half seconds, and the first few.
    expect(tries).toBeGreaterThan(200);
    expect(tries).toBeLessThan(2 * (TEN_MINUTES_MS / 2500 + 10));
  });
});
