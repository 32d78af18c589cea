import type { RequestProblem } from "./discord-simulator.ts";
import { asText } from "./json.ts";

/** Collects what is wrong with a request while it is walked through. */
export interface Problems {
  readonly found: readonly RequestProblem[];
  /** Something Discord refuses with 50035. */
  refuse(field: string, message: string): void;
  /** Something Discord overlooks, though it cannot be meant. */
  note(field: string, message: string): void;
  /** Refuses what is no string, or has less than `min` or more than `max` characters. */
  length(field: string, value: unknown, min: number, max: number): void;
}

/** An empty list of problems. */
export function createProblems(): Problems {
  const found: RequestProblem[] = [];
  const refuse = (field: string, message: string) => void found.push({ field, message, refused: true });

  return {
    found,
    refuse,
    note(field, message) {
      found.push({ field, message, refused: false });
    },
    length(field, value, min, max) {
      const text = asText(value);
      if (text === undefined) refuse(field, "This field is required and must be a string.");
      else if (text.length < min || text.length > max) refuse(field, `Must be between ${min} and ${max} in length.`);
    },
  };
}
