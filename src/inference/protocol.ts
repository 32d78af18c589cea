import type { Failure } from "../core/errors.ts";
import type { Generated, GenerateEvent, GenerateTask, RawPicture } from "../core/generator.ts";
import type { LogFields } from "../core/logger.ts";
import type { Verdict } from "../core/verdict.ts";

/** Both ends are built together; the number guards against a half-finished update on disk. */
export const PROTOCOL_VERSION = 2;

/** What a child needs to know about its device, once. */
export interface DeviceSettings {
  /** Unique within the pool, e.g. "cpu-0"; also the worker's name in the queue and in logs. */
  readonly id: string;
  /** Execution device: "cpu", "cuda:0" ... (see SessionOptions). */
  readonly device: string;
  readonly threads: number;
  /** Folder with the image filters' folders (classifier.json); without a usable one nothing is shown. */
  readonly classifiers: string;
  /** Folder for optimised graphs; absent = no cache. */
  readonly cacheDir?: string;
  /** Draw with int8 variants where a model has them and this processor gains from them; absent = full precision. */
  readonly int8?: boolean;
  /** Rows of a denoiser that run together; absent = as many as the device measures to be fastest. */
  readonly rowsAtOnce?: number;
  /** Whose random numbers pictures begin with: torch's on a CPU (where it is absent), or torch's on a CUDA device. */
  readonly noise?: "cpu" | "cuda";
}

/** Bot process -> child. `run` numbers the runs of a device, so that late messages of an earlier run are recognised. */
export type ParentMessage =
  | { readonly type: "hello"; readonly version: number; readonly settings: DeviceSettings }
  | { readonly type: "generate"; readonly run: number; readonly task: GenerateTask; readonly modelPath: string }
  | { readonly type: "cancel"; readonly run: number }
  /** Look at a picture that somebody uploaded; also while a run is under way, between two of its steps. */
  | { readonly type: "review"; readonly review: number; readonly picture: RawPicture }
  /** Tell how well each phrase fits a picture, by the scorer of a model folder. */
  | {
      readonly type: "score";
      readonly scoring: number;
      readonly modelPath: string;
      readonly picture: RawPicture;
      readonly phrases: readonly string[];
    }
  /** Finish what runs, free the sessions, exit. */
  | { readonly type: "drain" };

/** Child -> bot process. Every message is also a sign of life. */
export type ChildMessage =
  | { readonly type: "ready"; readonly version: number; readonly rssBytes: number }
  | { readonly type: "loaded"; readonly run: number; readonly model: string; readonly rssBytes: number }
  | { readonly type: "event"; readonly run: number; readonly event: GenerateEvent }
  | { readonly type: "done"; readonly run: number; readonly generated: Generated; readonly rssBytes: number }
  | { readonly type: "failed"; readonly run: number; readonly failure: Failure; readonly rssBytes: number }
  /** A bug, or a broken runtime: `stack` is for the log, `failure` for people. The process should be replaced. */
  | { readonly type: "broken"; readonly run: number; readonly failure: Failure; readonly stack: string }
  | { readonly type: "aborted"; readonly run: number; readonly rssBytes: number }
  | { readonly type: "reviewed"; readonly review: number; readonly verdict: Verdict; readonly rssBytes: number }
  | {
      readonly type: "scored";
      readonly scoring: number;
      readonly scores: readonly number[];
      readonly rssBytes: number;
    }
  | {
      readonly type: "scored";
      readonly scoring: number;
      readonly scores?: never;
      readonly failure: Failure;
      readonly rssBytes: number;
    }
  | {
      readonly type: "log";
      readonly level: "debug" | "info" | "warn" | "error";
      readonly message: string;
      readonly fields: LogFields;
    };
