import type { Origin, PictureReport } from "./provenance.ts";

/** The verdicts in people's words. */
export const ORIGINS: Readonly<Record<Origin, string>> = {
  "made-here": "Made here, by a machine",
  "other-ai": "Made by a machine, not here",
  unknown: "Unknown",
};

/** A report as a message: the verdict, then why, weightiest first. */
export function originText({ verdict, reasons }: PictureReport): string {
  return [`**${ORIGINS[verdict]}**`, ...reasons.map(({ text }) => `- ${text}`)].join("\n");
}
