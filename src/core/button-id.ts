import { UserError } from "./errors.ts";

/** Buttons carry all they need: they work after restarts and months later, because the state is in the store. */
export interface ButtonRef {
  readonly action: string;
  readonly job: string;
  /** Which picture of the job, from 0. */
  readonly index?: number;
}

const VERSION = "v1";
const PATTERN = /^v1:([a-z][a-z0-9-]{0,30}):([a-z0-9]{1,40})(?::(\d{1,3}))?$/;

/** `v1:<action>:<job>[:<index>]`, at most 80 characters (Discord allows 100, Slack 255). */
export function encodeButtonId(ref: ButtonRef): string {
  const id = [VERSION, ref.action, ref.job, ...(ref.index === undefined ? [] : [ref.index])].join(":");
  if (!PATTERN.test(id)) throw new Error(`not a valid button id: ${id}`);
  return id;
}

/** Reads a button id; anything else, also a tampered one, is the UserError button-unknown. */
export function decodeButtonId(id: string): ButtonRef {
  const match = PATTERN.exec(id);
  if (!match) throw new UserError("button-unknown");
  const [, action, job, index] = match;
  return { action: action!, job: job!, ...(index === undefined ? {} : { index: Number(index) }) };
}
