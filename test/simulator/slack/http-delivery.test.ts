import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { verifySlackRequest } from "@slack/bolt";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createSlackSimulator } from "../../../src/simulator/slack/create-slack-simulator.ts";
import type { Tampering } from "../../../src/simulator/slack/http-delivery.ts";
import type { SlackSimulator } from "../../../src/simulator/slack/slack-simulator.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { realClock } from "../../support/real-clock.ts";

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Also where the machine is busy: the time is real, as signatures need it, and nobody runs out of it. */
const PATIENT = { timeout: 10_000 };
const patientClock = () => ({ ...createFakeClock(), now: () => realClock.now() });

describe("signed HTTP requests of the simulated Slack", () => {
  let slack: SlackSimulator;
  let server: Server;
  let url: string;
  let received: Received[];
  /** What the app answers; undefined for never. */
  let answer: { status: number; headers?: Record<string, string> } | undefined;

  beforeEach(async () => {
    received = [];
    answer = { status: 200 };
    slack = await createSlackSimulator({ clock: patientClock() });
    server = createServer((request, response) => {
      let body = "";
      request.on("data", (chunk: Buffer) => (body += chunk.toString("utf8")));
      request.on("end", () => {
        if (body.includes("url_verification")) {
          response.end("simulated-challenge");
          return;
        }
        received.push({ headers: request.headers, body });
        if (answer) response.writeHead(answer.status, answer.headers).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await slack.http.set(url);
  });
  afterEach(async () => {
    server.closeAllConnections();
    server.close();
    await slack.close();
  });

  const arrived = (count: number) => expect.poll(() => received.length, PATIENT).toBe(count);
  const retries = () => received.map(({ headers }) => [headers["x-slack-retry-num"], headers["x-slack-retry-reason"]]);
  const isGood = ({ headers, body }: Received) => {
    const given = {
      "x-slack-signature": headers["x-slack-signature"] as string,
      "x-slack-request-timestamp": Number(headers["x-slack-request-timestamp"]),
    };
    try {
      verifySlackRequest({ signingSecret: slack.signingSecret, body, headers: given });
      return true;
    } catch (error) {
      if (error instanceof Error) return false;
      throw error;
    }
  };

  it("carry signatures that Bolt accepts: forms for commands and interactions, JSON for events", async () => {
    slack.inject.slash({ command: "/imagine", text: "a fox" });
    await arrived(1);
    slack.inject.shortcut({ callbackId: "imagine" });
    await arrived(2);
    slack.inject.say({ text: "@easel hello" });
    await arrived(3);

    const [command, shortcut, event] = received;
    expect(received.map(isGood)).toEqual([true, true, true]);
    expect(new URLSearchParams(command!.body).get("text")).toBe("a fox");
    expect(JSON.parse(new URLSearchParams(shortcut!.body).get("payload")!)).toMatchObject({ type: "shortcut" });
    expect(JSON.parse(event!.body)).toMatchObject({ type: "event_callback", event: { type: "app_mention" } });
  });

  it.each<Tampering>(["wrong-signature", "no-signature", "six-minutes-old", "empty-body"])(
    "can be spoiled by a %s, as Bolt sees",
    async (how) => {
      slack.http.tamperNext(how);
      slack.inject.slash({ command: "/imagine" });
      await arrived(1);
      slack.inject.slash({ command: "/imagine" });
      await arrived(2);

      expect(received.map(isGood)).toEqual([false, true]);
    },
  );

  it("can be overheard and sent again", async () => {
    slack.inject.slash({ command: "/imagine" });
    await arrived(1);

    const { status } = await slack.http.replay();

    expect(status).toBe(200);
    expect(received[1]).toEqual(received[0]);
  });

  it("are tried again for events: at once, after a minute, after five; for their reasons", async () => {
    answer = { status: 500 };
    const { events } = slack.inject.say({ text: "@easel hello" });
    const { attempts } = events[0]!.envelope;
    const statuses = (...expected: readonly number[]) =>
      expect.poll(() => attempts.map(({ status }) => status), PATIENT).toEqual(expected);
    await statuses(500);
    slack.advanceClock(0);
    await statuses(500, 500);
    answer = undefined;
    slack.advanceClock(60_000);
    await arrived(3);
    slack.advanceClock(3000);
    await statuses(500, 500, 0);
    answer = { status: 200 };
    slack.advanceClock(300_000);

    expect(await events[0]!.waitForOutcome()).toBe("acked");
    expect(retries()).toEqual([
      [undefined, undefined],
      ["1", "http_error"],
      ["2", "http_error"],
      ["3", "http_timeout"],
    ]);
    expect(new Set(received.map(({ body }) => body)).size).toBe(1);
  });

  it("are not tried again where the app says so, nor for commands", async () => {
    answer = { status: 500, headers: { "x-slack-no-retry": "1" } };

    const { events } = slack.inject.say({ text: "@easel hello" });
    const command = slack.inject.slash({ command: "/imagine" });

    expect(await events[0]!.waitForOutcome()).toBe("dispatch_failed");
    expect(await command.waitForOutcome()).toBe("dispatch_failed");
    expect(received).toHaveLength(2);
  });

  it("go back to Socket Mode when the address is taken away", async () => {
    await slack.http.set(undefined);

    const sent = slack.inject.slash({ command: "/imagine" });

    expect(await sent.waitForOutcome()).toBe("dispatch_failed");
    expect(received).toEqual([]);
  });
});
