import { createHash } from "node:crypto";
import type { RawPicture } from "../core/generator.ts";
import { excerpt } from "../core/plain-text.ts";
import type { Origin, OriginReason, PictureRegistry, PictureReport, RegisteredPicture } from "../core/provenance.ts";
import { readCredentials } from "./content-credentials.ts";
import type { CredentialFinding } from "./content-credentials.ts";
import { readFileTexts, type FileTexts } from "./file-texts.ts";
import { fingerprintOf, likeness } from "./perceptual-hash.ts";
import { readPicture } from "./read-picture.ts";
import type { ReadLimits } from "./read-picture.ts";
import { creatorToolOf, digitalSourceOf } from "./xmp.ts";
import type { Watermark, WatermarkFinding } from "./watermark.ts";

export interface VerifierDeps {
  /** Absent where this installation never posted anything. */
  readonly registry?: PictureRegistry;
  readonly watermark: Pick<Watermark, "detect">;
  /** PEM of this installation's certificate authorities. */
  readonly anchors: string;
}

/** Copies correlate above 0.99; different pictures whose hashes are close do not. */
const SAME_LOOKS = 0.97;
/** Digital Source Types by which a machine made at least a part of it. */
const MACHINE_MADE: readonly string[] = [
  "trainedAlgorithmicMedia",
  "compositeWithTrainedAlgorithmicMedia",
  "algorithmicMedia",
  "compositeSynthetic",
];
const MAX_NAME_CHARS = 80;

/**
 * Says where a picture file comes from, and why: looked up in the registry, by its content credentials, its watermark, its looks and its
 * labels. Rejects with UserError picture-unreadable.
 */
export function createVerifier(
  deps: VerifierDeps,
): (bytes: Uint8Array, fileName: string, limits?: ReadLimits) => Promise<PictureReport> {
  return async (bytes, fileName, limits) => {
    const picture = await readPicture(bytes, fileName, limits);
    const texts = await readFileTexts(bytes);
    const posted = await deps.registry?.bySha256(createHash("sha256").update(bytes).digest("hex"));
    const found = [
      posted && reason("registry", "made-here", `I made exactly this file: ${describe(posted)}.`),
      credentialsReason(await readCredentials(bytes, deps.anchors)),
      watermarkReason(await deps.watermark.detect(picture)),
      posted ? undefined : await looksReason(picture, deps.registry),
      ...textReasons(texts),
    ];
    const reasons = found.filter((found) => found !== undefined).toSorted((a, b) => weight(a) - weight(b));
    return {
      verdict: reasons[0]?.points ?? "unknown",
      reasons: reasons.length === 0 ? [NOTHING] : reasons,
      ...(texts.parameters === undefined ? {} : { parameters: texts.parameters }),
    };
  };
}

const WEIGHTS: readonly Origin[] = ["made-here", "other-ai", "unknown"];
const weight = ({ points }: OriginReason): number => WEIGHTS.indexOf(points);

const NOTHING: OriginReason = {
  evidence: "none",
  points: "unknown",
  text: "Nothing in it says who made it. That proves nothing: labels and watermarks can be removed, and most pictures have none.",
};

function reason(evidence: OriginReason["evidence"], points: Origin, text: string): OriginReason {
  return { evidence, points, text };
}

function describe({ job, index, model, madeAt }: RegisteredPicture): string {
  const which = index === undefined ? "the pictures" : `picture ${index + 1}`;
  return `${which} of job ${job}, drawn by ${model} on ${new Date(madeAt).toISOString().slice(0, 10)}`;
}

function credentialsReason(finding: CredentialFinding): OriginReason | undefined {
  const { state, source } = finding;
  const signer = quoted(finding.signer ?? "somebody");
  if (state === "none") return undefined;
  if (state === "trusted") {
    return reason(
      "credentials",
      "made-here",
      "Its content credentials are signed by this Easel, and nothing was changed since.",
    );
  }
  if (state === "invalid") {
    return reason(
      "credentials",
      "unknown",
      "It has content credentials, but they do not fit it: it was changed after signing, or they were taken from another picture.",
    );
  }
  const by = `Its content credentials, signed by ${signer}, whom I do not know,`;
  return source !== undefined && MACHINE_MADE.includes(source)
    ? reason("credentials", "other-ai", `${by} say that a machine made it (${source}).`)
    : reason("credentials", "unknown", `${by} do not say that a machine made it.`);
}

function watermarkReason({ maker, score }: WatermarkFinding): OriginReason | undefined {
  if (maker === undefined) return undefined;
  const strength = `(score ${(maker === "this-easel" ? score.joint : score.public).toFixed(1)}; by chance below 5.5)`;
  return maker === "this-easel"
    ? reason("watermark", "made-here", `It carries this Easel's invisible watermark ${strength}.`)
    : reason("watermark", "other-ai", `It carries the invisible watermark of another Easel ${strength}.`);
}

async function looksReason(
  picture: RawPicture,
  registry: PictureRegistry | undefined,
): Promise<OriginReason | undefined> {
  const fingerprint = registry && (await fingerprintOf(picture));
  if (!fingerprint) return undefined;
  const candidates = await registry.byLooks(fingerprint.hash);
  const same = candidates.find((known) => likeness(known.fingerprint.thumbnail, fingerprint.thumbnail) >= SAME_LOOKS);
  return same && reason("looks", "made-here", `It looks like something I made: ${describe(same)}.`);
}

/** Labels that anybody can write: they are believed when they say “machine”, and never when they say whose. */
function textReasons({ xmp, parameters }: FileTexts): readonly OriginReason[] {
  const source = xmp === undefined ? undefined : digitalSourceOf(xmp);
  const tool = xmp === undefined ? undefined : creatorToolOf(xmp);
  const by = tool === undefined ? "" : `, made with ${quoted(tool)}`;
  const label =
    source !== undefined && MACHINE_MADE.includes(source)
      ? [reason("label", "other-ai", `It is labelled as made by a machine (${source}${by}).`)]
      : [];
  // Every generator that writes a recipe names these two in its last line.
  const isRecipe = parameters !== undefined && /(^|\n)Steps: \d+,.*\bSeed: \d+/.test(parameters);
  return isRecipe
    ? [
        ...label,
        reason("recipe", "other-ai", "It holds a recipe as picture generators write it (prompt, steps, seed)."),
      ]
    : label;
}

/** Names come out of the file: one short line, whatever is in them. */
function quoted(name: string): string {
  return `“${excerpt(name, MAX_NAME_CHARS)}”`;
}
