import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { runEasel } from "../support/run-easel.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const onnxRoom = fileURLToPath(new URL("../../src/onnx/", import.meta.url));

it("is imported before onnxruntime-node in every file that imports it", () => {
  const files = readdirSync(onnxRoom).map((name) => [name, readFileSync(`${onnxRoom}${name}`, "utf8")] as const);
  const loading = files.filter(([, text]) => /^import (?!type).*"onnxruntime-node"/m.test(text));

  const late = loading.filter(([, text]) => !text.startsWith('import "./no-telemetry.ts";')).map(([name]) => name);

  expect(loading.length).toBeGreaterThan(0);
  expect(late).toEqual([]);
});

it("keeps onnxruntime from collecting events and from numbering the machine", async () => {
  const cwd = temporaryFolder();

  await runEasel(["imagine", "a fox", "--out", "a.png"], { cwd });
  await runEasel(["doctor"], { cwd });

  expect(execFileSync("find", [cwd, "-name", "*onnxruntime*"]).toString()).toBe("");
  expect(readdirSync(cwd).sort()).toEqual(["a.png", "data"]);
});
