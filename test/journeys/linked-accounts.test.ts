import { describe, expect, it } from "vitest";
import { shown } from "../platforms/slack/open-slack.ts";
import { runEasel } from "../support/run-easel.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { draw, answerTo, endingOf, ready as discordReady, startDiscord } from "./run-discord.ts";
import { isAnswer, PATIENCE_MS, ready, startBot, startSlack } from "./run-slack.ts";

describe("one program in Discord and in Slack", () => {
  it(
    "knows somebody in both as two people, as one when the operator links them, and as two again",
    async () => {
      const folder = temporaryFolder();
      const [slack, discord] = [await startSlack(), await startDiscord()];
      const tokens = { DISCORD_TOKEN: discord.token, DISCORD_API_URL: discord.apiUrl };
      startBot(slack, folder, tokens);
      await Promise.all([ready(slack), discordReady(discord)]);
      const { alice } = slack.workspace;
      const history = async (): Promise<string> => {
        const seen = new Set(slack.messages.all().map(({ ts }) => ts));
        slack.inject.slash({ command: "/easel", text: "history", userId: alice.id });
        return shown(await slack.waitForMessage((one) => !seen.has(one.ts), PATIENCE_MS));
      };

      const asked = draw(discord, { prompt: "a green owl", private: true });
      await answerTo(discord, asked);
      slack.inject.slash({ command: "/imagine", text: "a red fox --steps 2 --count 1", userId: alice.id });
      await slack.waitForMessage(isAnswer, PATIENCE_MS);
      const apart = await history();
      const accounts = [`discord:${discord.world.alice.id}`, `slack:${slack.workspace.id}/${alice.id}`];
      const linked = await runEasel(["people", "link", ...accounts], { cwd: folder });
      const together = await history();
      const own = discord.inject.slash({ name: "history" });
      const inDiscord = JSON.stringify((await endingOf(discord, own)).message.components);
      await runEasel(["people", "unlink", accounts[1]!], { cwd: folder });
      const again = await history();

      expect(linked.out).toContain("One person now");
      expect(apart).toContain("a red fox");
      expect(apart).not.toContain("a green owl");
      for (const one of [together, inDiscord]) {
        expect(one).toContain("a red fox");
        expect(one).toContain("a green owl");
      }
      expect(again).toContain("a red fox");
      expect(again).not.toContain("a green owl");
      expect(discord.violations).toEqual([]);
    },
    2 * PATIENCE_MS,
  );
});
