import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { createDiscordSimulator } from "../../../src/simulator/discord/create-discord-simulator.ts";
import type { DiscordSimulator } from "../../../src/simulator/discord/discord-simulator.ts";
import { createWaiters } from "../../../src/simulator/discord/waiters.ts";
import { createDiscordOpenApi } from "../../support/discord-openapi.ts";
import { needsPython, SYSTEM_PYTHON } from "../../support/needs-python.ts";
import { realClock } from "../../support/real-clock.ts";

const openApi = createDiscordOpenApi();
const script = fileURLToPath(new URL("discord-py-client.py", import.meta.url));

describe.skipIf(!needsPython("discord"))("the simulated Discord, seen by discord.py", () => {
  let discord: DiscordSimulator | undefined;
  let python: ChildProcess | undefined;

  afterEach(async () => {
    python?.kill("SIGKILL");
    await discord?.stop();
  });

  /** Starts the bot; the returned function waits for a line that it prints. */
  function startBot(discord: DiscordSimulator): (start: string) => Promise<string> {
    const seen: string[] = [];
    const waiters = createWaiters<string>(realClock);
    const { port } = new URL(discord.apiUrl);
    const child = spawn(SYSTEM_PYTHON, [script, port, discord.token], { stdio: ["ignore", "pipe", "pipe"] });
    python = child;
    const hear = (line: string) => {
      seen.push(line);
      waiters.offer(line);
    };
    createInterface({ input: child.stdout }).on("line", hear);
    createInterface({ input: child.stderr }).on("line", hear);
    return (start) =>
      waiters
        .wait(`“${start}”`, seen, (line) => line.startsWith(start), 20_000)
        .catch((error: unknown) => {
          throw new Error(`discord.py said:\n${seen.join("\n")}`, { cause: error });
        });
  }

  it("reaches READY, registers, receives, defers, edits with a picture and resumes", async () => {
    discord = await createDiscordSimulator({ clock: realClock, checkRequest: openApi.checkRequest });

    const says = startBot(discord);
    const ready = await says("ready");
    await says("registered");
    const interaction = discord.inject.slash({ name: "imagine", options: { prompt: "a red fox" } });
    const edited = await says("edited");
    discord.gateway.drop();
    const missed = discord.inject.slash({ name: "imagine", options: { prompt: "a blue fox" } });
    await says("resumed");
    await missed.waitForCallback();

    expect(ready).toBe("ready easel ['Studio']");
    expect(edited).toBe("edited fox.png");
    expect(interaction.callback()?.type).toBe(5);
    expect(interaction.original()?.message).toMatchObject({ content: "a red fox", attachments: [{ size: 7 }] });
    expect(discord.counters).toMatchObject({ identifies: 1, resumes: 1 });
    expect(discord.violations.filter(({ refused }) => refused)).toEqual([]);
    expect(discord.requests.flatMap((request) => openApi.checkResponse(request))).toEqual([]);
  });
});
