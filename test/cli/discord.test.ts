import { describe, expect, it } from "vitest";
import type { Finding } from "../../src/cli/doctor-checks.ts";
import { startDiscord } from "../journeys/run-discord.ts";
import { runEasel } from "../support/run-easel.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const LIMIT_MS = 120_000;

describe("easel register", () => {
  it(
    "registers once, doctor sees it, and a second run sends nothing",
    async () => {
      const discord = await startDiscord();
      const cwd = temporaryFolder();
      const env = { DISCORD_TOKEN: discord.token, DISCORD_API_URL: discord.apiUrl };

      const first = await runEasel(["register"], { cwd, env });
      const second = await runEasel(["register"], { cwd, env });
      const doctor = await runEasel(["doctor", "--json"], { cwd, env });

      expect(first).toMatchObject({
        code: 0,
        out: expect.stringMatching(/^\d+ commands are registered everywhere\.\n$/),
      });
      expect(second).toMatchObject({ code: 0, out: "Nothing has changed; nothing was sent.\n" });
      expect(discord.requests.filter(({ method }) => method === "PUT")).toHaveLength(1);
      const findings = JSON.parse(doctor.out) as Finding[];
      expect(findings.find(({ check }) => check === "discord commands")).toMatchObject({ state: "ok" });
      expect(discord.violations).toEqual([]);
    },
    LIMIT_MS,
  );

  it(
    "says in a sentence that there is no token, or that it is wrong",
    async () => {
      const discord = await startDiscord();
      const cwd = temporaryFolder();

      const none = await runEasel(["register"], { cwd });
      const wrong = await runEasel(["register"], {
        cwd,
        env: { DISCORD_TOKEN: "wrong.token.here", DISCORD_API_URL: discord.apiUrl, LOG_LEVEL: "silent" },
      });

      expect(none).toEqual({ code: 1, out: "", err: expect.stringContaining("There is no DISCORD_TOKEN") });
      expect(wrong).toEqual({ code: 1, out: "", err: "easel: Discord refuses: it does not accept the token.\n" });
      expect(discord.counters.invalidRequests).toBeLessThanOrEqual(5);
    },
    LIMIT_MS,
  );
});

describe("easel invite-url", () => {
  it(
    "prints the links of the token's application",
    async () => {
      const discord = await startDiscord();

      const { code, out } = await runEasel(["invite-url"], {
        cwd: temporaryFolder(),
        env: { DISCORD_TOKEN: discord.token, DISCORD_API_URL: discord.apiUrl },
      });

      expect(code).toBe(0);
      expect(out).toContain(`client_id=${discord.world.applicationId}&permissions=274878024704`);
    },
    LIMIT_MS,
  );
});
