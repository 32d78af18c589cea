import type { ImageRequest, InputRole, Mode } from "./image-request.ts";
import type { PhaseTimings } from "./job.ts";
import type { TaughtPicture } from "./taught.ts";
import type { Verdict } from "./verdict.ts";

/** Interleaved 8-bit pixels, straight (not premultiplied) alpha. */
export interface RawPicture {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly channels: 3 | 4;
  readonly data: Uint8Array;
}

export interface GenerateTask {
  readonly job: string;
  readonly request: ImageRequest;
  readonly inputs: Partial<Record<InputRole, RawPicture>>;
  /** Concepts that the request's community taught and its prompts name. */
  readonly taught?: readonly TaughtPicture[];
  /** Pictures of the current state are wanted. */
  readonly previews: boolean;
}

export interface GeneratedPicture extends RawPicture {
  readonly seed: number;
  /** Which recipe of request.pictures made it, where others were left out; absent = the one at the same place. */
  readonly recipe?: number;
  /** What the image filters say. */
  readonly verdict: Verdict;
}

export interface Generated {
  /** In the order of request.pictures, or the best first where they were candidates. */
  readonly pictures: readonly GeneratedPicture[];
  readonly timings: PhaseTimings;
  readonly notes: readonly string[];
}

export type GenerateEvent =
  | { readonly type: "loading"; readonly model: string }
  | { readonly type: "step"; readonly step: number; readonly steps: number }
  | { readonly type: "preview"; readonly picture: RawPicture }
  | { readonly type: "decoding" };

/**
 * Turns a complete request into pixels. Same request and model, same pixels. Rejects with a UserError for bad requests and models, with an
 * AbortError (DOMException) when `signal` fired (checked between steps), and with CrashError when the device process died.
 */
export interface Generator {
  generate(task: GenerateTask, onEvent: (event: GenerateEvent) => void, signal: AbortSignal): Promise<Generated>;
}

/** One device: a generator that runs one task at a time. */
export interface DeviceSlot extends Generator {
  readonly id: string;
  /** The model it has loaded: asking for that one again is cheaper. */
  model(): string | undefined;
  /** Resolves when the device is started and has nothing to do; rejects with an AbortError when `signal` fires first. */
  whenIdle(signal: AbortSignal): Promise<void>;
}

/** The process behind a device died or hung; trying once more is worth it. */
export class CrashError extends Error {
  override readonly name = "CrashError";
}

/** What a model can do, as the front knows it without loading it. */
export interface ModelCapabilities {
  readonly modes: readonly Mode[];
}
