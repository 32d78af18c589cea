import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { RawPicture } from "../core/generator.ts";
import { ALLOW, worst, type ImageFilter, type Verdict } from "../core/verdict.ts";
import type { OpenSession, Session, SessionOptions } from "../onnx/session.ts";
import { readClassifierManifest, type ClassifierManifest } from "./classifier-manifest.ts";
import { toClassifierInput } from "./picture-input.ts";
import { selfTestPicture } from "./self-test-picture.ts";

export interface OnnxClassifier extends ImageFilter {
  readonly manifest: ClassifierManifest;
  /** One score per label. Rejects when the graph fails or gives anything that is not a number. */
  scores(picture: RawPicture): Promise<readonly number[]>;
  release(): Promise<void>;
}

/**
 * Opens the classifier that a classifier.json describes. Rejects with an Error when the file, its sha256, its ports or its scores of the
 * self-test picture are not what the description says.
 */
export async function openClassifier(
  manifestPath: string,
  deps: { openSession: OpenSession; sessionOptions: SessionOptions },
): Promise<OnnxClassifier> {
  const manifest = await readClassifierManifest(manifestPath);
  const path = join(dirname(manifestPath), manifest.file);
  const sha256 = createHash("sha256")
    .update(await readFile(path))
    .digest("hex");
  if (sha256 !== manifest.sha256) throw new Error(`${path} has the sha256 ${sha256}, not ${manifest.sha256}`);
  const session = await deps.openSession(path, deps.sessionOptions);
  try {
    const classifier = createClassifier(manifest, session);
    await checkScores(classifier);
    return classifier;
  } catch (error) {
    await session.release();
    throw error;
  }
}

function createClassifier(manifest: ClassifierManifest, session: Session): OnnxClassifier {
  const { input, output, labels, policies } = manifest;
  if (!session.input(input.name)) throw new Error(`${session.path} has no input ${input.name}`);

  async function scores(picture: RawPicture): Promise<readonly number[]> {
    const results = await session.run({ [input.name]: toClassifierInput(picture, input) }, [output.name]);
    const values = activate(Array.from(results[output.name]!.data), output.activation);
    if (values.length !== labels.length)
      throw new Error(`${manifest.id} gives ${values.length} scores for ${labels.length} labels`);
    if (!values.every(Number.isFinite)) throw new Error(`${manifest.id} gives scores that are not numbers`);
    return values;
  }

  return {
    id: manifest.id,
    manifest,
    scores,
    async review(picture) {
      const values = await scores(picture);
      const verdicts = policies.map((policy): Verdict => {
        const sum = policy.labels.reduce((total, label) => total + values[labels.indexOf(label)]!, 0);
        return sum < policy.threshold || policy.level === "allow" ? ALLOW : { level: policy.level, rule: policy.rule };
      });
      return verdicts.reduce(worst, ALLOW);
    },
    release: () => session.release(),
  };
}

function activate(
  values: readonly number[],
  activation: ClassifierManifest["output"]["activation"],
): readonly number[] {
  if (activation === "none") return values;
  if (activation === "sigmoid") return values.map((value) => 1 / (1 + Math.exp(-value)));
  const most = Math.max(...values);
  const powers = values.map((value) => Math.exp(value - most));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

async function checkScores(classifier: OnnxClassifier): Promise<void> {
  const { id, labels, selfTest } = classifier.manifest;
  const scores = await classifier.scores(selfTestPicture());
  const wrong = labels.findIndex(
    (_, index) => Math.abs(scores[index]! - (selfTest?.scores[index] ?? scores[index]!)) > (selfTest?.tolerance ?? 1),
  );
  if (wrong >= 0) {
    throw new Error(
      `${id} says ${labels[wrong]} ${scores[wrong]} of the self-test picture, not ${selfTest?.scores[wrong]}`,
    );
  }
}
