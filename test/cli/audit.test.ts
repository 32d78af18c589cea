import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { auditLine } from "../../src/cli/audit.ts";
import { imageRequest } from "../support/image-request.ts";
import { asker, openModeration } from "../support/open-moderation.ts";
import { newJob } from "../support/open-test-queue.ts";
import { runEasel } from "../support/run-easel.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** Data of a bot in which ann was refused once and has one request that waits. */
async function dataFolder() {
  const open = await openModeration();
  const { room, queue, folder } = open;
  const ann = asker("ann");
  await queue.enqueue(newJob("one", { ...ann, request: imageRequest({ prompt: "a sentinel" }) }));
  await room.requests.refused([newJob("two", ann)], "nudity/words");
  const env = { DATA_DIR: folder };
  return { ...open, easel: (...args: string[]) => runEasel(args, { cwd: temporaryFolder(), env }), ann };
}

describe("easel audit", () => {
  it("lists what happened and finds that nothing was changed", async () => {
    const { easel } = await dataFolder();

    const listed = await easel("audit", "list");
    const json = await easel("audit", "list", "--json", "--person", "fake:ann");
    const verified = await easel("audit", "verify");

    expect(listed.out).toMatch(
      /^2026-01-01T00:00:00.000Z {2}1 request-refused by fake:ann platform=fake community=club person=fake:ann rule=nudity\/words hash=[0-9a-f]{12}\n$/,
    );
    expect(JSON.parse(json.out)).toMatchObject({ event: "request-refused", rule: "nudity/words" });
    expect(verified).toMatchObject({ code: 0, out: expect.stringMatching(/sound: 1 rows. Head: [0-9a-f]{64}/) });
  });

  it("ends with 1 when somebody changed a row", async () => {
    const { easel, database } = await dataFolder();
    database.exec("UPDATE audit SET body = replace(body, 'nudity', 'gore')");

    const verified = await easel("audit", "verify");

    expect(verified).toMatchObject({ code: 1, out: "The audit log is NOT sound. Row 1: it was changed.\n" });
  });

  it("says so when there is no data", async () => {
    const cwd = temporaryFolder();

    expect(await runEasel(["audit", "list"], { cwd })).toMatchObject({
      code: 1,
      err: expect.stringContaining("not there yet"),
    });
  });

  it("keeps a row on one line, whatever is in it", () => {
    const row = {
      sequence: 1,
      at: 0,
      event: "report",
      by: "x:1\nfake row",
      previous: "",
      detail: 'a "b"\r\n\u001b[31m',
    };

    const line = auditLine({ ...row, event: "report" });

    expect(line).toBe(String.raw`1970-01-01T00:00:00.000Z  1 report by "x:1\nfake row" detail="a \"b\"\r\n\u001b[31m"`);
  });
});

describe("easel privacy", () => {
  it("writes a file for the person that nobody else can read", async () => {
    const { easel, folder } = await dataFolder();
    const file = join(folder, "ann.json");

    const ended = await easel("privacy", "export", "fake", "ann", "--out", file);
    const again = await easel("privacy", "export", "fake", "ann", "--out", file);

    expect(ended.code).toBe(0);
    expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({
      person: "fake:ann",
      jobs: [{ request: { prompt: "a sentinel" } }],
      strikes: [{ rule: "nudity/words" }],
    });
    expect(statSync(file).mode & 0o077).toBe(0);
    expect(again).toMatchObject({ code: 1, err: expect.stringContaining("cannot be written") });
  });

  it("erases only when it is told to be sure", async () => {
    const { easel, folder, database } = await dataFolder();
    database.close();
    const onDisk = () =>
      readdirSync(folder)
        .filter((name) => name.startsWith("easel.db"))
        .some((name) => readFileSync(join(folder, name), "latin1").includes("sentinel"));

    const asked = await easel("privacy", "delete", "fake", "ann");
    const before = onDisk();
    const done = await easel("privacy", "delete", "fake", "ann", "--yes");

    expect(asked).toMatchObject({ code: 1, err: expect.stringContaining("Erasing 1 requests and 0 pictures") });
    expect(before).toBe(true);
    expect(done).toMatchObject({ code: 0, out: "Erased: 1 request, 0 files.\n" });
    expect(onDisk()).toBe(false);
  });
});
