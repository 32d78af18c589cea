import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { envExample } from "../../src/config/env-example.ts";
import { loadSettings } from "../../src/config/load.ts";

function tempFile(name: string, content: string): string {
  const path = join(mkdtempSync(join(tmpdir(), "easel-config-")), name);
  writeFileSync(path, content);
  return path;
}

describe("settings", () => {
  it("have a default for everything", () => {
    const settings = loadSettings({ env: {} });

    expect(settings).toMatchObject({
      DEFAULT_MODEL: "easel-v1",
      DEVICES: ["auto"],
      REQUESTS_PER_MINUTE: 20,
      LOG_PROMPTS: "off",
      DISCORD_TOKEN: "",
    });
  });

  it("come from the environment before the file", () => {
    const envFile = tempFile(".env", "MAX_WAITING=5\nDEVICES=cuda:0, cuda:1\n");

    const settings = loadSettings({ env: { MAX_WAITING: "7" }, envFile });

    expect(settings.MAX_WAITING).toBe(7);
    expect(settings.DEVICES).toEqual(["cuda:0", "cuda:1"]);
  });

  it("reports all faults at once, with the limit", () => {
    const input = { env: { MAX_WAITING: "many", REQUESTS_PER_MINUTE: "0", DATABASE_SYNC: "maybe" } };

    expect(() => loadSettings(input)).toThrow(
      "The configuration is not valid:\nREQUESTS_PER_MINUTE=0 must be between 1 and 10000\nMAX_WAITING=many is not a whole number",
    );
    expect(() => loadSettings(input)).toThrow("DATABASE_SYNC=maybe must be one of normal, full");
  });

  it("reads a secret from the file that <NAME>_FILE names", () => {
    const path = tempFile("token", "abc\n");

    const settings = loadSettings({ env: { DISCORD_TOKEN_FILE: path } });

    expect(settings.DISCORD_TOKEN).toBe("abc");
  });

  it("names a secret file that cannot be read", () => {
    const input = { env: { SLACK_BOT_TOKEN_FILE: "/nowhere/token" } };

    expect(() => loadSettings(input)).toThrow("SLACK_BOT_TOKEN_FILE=/nowhere/token cannot be read");
  });

  it("are all in .env.example, in step with the table", () => {
    const file = readFileSync(new URL("../../.env.example", import.meta.url), "utf8");

    expect(file).toBe(envExample());
  });

  it("keep their defaults when .env.example is used as it is", () => {
    const settings = loadSettings({ env: {}, envFile: tempFile(".env", envExample()) });

    expect(settings).toEqual(loadSettings({ env: {} }));
  });
});
