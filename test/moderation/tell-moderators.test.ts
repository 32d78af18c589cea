import { describe, expect, it } from "vitest";
import type { ReplyAddress } from "../../src/core/platform.ts";
import { asker, openModeration } from "../support/open-moderation.ts";

const address = (channel: string): ReplyAddress => ({ platform: "fake", channel });

describe("what all moderators must know", () => {
  it("is posted once in every community's channel", async () => {
    const { room, platform } = await openModeration();
    await room.setChannel(address("desk"), asker("mod", { moderator: true }));
    await room.setChannel(address("office"), asker("boss", { moderator: true, community: "firm" }));

    await room.tell("the filters fail");
    await room.tell("the filters fail");

    const posted = platform.posted.map(({ address, message }) => [address["channel"], message.text, message.private]);
    expect(posted).toEqual([
      ["desk", "the filters fail", false],
      ["office", "the filters fail", false],
      ["desk", "the filters fail", false],
      ["office", "the filters fail", false],
    ]);
  });

  it("reaches the others when one place is down", async () => {
    const { room, platform } = await openModeration();
    await room.setChannel(address("desk"), asker("mod", { moderator: true }));
    await room.setChannel(address("office"), asker("boss", { moderator: true, community: "firm" }));
    platform.answerWith((key) => {
      if (key.includes("club")) throw new Error("down");
      return { state: "delivered" };
    });

    await room.tell("the filters fail");

    expect(platform.posted.map(({ address }) => address["channel"])).toEqual(["office"]);
  });

  it("is told to nobody where nobody wants to be told", async () => {
    const { room, platform } = await openModeration();

    await room.tell("the filters fail");

    expect(platform.posted).toEqual([]);
  });
});

describe("the door of the queue", () => {
  it("is closed while the safety filters fail, and says so", async () => {
    let fault: string | undefined = "the classifier has another sha256";
    const { room } = await openModeration({ safetyFault: () => fault });
    const eve = asker("eve");

    await expect(room.gate(eve)).rejects.toMatchObject({ code: "safety-stopped" });
    expect(await room.stats(asker("mod", { moderator: true }))).toMatchObject({ safetyFault: fault });
    fault = undefined;

    await expect(room.gate(eve)).resolves.toBeUndefined();
  });
});
