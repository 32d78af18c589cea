import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { shown } from "../platforms/slack/open-slack.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { answers, buttonIn, isAnswer, PATIENCE_MS, posted, ready, startBot, startSlack } from "./run-slack.ts";

const LIMIT_MS = 3 * PATIENCE_MS;

describe("the whole program in Slack", () => {
  it(
    "answers /imagine with one message of pictures and all buttons, and a reroll with another",
    async () => {
      const slack = await startSlack();
      const bot = startBot(slack, temporaryFolder());
      await ready(slack);

      const alice = slack.workspace.alice.id;
      const asked = slack.inject.slash({ command: "/imagine", text: "two foxes --count 2 --seed 7" });
      const { afterMs } = await asked.waitForAck();
      const answer = await slack.waitForMessage(isAnswer, PATIENCE_MS);
      slack.inject.press({ on: answer, actionId: buttonIn(answer, "reroll") });
      await slack.waitForMessage((one) => isAnswer(one) && one.ts !== answer.ts, PATIENCE_MS);

      slack.inject.press({ on: answer, actionId: buttonIn(answer, "info") });
      const told = await slack.waitForMessage((one) => shown(one).includes("*Seed*: 1 7 · 2 8"), PATIENCE_MS);
      slack.inject.press({ on: answer, actionId: buttonIn(answer, "favourite") });
      const asking = await slack.waitForMessage((one) => shown(one).includes("Which picture?"), PATIENCE_MS);
      slack.inject.press({ on: asking, actionId: `${buttonIn(asking, "favourite")}:1` });
      await slack.waitForMessage((one) => shown(one).includes("A favourite of yours now"), PATIENCE_MS);

      expect(afterMs).toBeLessThan(3000);
      for (const action of [
        "upscale",
        "variation",
        "reroll",
        "edit",
        "favourite",
        "info",
        "more",
        "report",
        "delete-forever",
      ])
        expect(shown(answer)).toContain(`v1:${action}:`);
      expect(shown(answer)).toContain('"text":"Remix"');
      expect([told, asking].map(({ visibleTo }) => visibleTo)).toEqual([alice, alice]);
      expect(shown(answer).match(/"alt_text":"AI-generated/g)).toHaveLength(2);
      expect(answers(slack)).toHaveLength(2);
      expect(posted(slack).filter(({ visibleTo }) => visibleTo === undefined)).toHaveLength(2);

      bot.process.kill("SIGTERM");
      expect(await bot.exited).toBe(0);
    },
    LIMIT_MS,
  );

  it(
    "opens a form for /imagine alone, draws what is sent, and remixes it in a form again",
    async () => {
      const slack = await startSlack();
      startBot(slack, temporaryFolder());
      await ready(slack);

      slack.inject.slash({ command: "/imagine" });
      const view = await slack.waitForView((one) => one.isOpen, PATIENCE_MS);
      slack.inject.submit(view, { values: { prompt: "a red fox", count: "1", seed: "7" } });
      const answer = await slack.waitForMessage(isAnswer, PATIENCE_MS);
      slack.inject.press({ on: answer, actionId: buttonIn(answer, "edit") });
      const edit = await slack.waitForView((one) => one.isOpen && one.id !== view.id, PATIENCE_MS);
      const sent = slack.inject.submit(edit, { values: { prompt: "a blue fox --count 99" } });
      const refused = await sent.waitForAck();
      slack.inject.submit(edit, { values: { prompt: "a blue fox", count: "2" } });
      const second = await slack.waitForMessage((one) => isAnswer(one) && one.ts !== answer.ts, PATIENCE_MS);

      expect(JSON.stringify(edit.view["blocks"])).toContain('"initial_value":"a red fox"');
      expect(refused.payload).toMatchObject({ response_action: "errors", errors: { count: expect.any(String) } });
      expect(shown(second)).toContain("a blue fox");
    },
    LIMIT_MS,
  );

  it(
    "takes in pictures that people post, with its token: a mention's as a start, a message's to describe",
    async () => {
      const slack = await startSlack();
      startBot(slack, temporaryFolder());
      await ready(slack);
      const bytes = readFileSync(new URL("../../models/easel-v0/fox.png", import.meta.url));

      slack.inject.say({ text: "@easel a blue fox --steps 2", files: [{ filename: "fox.png", bytes }] });
      const drawn = await slack.waitForMessage(isAnswer, PATIENCE_MS);
      const { message: photo } = slack.inject.say({ text: "look", files: [{ filename: "fox.png", bytes }] });
      slack.inject.messageShortcut({ callbackId: "describe", on: photo });
      const told = await slack.waitForMessage((one) => shown(one).includes("*Size*"), PATIENCE_MS);

      expect(shown(drawn)).toContain("a blue fox");
      expect(told.visibleTo).toBe(slack.workspace.alice.id);
    },
    LIMIT_MS,
  );
});
