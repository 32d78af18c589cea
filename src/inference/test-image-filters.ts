import { runChild } from "./run-child.ts";

export interface ImageFilterReport {
  readonly filters: readonly string[];
  /** Why pictures cannot be checked; empty when they can. */
  readonly faults: readonly string[];
}

/** Tests the image classifiers below `folder` in a process of its own: this one never loads onnxruntime-node. A child that fails is a fault. */
export async function testImageFilters(folder: string): Promise<ImageFilterReport> {
  try {
    return (await runChild("child-self-test", { folder })) as ImageFilterReport;
  } catch (error) {
    return { filters: [], faults: [error instanceof Error ? error.message : String(error)] };
  }
}
