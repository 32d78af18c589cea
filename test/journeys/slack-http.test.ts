import { describe, expect, it } from "vitest";
import { shown } from "../platforms/slack/open-slack.ts";
import { freePort, signed } from "../platforms/slack/signed-request.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { answers, isAnswer, PATIENCE_MS, posted, startBot, startSlack } from "./run-slack.ts";

const LIMIT_MS = 3 * PATIENCE_MS;
const SMALL = "a fox --steps 2 --seed 7";

/** The whole program with events by HTTP in place of sockets. */
async function open() {
  const slack = await startSlack();
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/slack/events`;
  startBot(slack, temporaryFolder(), {
    SLACK_APP_TOKEN: "",
    SLACK_SIGNING_SECRET: slack.signingSecret,
    SLACK_HTTP_PORT: String(port),
  });
  await expect
    .poll(
      () =>
        fetch(url).then(
          () => true,
          () => false,
        ),
      { timeout: PATIENCE_MS },
    )
    .toBe(true);
  await slack.http.set(url);
  return { slack, url };
}

describe("the whole program with Slack by HTTP", () => {
  it(
    "cases 30 and 31: draws what Slack signed, once, and nothing that is forged, old or sent again",
    async () => {
      const { slack, url } = await open();
      const sent = slack.inject.slash({ command: "/imagine", text: SMALL });
      await sent.waitForAck();
      await slack.waitForMessage(isAnswer, PATIENCE_MS);
      const acks = [await sent.waitForAck()];
      for (let i = 0; i < 4; i++)
        acks.push(await slack.inject.slash({ command: "/easel", text: "queue" }).waitForAck());
      const body = new URLSearchParams(sent.payload as Record<string, string>).toString();
      const post = async (headers: Record<string, string>, content = body) =>
        (await fetch(url, { method: "POST", headers, body: content })).status;

      const replayed = [await post(signed(slack.signingSecret, body)), await post(signed(slack.signingSecret, body))];
      const refused = [
        await post(signed("another secret", body)),
        await post(signed(slack.signingSecret, body, 6 * 60)),
        await post({ "content-type": "application/x-www-form-urlencoded" }),
        await post(signed(slack.signingSecret, body), ""),
      ];
      slack.inject.slash({ command: "/imagine", text: "a star --steps 2" });
      await slack.waitForMessage((one) => isAnswer(one) && shown(one).includes("a star"), PATIENCE_MS);

      // On a busy machine one of them may be slow.
      expect(Math.min(...acks.map(({ afterMs }) => afterMs))).toBeLessThan(500);
      expect(replayed).toEqual([200, 200]);
      expect(refused).toEqual([401, 401, 401, 401]);
      expect(answers(slack)).toHaveLength(2);
      expect(posted(slack).filter(({ visibleTo }) => visibleTo === undefined)).toHaveLength(2);
    },
    LIMIT_MS,
  );

  it(
    "case 32: answers events that are sent again at once and draws them once",
    async () => {
      const { slack, url } = await open();
      const [event] = slack.inject.say({ text: `@easel ${SMALL}` }).events;
      await event!.waitForAck();
      const body = JSON.stringify(event!.payload);
      const retries = await Promise.all(
        ["1", "2", "3"].map((number) =>
          fetch(url, {
            method: "POST",
            headers: {
              ...signed(slack.signingSecret, body),
              "content-type": "application/json",
              "x-slack-retry-num": number,
              "x-slack-retry-reason": "http_timeout",
            },
            body,
          }),
        ),
      );
      await slack.waitForMessage(isAnswer, PATIENCE_MS);
      slack.inject.slash({ command: "/imagine", text: "a star --steps 2" });
      await slack.waitForMessage((one) => isAnswer(one) && shown(one).includes("a star"), PATIENCE_MS);

      expect(retries.map(({ status }) => status)).toEqual([200, 200, 200]);
      expect(answers(slack)).toHaveLength(2);
    },
    LIMIT_MS,
  );
});
