/** What a picture looks like, in few bytes: equal for copies that were compressed or resized. */
export interface PictureFingerprint {
  /** 64 bits as 16 hexadecimal digits (pHash); copies differ in few of them. */
  readonly hash: string;
  /** [16 x 16] brightness, row by row: tells apart what hashes alike. */
  readonly thumbnail: Uint8Array;
}

/** A picture that this installation posted. */
export interface RegisteredPicture {
  readonly job: string;
  /** Which of the job's pictures, from 0; absent = several in one file. */
  readonly index?: number;
  readonly model: string;
  readonly madeAt: number;
}

/** Everything that was ever posted, to recognise it when it comes back. */
export interface PictureRegistry {
  /** Remembers a file by the sha256 of its bytes and, where the picture has features at all, by its looks. The same bytes again change nothing. */
  add(file: RegisteredPicture & { readonly sha256: string; readonly fingerprint?: PictureFingerprint }): Promise<void>;
  bySha256(sha256: string): Promise<RegisteredPicture | undefined>;
  /** Pictures whose hash differs in at most 7 bits, nearest first. */
  byLooks(hash: string): Promise<readonly (RegisteredPicture & { readonly fingerprint: PictureFingerprint })[]>;
  /** Forgets a job's pictures: when they are purged. */
  forget(job: string): Promise<void>;
}

/** made-here: by this installation. other-ai: by a machine, another one. unknown: nothing says so, which proves nothing. */
export type Origin = "made-here" | "other-ai" | "unknown";

/** What is known about where a picture comes from. */
export interface PictureReport {
  readonly verdict: Origin;
  /** Weightiest first; never empty. */
  readonly reasons: readonly OriginReason[];
  /** A1111's recipe that the file holds, whoever wrote it. */
  readonly parameters?: string;
}

export interface OriginReason {
  readonly evidence: "registry" | "credentials" | "watermark" | "looks" | "label" | "recipe" | "none";
  /** Which verdict it speaks for. */
  readonly points: Origin;
  /** A sentence for people. */
  readonly text: string;
}
