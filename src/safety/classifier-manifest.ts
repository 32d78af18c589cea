import { readFile } from "node:fs/promises";
import { VERDICTS, type VerdictLevel } from "../core/verdict.ts";
import { createJsonCheck, type JsonCheck } from "./json-check.ts";
import type { InputSpec } from "./picture-input.ts";
import { categoryOf, isKnownCategory } from "./policy.ts";

/** An image classifier in ONNX, described by the classifier.json beside it. */
export interface ClassifierManifest {
  readonly id: string;
  /** The ONNX file, in the same folder. */
  readonly file: string;
  readonly sha256: string;
  readonly input: InputSpec & { readonly name: string };
  readonly output: { readonly name: string; readonly activation: "none" | "softmax" | "sigmoid" };
  readonly labels: readonly string[];
  /** Scores of the labels are added; at the threshold the rule is broken. */
  readonly policies: readonly ClassifierPolicy[];
  /** What the classifier says of the self-test picture. */
  readonly selfTest?: { readonly scores: readonly number[]; readonly tolerance: number };
}

export interface ClassifierPolicy {
  readonly rule: string;
  readonly labels: readonly string[];
  readonly threshold: number;
  readonly level: VerdictLevel;
}

const FILE_NAME = /^[\w.-]+\.onnx$/;
const MAX_SIDE_PX = 2_048;

/** Reads and checks a classifier.json. Rejects with an Error that names the file and the field. */
export async function readClassifierManifest(path: string): Promise<ClassifierManifest> {
  const check = createJsonCheck((field, fault) => new Error(`${path}: ${field}: ${fault}`));
  const root = check.object("the file", JSON.parse(await readFile(path, "utf8")) as unknown);
  const file = check.string("file", root["file"]);
  if (!FILE_NAME.test(file)) check.fail("file", "must be the name of an .onnx file in the same folder");
  const sha256 = check.string("sha256", root["sha256"]);
  if (!/^[0-9a-f]{64}$/.test(sha256)) check.fail("sha256", "must be 64 hexadecimal digits");
  const labels = check.strings("labels", root["labels"]);
  const policies = check.array("policies", root["policies"]);
  if (policies.length === 0) check.fail("policies", "must name at least one rule");
  const output = check.object("output", root["output"]);
  return {
    id: check.string("id", root["id"]),
    file,
    sha256,
    input: readInput(check, root["input"]),
    output: {
      name: check.string("output.name", output["name"]),
      activation: check.oneOf("output.activation", output["activation"] ?? "none", ["none", "softmax", "sigmoid"]),
    },
    labels,
    policies: policies.map((policy, index) => readPolicy(check, `policies[${index}]`, policy, labels)),
    ...(root["selfTest"] === undefined ? {} : { selfTest: readSelfTest(check, root["selfTest"], labels.length) }),
  };
}

function readInput(check: JsonCheck, value: unknown): ClassifierManifest["input"] {
  const input = check.object("input", value);
  return {
    name: check.string("input.name", input["name"]),
    layout: check.oneOf("input.layout", input["layout"], ["NHWC", "NCHW"]),
    widthPx: check.number("input.widthPx", input["widthPx"], 1, MAX_SIDE_PX),
    heightPx: check.number("input.heightPx", input["heightPx"], 1, MAX_SIDE_PX),
    resize: check.oneOf("input.resize", input["resize"], ["bilinear-aligned", "bilinear", "bicubic", "lanczos"]),
    fit: check.oneOf("input.fit", input["fit"], ["stretch", "center-crop"]),
    mean: check.numbers("input.mean", input["mean"], 3),
    std: check.numbers("input.std", input["std"], 3),
  };
}

function readPolicy(check: JsonCheck, field: string, value: unknown, labels: readonly string[]): ClassifierPolicy {
  const policy = check.object(field, value, ["rule", "labels", "threshold", "level"]);
  const rule = check.string(`${field}.rule`, policy["rule"]);
  if (!isKnownCategory(categoryOf(rule))) check.fail(`${field}.rule`, `“${rule}” does not start with a category`);
  const named = check.strings(`${field}.labels`, policy["labels"]);
  const unknown = named.find((label) => !labels.includes(label));
  if (unknown !== undefined || named.length === 0)
    check.fail(`${field}.labels`, `must be some of ${labels.join(", ")}`);
  return {
    rule,
    labels: named,
    threshold: check.number(`${field}.threshold`, policy["threshold"], 0.01, 1),
    level: check.oneOf(`${field}.level`, policy["level"] ?? "refuse", VERDICTS),
  };
}

function readSelfTest(check: JsonCheck, value: unknown, count: number): NonNullable<ClassifierManifest["selfTest"]> {
  const test = check.object("selfTest", value, ["about", "scores", "tolerance"]);
  return {
    scores: check.numbers("selfTest.scores", test["scores"], count),
    tolerance: check.number("selfTest.tolerance", test["tolerance"], 1e-9, 1),
  };
}
