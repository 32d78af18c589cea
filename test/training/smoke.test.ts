import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { needsPython, SYSTEM_PYTHON } from "../support/needs-python.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const MINUTES = 8;
const hasAll = ["torch", "onnx", "numpy", "PIL"].map(needsPython).every(Boolean);

async function train(work: string, ...more: readonly string[]): Promise<{ status: number; out: string }> {
  const args = ["-m", "training.run", "--smoke", "--threads", "1", "--work", work, ...more];
  const child = spawn(SYSTEM_PYTHON, args, { cwd: root, stdio: "pipe" });
  let out = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text: Buffer) => (out += text.toString()));
  const [status] = (await once(child, "close")) as [number];
  return { status, out };
}

describe.skipIf(!hasAll)("the smoke run of the training", () => {
  const ends: (() => Promise<void>)[] = [];
  const work = temporaryFolder((end) => ends.push(end));
  let run: Awaited<ReturnType<typeof train>>;
  beforeAll(async () => {
    run = await train(work);
    return async () => {
      for (const end of ends) await end();
    };
  }, MINUTES * 60_000);

  it("goes through every stage", () => {
    expect(run.status, run.out).toBe(0);
    for (const stage of ["data", "vae", "denoiser", "distil", "export", "recogniser", "evaluate"])
      expect(run.out).toContain(`${stage}: `);
  });

  it("writes a model folder with graphs, tokenizer, memory and vocabulary", () => {
    const graphs = ["text_encoder", "unet", "vae_encoder", "vae_decoder"];

    for (const graph of graphs)
      expect(statSync(join(work, "export", graph, "model.onnx")).size).toBeGreaterThan(50_000);
    for (const file of ["tokenizer/tokenizer.json", "memory/noto.bin", "vocabulary.json"])
      expect(existsSync(join(work, "export", file)), file).toBe(true);
  });

  it("indexes every picture of the memory inside its file", () => {
    const index = JSON.parse(readFileSync(join(work, "export/memory/index.json"), "utf8")) as {
      styles: string[];
      concepts: { pictures: Record<string, [number, number]> }[];
    };

    expect(index.concepts.length).toBe(6);
    for (const style of index.styles) {
      const bytes = readFileSync(join(work, "export/memory", `${style}.bin`));
      for (const { pictures } of index.concepts) {
        const [offset, length] = pictures[style]!;
        expect(bytes.toString("latin1", offset, offset + 4)).toBe("RIFF");
        expect(offset + length).toBeLessThanOrEqual(bytes.length);
      }
    }
  });

  it("judges what Easel draws, and the judge itself", () => {
    const report = JSON.parse(readFileSync(join(work, "evaluation/report.json"), "utf8")) as {
      benchmark: Record<string, Record<string, number>>;
    };

    for (const kind of ["subject", "colour", "background", "count", "relation", "style"]) {
      const answers = report.benchmark[kind]!;
      expect(Object.keys(answers)).toEqual(["model", "judge on true pictures"]);
      for (const share of Object.values(answers)) expect(share >= 0 && share <= 1).toBe(true);
    }
    expect(statSync(join(work, "evaluation/contact-sheet.jpg")).size).toBeGreaterThan(5_000);
  });

  it("builds the same memory twice", async () => {
    const again = temporaryFolder();

    const { status, out } = await train(again, "--stages", "data");

    expect(status, out).toBe(0);
    expect(readFileSync(join(again, "data-hashes.json"), "utf8")).toBe(
      readFileSync(join(work, "data-hashes.json"), "utf8"),
    );
  }, 240_000);
});
