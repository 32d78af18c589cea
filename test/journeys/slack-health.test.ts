import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { freePort } from "../support/free-port.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { PATIENCE_MS, ready, startBot, startSlack } from "./run-slack.ts";

async function look(port: number) {
  const response = await fetch(`http://127.0.0.1:${port}/health`).catch(() => undefined);
  return response && ((await response.json()) as { parts: Record<string, unknown> });
}

it(
  "case 44: a token that is revoked is down in the health of the whole program until that has ended",
  { timeout: 2 * PATIENCE_MS },
  async () => {
    const [slack, port] = [await startSlack(), await freePort()];
    const bot = startBot(slack, temporaryFolder(), { HEALTH_PORT: String(port) });
    await ready(slack);
    await expect
      .poll(async () => (await look(port))?.parts["slack"], { timeout: PATIENCE_MS })
      .toEqual({ state: "ok" });

    slack.faults.add({
      method: /^(chat|conversations|files|users)\./,
      kind: "error",
      error: "token_revoked",
      count: 500,
    });
    slack.inject.slash({ command: "/imagine", text: "a fox --count 1 --steps 2 --seed 7" });
    const states = new Set<string>();
    for (let found = await look(port); found; found = await look(port)) {
      const { slack: part, program } = found.parts as Record<string, { state: string } | undefined>;
      states.add((part ?? program)!.state);
      await sleep(2);
    }

    expect([...states].at(-1)).toBe("down");
    expect(await bot.exited).toBe(1);
    expect(bot.output()).toContain("SLACK_BOT_TOKEN");
  },
);
