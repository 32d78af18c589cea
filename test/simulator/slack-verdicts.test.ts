import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { checkBlocks, checkView } from "../../src/simulator/slack/block-kit/validate.ts";

interface Case {
  readonly surface: "message" | "modal" | "home";
  readonly probe: string;
  readonly payload: unknown;
  readonly verdict: { readonly ok: boolean; readonly block?: number; readonly why?: string };
}

const OURS = fileURLToPath(new URL("../data/blockkit-verdicts.json", import.meta.url));
const file = process.env["BLOCKKIT_VERDICTS"] ?? OURS;
const { judge, cases } = JSON.parse(readFileSync(file, "utf8")) as { judge: string; cases: readonly Case[] };

/**
 * What Slack refuses and its SDK's models overlook, and nothing else: pictures from nowhere, ids that are given twice, mrkdwn in a button,
 * and empty texts of buttons. The lengths inside options and fields, into which the models do not look, are the simulator's own rules
 * (test/simulator/slack/refused-blocks.test.ts) and left out here.
 */
const OVERLOOKED = [
  /^must provide either image_url or slack_file/,
  /^(?:block_id|action_id) must be unique/,
  /^unsupported type: mrkdwn \[json-pointer:.*\/(?:elements\/\d+|accessory)\/text\/type\]/,
  /^must be more than 0 characters \[json-pointer:.*\/(?:elements\/\d+|accessory)\/text\/text\]/,
];

function check({ surface, payload }: Case): readonly string[] {
  const judged = { innerLengths: false };
  return surface === "message"
    ? checkBlocks(payload, () => true, judged)
    : checkView(payload, surface, () => true, judged);
}

describe(`the Block Kit validator beside ${judge}`, () => {
  it.each(cases.map((one, index) => ({ name: `${index} ${one.surface} ${one.probe}`, one })))("$name", ({ one }) => {
    const problems = check(one);

    const unexplained = problems.filter((problem) => !OVERLOOKED.some((gap) => gap.test(problem)));
    if (one.verdict.ok) expect(unexplained).toEqual([]);
    else expect(unexplained).not.toEqual([]);
    const { block } = one.verdict;
    if (block !== undefined) expect(problems.some((problem) => problem.includes(`/blocks/${block}`))).toBe(true);
  });

  it("has cases to agree on, of both kinds in the file that is used by default", () => {
    const refused = cases.filter(({ verdict }) => !verdict.ok);

    expect(cases.length).toBeGreaterThan(0);
    if (file === OURS) expect([refused.length, cases.length]).toEqual([140, 400]);
  });
});
