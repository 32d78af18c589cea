import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { builtInRequest } from "../support/built-in-request.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

interface Told {
  readonly id: string;
  readonly state: string;
  readonly attempts: number;
  readonly pixels?: readonly string[];
}

const driver = fileURLToPath(new URL("../support/crash-driver.mjs", import.meta.url));
/** The first takes so long that it is surely killed in the middle. */
const requests = [
  builtInRequest({ prompt: "a fox", steps: 40 }),
  builtInRequest({ prompt: "two stars", pictures: [{ seed: 21, prompt: "two stars" }] }),
];
const programs: ChildProcess[] = [];

/** Starts the program in its own process group and waits for its first line. */
async function startProgram(folder: string, stopAt: string) {
  const program = spawn(process.execPath, [driver, folder, stopAt, JSON.stringify(requests)], {
    detached: true,
    stdio: ["ignore", "pipe", "inherit"],
  });
  programs.push(program);
  const [line] = (await once(createInterface({ input: program.stdout }), "line")) as [string];
  return { program, line };
}

/** kill -9 of the program and its device processes. */
async function killAll(program: ChildProcess): Promise<void> {
  const exited = once(program, "exit");
  process.kill(-program.pid!, "SIGKILL");
  await exited;
}

async function runToTheEnd(folder: string): Promise<readonly Told[]> {
  const { program, line } = await startProgram(folder, "end");
  if (program.exitCode === null) await once(program, "exit");
  return JSON.parse(line) as Told[];
}

function postedIn(folder: string): string[] {
  const lines = readFileSync(join(folder, "posted.jsonl"), "utf8").trim().split("\n");
  return lines.map((line) => (JSON.parse(line) as { key: string }).key);
}

afterEach(async () => {
  for (const program of programs.splice(0))
    if (program.exitCode === null && program.signalCode === null) await killAll(program);
});

describe("after kill -9 of the whole program", () => {
  let expected: readonly (readonly string[] | undefined)[] | undefined;

  /** The pixels of a run that nobody disturbs. */
  async function undisturbed() {
    expected ??= (await runToTheEnd(temporaryFolder())).map(({ pixels }) => pixels);
    return expected;
  }

  it.each([
    ["queued", 1],
    ["running", 2],
    ["encoding", 2],
    ["rendered", 1],
    ["posted", 1],
  ])(
    "while a job is %s, a restart answers every job once and with the same pixels",
    async (point, attempts) => {
      const folder = temporaryFolder();
      const { program } = await startProgram(folder, point);
      await killAll(program);

      const told = await runToTheEnd(folder);

      expect(told.map(({ state }) => state)).toEqual(["delivered", "delivered"]);
      expect(told.map(({ pixels }) => pixels)).toEqual(await undisturbed());
      expect(told[0]!.attempts).toBe(attempts);
      expect(postedIn(folder).sort()).toEqual(told.map(({ id }) => id).sort());
    },
    90_000,
  );

  it("twice in a row, the job that was running both times fails and the other is drawn", async () => {
    const folder = temporaryFolder();
    for (let i = 0; i < 2; i++) {
      const { program } = await startProgram(folder, "running");
      await killAll(program);
    }

    const told = await runToTheEnd(folder);

    expect(told.map(({ state }) => state)).toEqual(["failed", "delivered"]);
    expect(postedIn(folder).sort()).toEqual(told.map(({ id }) => id).sort());
  }, 90_000);
});
