import { describe, expect, it } from "vitest";
import { submitRequests, type RequestPlace } from "../../src/bot/submit-requests.ts";
import { UserError } from "../../src/core/errors.ts";
import type { ImageRequest } from "../../src/core/image-request.ts";
import type { NewJob } from "../../src/core/job.ts";
import type { Moderation } from "../../src/core/moderation.ts";
import type { TaughtRef } from "../../src/core/taught.ts";
import { ALLOW, type Verdict } from "../../src/core/verdict.ts";
import { createFakeContext, createFakeStore } from "../commands/fake-context.ts";
import { sampleJob, sampleRequest } from "../core/sample-jobs.ts";
import { createFakeTaught } from "../support/fake-taught.ts";

const { interaction } = createFakeContext();

type Review = (request: ImageRequest, where: RequestPlace) => Verdict;

async function submit(
  requests: readonly ImageRequest[],
  review: Review = () => ALLOW,
  concepts: TaughtRef[] = [],
  stored: Readonly<Record<string, unknown>> = {},
) {
  const admitted: NewJob[] = [];
  let caps: unknown;
  const admit = async (jobs: readonly NewJob[], given: unknown) => {
    caps = given;
    admitted.push(...jobs);
    return jobs.map((job) => sampleJob(job));
  };
  const stopped: { level: string; keys: readonly string[]; rule: string }[] = [];
  const note = (level: string, jobs: readonly NewJob[], rule: string) =>
    void stopped.push({ level, keys: jobs.map(({ key }) => key), rule });
  const desk: Moderation["requests"] = {
    async refused(jobs, rule) {
      note("refused", jobs, rule);
      return "abc";
    },
    held: async (jobs, rule) => note("held", jobs, rule),
  };
  const deps = {
    admit,
    review,
    moderation: { requests: desk },
    settings: createFakeStore(new Map(Object.entries(stored))),
    taught: createFakeTaught(concepts),
  };
  const outcome = await submitRequests(deps, interaction, requests).catch((error: unknown) => error);
  return { admitted, caps, outcome, stopped };
}

function hideShy({ prompt }: ImageRequest): Verdict {
  return prompt === "shy" ? { level: "spoiler", rule: "sentinel" } : ALLOW;
}

const picture = (letter: string) => ({ sha256: letter.repeat(64), mimeType: "image/png" });

