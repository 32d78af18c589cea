import { describe, expect, it } from "vitest";
import { newJobId, newToken } from "../../src/jobs/job-ids.ts";
import { seededRandom } from "../support/seeded-random.ts";

describe("job ids", () => {
  it("are short and have no letters that people mix up", () => {
    const random = seededRandom(1);

    const ids = Array.from({ length: 500 }, () => newJobId(random, () => false));

    for (const id of ids) expect(id).toMatch(/^[abcdefghjkmnpqrstuvwxyz23456789]{8}$/);
    expect(new Set(ids).size).toBe(500);
  });

  it("are never given twice", () => {
    const random = seededRandom(1);
    const first = newJobId(seededRandom(1), () => false);

    const second = newJobId(random, (id) => id === first);

    expect(second).not.toBe(first);
    expect(second).toHaveLength(8);
  });

  it("are told from tokens by their length", () => {
    expect(newToken(seededRandom(1))).toHaveLength(20);
  });
});
