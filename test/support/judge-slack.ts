import { expect, onTestFinished } from "vitest";
import type { SlackSimulator } from "../../src/simulator/slack/slack-simulator.ts";

/**
 * When the test ends, whatever the bot sent has to be what Slack takes: every message, view and argument of every call. `provokes` matches
 * what the test brings about on purpose, as `method: message`.
 */
export function judgeSlack({ log }: Pick<SlackSimulator, "log">, provokes?: RegExp): void {
  onTestFinished(() => {
    const faults = log.violations.map(({ method, message }) => `${method}: ${message}`);
    expect(faults.filter((fault) => provokes?.test(fault) !== true)).toEqual([]);
  });
}
