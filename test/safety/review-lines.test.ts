import { describe, expect, it } from "vitest";
import { reviewLines } from "../../src/safety/review-lines.ts";
import { sentinelFilter } from "./rules-for-tests.ts";

async function answersTo(...lines: string[]): Promise<unknown[]> {
  const answers: unknown[] = [];
  for await (const answer of reviewLines(sentinelFilter(), lines)) answers.push(JSON.parse(answer));
  return answers;
}

describe("reviewing lines", () => {
  it("answers every line in order", async () => {
    const answers = await answersTo('{"text":"a castle"}', '{"text":"a t.u.l.o castle"}', '{"text":"frizzle"}');

    expect(answers).toEqual([
      { verdict: "allow", rule: null },
      { verdict: "refuse", rule: "nudity/sentinel" },
      { verdict: "spoiler", rule: "suggestive/sentinel" },
    ]);
  });

  it("reads the part and the place", async () => {
    const answers = await answersTo(
      '{"text":"tulo","part":"negative-prompt"}',
      '{"text":"frizzle","ageRestricted":true,"platform":"discord"}',
      '{"text":"frizzle","platform":"slack"}',
    );

    expect(answers).toMatchObject([{ verdict: "allow" }, { verdict: "allow" }, { verdict: "hold" }]);
  });

  it("skips empty lines", async () => {
    expect(await answersTo("", "  ", '{"text":""}')).toHaveLength(1);
  });

  it.each(["{", "7", "null", '{"txt":"a"}', '{"text":7}', '{"text":"a","part":"poem"}'])(
    "refuses what it cannot read: %s",
    async (line) => {
      const [answer] = await answersTo(line);

      expect(answer).toMatchObject({ verdict: "refuse", rule: "filter/unreadable-line" });
      expect(answer).toHaveProperty("error");
    },
  );
});
