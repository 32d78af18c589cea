import { describe, expect, it } from "vitest";
import verify from "../../commands/verify.ts";
import type { BlobRef } from "../../src/core/image-request.ts";
import type { PictureReport } from "../../src/core/provenance.ts";
import { openJob, sampleJob } from "../core/sample-jobs.ts";
import { createFakeContext } from "./fake-context.ts";

const REPORT: PictureReport = {
  verdict: "made-here",
  reasons: [
    { evidence: "registry", points: "made-here", text: "I made exactly this file." },
    { evidence: "label", points: "other-ai", text: "It is labelled as made by a machine." },
  ],
};

function setUp(options: Parameters<typeof createFakeContext>[0] = {}) {
  const asked: BlobRef[] = [];
  const addresses: string[] = [];
  const context = createFakeContext({
    jobs: [sampleJob()],
    async verify(picture) {
      if (typeof picture === "string") addresses.push(picture);
      else asked.push(picture);
      return REPORT;
    },
    ...options,
  });
  return { asked, addresses, context };
}

describe("/verify", () => {
  it("says the verdict and why, of the first picture or the one that is named", async () => {
    const { asked, context } = setUp();

    await verify.run(context, { job: "k3f9x2ab" });
    await verify.run(context, { job: "k3f9x2ab", picture: 3 });

    expect(asked.map(({ sha256 }) => sha256[0])).toEqual(["0", "2"]);
    expect(context.replies[0]).toMatchObject({
      kind: "list",
      private: true,
      text: "**Made here, by a machine**\n- I made exactly this file.\n- It is labelled as made by a machine.",
    });
  });

  it("reads a file that somebody attaches", async () => {
    const { addresses, context } = setUp();

    await verify.run(context, { image: "https://cdn.discordapp.com/a.png" });

    expect(addresses).toEqual(["https://cdn.discordapp.com/a.png"]);
    expect(context.replies).toHaveLength(1);
  });

  it("takes one picture", async () => {
    const { context } = setUp();

    await expect(verify.run(context, {})).rejects.toMatchObject({ code: "picture-missing" });
    await expect(verify.run(context, { image: "a", job: "k3f9x2ab" })).rejects.toMatchObject({
      code: "options-conflict",
    });
  });

  it("knows which pictures there are", async () => {
    const { context } = setUp();
    const { context: waiting } = setUp({ jobs: [openJob()] });

    await expect(verify.run(context, { job: "k3f9x2ab", picture: 5 })).rejects.toThrow(
      "There is no picture 5 in that job; it has 4.",
    );
    await expect(verify.run(waiting, { job: "k3f9x2ab" })).rejects.toThrow("it has 0");
    await expect(verify.run(context, { job: "zzzzzzzz" })).rejects.toMatchObject({ code: "job-unknown" });
  });

  it("does not look at what somebody may not see", async () => {
    const { asked, context } = setUp({
      jobs: [sampleJob({ request: { ...sampleJob().request, private: true } })],
      person: { id: "bob" },
    });

    await expect(verify.run(context, { job: "k3f9x2ab" })).rejects.toMatchObject({ code: "job-unknown" });

    expect(asked).toEqual([]);
  });
});
