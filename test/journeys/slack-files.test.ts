import { describe, expect, it } from "vitest";
import type { SlackSimulator } from "../../src/simulator/slack/slack-simulator.ts";
import { picturesIn } from "../platforms/slack/open-slack.ts";
import { buttonIn, draw, isAnswer, open, PATIENCE_MS, posted, says, SMALL } from "./run-slack.ts";

const LIMIT_MS = 3 * PATIENCE_MS;
const NEVER = Number.POSITIVE_INFINITY;
/** What Slack says to a picture that it has not finished with; the tests that ask for it are refused for nothing else. */
const UNFINISHED = /invalid slack file/;

describe("pictures of the whole program in a Slack with faults", () => {
  it(
    "case 37: shares pictures below the answer where Slack shows them in no message",
    async () => {
      const { slack } = await open({}, UNFINISHED);
      slack.files.processingMs = NEVER;

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
      expect(namesAltTexts(slack)).toBe(false);
    },
    LIMIT_MS,
  );

  it(
    "case 37: links pictures in the answer where a share vanishes, too",
    async () => {
      const { slack } = await open({}, UNFINISHED);
      slack.files.processingMs = NEVER;

      draw(slack);
      const linked = await slack.waitForMessage((one) => says("a fox")(one) && says("/files/")(one), PATIENCE_MS);

      expect(picturesIn(linked)).toEqual([]);
      expect(namesAltTexts(slack)).toBe(false);
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
});

/** An answer's text and buttons, without its pictures. */
function isFinalWithoutPictures({ blocks }: Readonly<Record<string, unknown>>): boolean {
  const text = JSON.stringify(blocks ?? []);
  return text.includes("v1:reroll:") && !text.includes("slack_file");
}

/** Given with an upload, a description can make its share vanish. */
function namesAltTexts(slack: SlackSimulator): boolean {
  return slack.log.requests.some(({ args }) => "alt_txt" in args || "alt_text" in args);
}