describe("submitRequests", () => {
  it("makes the interaction's id the key of its job", async () => {
    const { admitted, outcome } = await submit([sampleRequest()]);

    expect(admitted).toEqual([
      {
        key: "test:event",
        request: sampleRequest(),
        tier: "interactive",
        person: interaction.person,
        place: interaction.place,
        address: interaction.address,
      },
    ]);
    expect(outcome).toMatchObject([{ key: "test:event" }]);
  });

  it("gives a request the pictures of what was taught here and its prompt names, and keeps those it came with", async () => {
    const [mascot, gone] = [
      { name: "ourmascot", picture: picture("a") },
      { name: "oldmascot", picture: picture("b") },
    ];
    const requests = [
      sampleRequest({ prompt: "two Ourmascots in the snow" }),
      sampleRequest({ prompt: ":oldmascot: and a fox", taught: [gone] }),
      sampleRequest({ prompt: "a fox", taught: [gone] }),
    ];

    const { admitted } = await submit(requests, undefined, [mascot, { ...gone, name: "another" }]);

    expect(admitted.map(({ request }) => request.taught)).toEqual([[mascot], [gone], [gone]]);
  });

  it("draws no more pictures and takes no more steps than the channel and the server allow, and says so", async () => {
    const stored = {
      "place-settings:test:channel:art": { "max-count": 3, count: 2 },
      "place-settings:test:server:club": { "max-count": 2, "max-steps": 4 },
    };
    const pictures = Array.from({ length: 5 }, (_, i) => ({ ...sampleRequest().pictures[0]!, seed: i }));

    const { admitted } = await submit(
      [sampleRequest({ pictures, steps: 20 }), sampleRequest({ pictures: pictures.slice(0, 1), steps: 4 })],
      undefined,
      [],
      stored,
    );

    expect(admitted.map(({ request }) => [request.pictures.length, request.steps, request.notes])).toEqual([
      [2, 4, ["At most 2 pictures at a time are drawn here.", "At most 4 steps are taken here."]],
      [1, 4, []],
    ]);
  });

  it("tells admission how many requests one person may have waiting there", async () => {
    const { caps } = await submit([sampleRequest()], undefined, [], {
      "place-settings:test:channel:art": { "max-waiting": 7 },
      "place-settings:test:server:club": { "max-waiting": 3 },
    });

    expect(caps).toEqual({ maxWaiting: 3 });
  });

  it("takes what was taught from a picture from outside for an upload", async () => {
    const seen: boolean[] = [];
    const picture = { sha256: "a".repeat(64), mimeType: "image/png", uploaded: true } as const;
    const review: Review = (_, { uploaded }) => {
      seen.push(uploaded);
      return ALLOW;
    };

    await submit([sampleRequest({ prompt: "ourmascot" }), sampleRequest()], review, [{ name: "ourmascot", picture }]);

    expect(seen).toEqual([true, false]);
  });

  it("takes for an upload what came from outside, also in what is made from it later", async () => {
    const seen: boolean[] = [];
    const own = { sha256: "a".repeat(64), mimeType: "image/png" };
    const foreign = { ...own, uploaded: true } as const;
    const parent = { job: "k3f9x2ab" };

    await submit(
      [
        sampleRequest(),
        sampleRequest({ inputs: { image: own } }),
        sampleRequest({ inputs: { image: own }, parent }),
        sampleRequest({ inputs: { image: own, mask: foreign }, parent }),
      ],
      (_, { uploaded }) => {
        seen.push(uploaded);
        return ALLOW;
      },
    );

    expect(seen).toEqual([false, true, false, true]);
  });

  it("tells several jobs apart", async () => {
    const { admitted } = await submit([sampleRequest({}, 1), sampleRequest({}, 1)]);

    expect(admitted.map(({ key }) => key)).toEqual(["test:event#1", "test:event#2"]);
  });

  it.each([
    [[4], "interactive"],
    [[5], "batch"],
    [[2, 2], "interactive"],
    [[2, 3], "batch"],
  ])("puts %j pictures into the tier %s", async (counts, tier) => {
    const { admitted } = await submit(counts.map((count) => sampleRequest({}, count)));

    expect(new Set(admitted.map((job) => job.tier))).toEqual(new Set([tier]));
  });

  it("has every request reviewed where it was asked, and knows uploads from its own pictures", async () => {
    const image = { sha256: "0".repeat(64), mimeType: "image/png" };
    const own = sampleRequest({ inputs: { image }, parent: { job: "k3" } });
    const uploaded = sampleRequest({ inputs: { image } });
    const seen: unknown[] = [];
    await submit([sampleRequest(), own, uploaded], (request, where) => {
      seen.push([request, where]);
      return ALLOW;
    });

    const place = { ageRestricted: false, platform: "test" };
    expect(seen).toEqual([
      [sampleRequest(), { ...place, uploaded: false }],
      [own, { ...place, uploaded: false }],
      [uploaded, { ...place, uploaded: true }],
    ]);
  });

  it.each([
    ["refuse", "refused", "I cannot draw that (sentinel). If this is a mistake, tell a moderator."],
    ["hold", "held", "That needs a moderator's approval (sentinel)."],
  ] as const)("admits nothing when one text is to %s", async (level, code, message) => {
    const review: Review = ({ negativePrompt }) => (negativePrompt === "bad" ? { level, rule: "sentinel" } : ALLOW);
    const requests = [sampleRequest(), sampleRequest({ negativePrompt: "bad" })];
    const { admitted, outcome, stopped } = await submit(requests, review);

    expect(stopped).toEqual([{ level: code, keys: ["test:event#1", "test:event#2"], rule: "sentinel" }]);
    expect(outcome).toBeInstanceOf(UserError);
    expect(outcome).toMatchObject({ code, message });
    expect(admitted).toEqual([]);
  });

  it("gives a refusal the id for an appeal", async () => {
    const { outcome } = await submit([sampleRequest()], () => ({ level: "refuse", rule: "sentinel" }));

    expect(outcome).toMatchObject({ code: "refused", params: { rule: "sentinel", appeal: "abc" } });
  });

  it("marks a request whose pictures are to be hidden", async () => {
    const { admitted } = await submit([sampleRequest({ prompt: "shy" }), sampleRequest()], hideShy);

    expect(admitted.map(({ request }) => request.spoiler)).toEqual([true, undefined]);
  });
});
