import { describe, expect, it } from "vitest";
import type { Interaction } from "../../../src/core/interaction.ts";
import { createManifest, OPTIONAL_SCOPES } from "../../../src/platforms/slack/manifest.ts";
import { openSlack, PIXEL } from "./open-slack.ts";

async function asked(options: Parameters<typeof openSlack>[0] = {}) {
  const opened = await openSlack(options);
  const { slack } = opened;
  const teamId = slack.workspace.id;
  slack.emoji.add({ teamId, name: "ourmascot", bytes: PIXEL });
  slack.emoji.alias({ teamId, name: "mascot", of: "mascot2" });
  slack.emoji.alias({ teamId, name: "mascot2", of: "ourmascot" });
  slack.emoji.alias({ teamId, name: "yes", of: "thumbsup" });
  slack.emoji.alias({ teamId, name: "loop", of: "loop" });
  slack.inject.slash({ command: "/easel", text: "queue" });
  const interaction: Interaction = await opened.next();
  return { ...opened, find: (name: string) => interaction.findEmoji!(name) };
}

describe("a workspace's own emoji", () => {
  it("are found by name and by other names, and everybody may fetch them", async () => {
    const { slack, platform, find } = await asked();

    const [first, second] = [await find("ourmascot"), await find("mascot")];
    const picture = await fetch(first!);

    expect(first).toMatch(/\/emoji\/T\w+\/ourmascot\//);
    expect(second).toBe(first);
    expect(Buffer.from(await picture.arrayBuffer())).toEqual(PIXEL);
    expect(slack.log.requests.filter(({ method }) => method === "emoji.list")).toHaveLength(1);
    expect(platform.uploads).toMatchObject({
      hosts: ["files.slack.com", "emoji.slack-edge.com", new URL(slack.apiUrl).origin],
    });
  });

  it.each(["nobody", "yes", "loop", "toString"])("are not found where there is no picture of one: %s", async (name) => {
    const { find } = await asked();

    expect(await find(name)).toBeUndefined();
  });

  it("are not looked up without the scope, and the sentence names it", async () => {
    const scopes = ["commands", "chat:write", "users:read"];
    const { find, slack } = await asked({ simulator: { scopes }, provokes: /^emoji\.list: missing_scope/ });

    await expect(find("ourmascot")).rejects.toThrow("the scope emoji:read");
    expect(slack.log.errors.get("missing_scope")).toBe(1);
  });

  it("get no token: files that people share do, and nothing else", async () => {
    const { slack, platform, find } = await asked();
    const headers = platform.uploads?.from === "hosts" ? platform.uploads.headers! : () => ({});
    const file = slack.inject.upload({ filename: "fox.png", bytes: PIXEL });

    expect(headers((await find("ourmascot"))!)).toEqual({});
    expect(headers("https://emoji.slack-edge.com/T1/ourmascot/files-pri/1.png")).toEqual({});
    expect(headers(`${slack.originUrl}/files-pri/${slack.workspace.id}-${file.id}/fox.png`)).toEqual({
      authorization: `Bearer ${slack.botToken}`,
    });
  });

  it("need a scope that a workspace may leave out", () => {
    const { scopes } = createManifest([]).oauth_config!;

    expect(scopes).toMatchObject({ bot_optional: OPTIONAL_SCOPES });
    expect(OPTIONAL_SCOPES).toContain("emoji:read");
    expect(scopes!.bot).not.toContain("emoji:read");
  });
});
