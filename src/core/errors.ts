/** Sentences for everything a person can act on. A code is stable; the sentence may change. `{name}` is filled from the error's params. */
export const USER_ERRORS = {
  "prompt-empty": "The prompt is empty. Say what to draw, for example: a red fox in the snow",
  "prompt-too-long": "The prompt has {length} characters; the limit is {limit}.",
  "option-unknown": "Unknown option {flag}.{hint}",
  "option-missing-value": "{flag} needs a value, for example {example}.",
  "option-not-a-number": "{option}: “{value}” is not a number.",
  "option-not-an-integer": "{option}: “{value}” is not a whole number.",
  "option-out-of-range": "{option} must be between {min} and {max}; you gave {value}.",
  "option-not-a-choice": "{option}: “{value}” is not one of the choices.{hint} Choices: {choices}.",
  "option-too-long": "{option} has {length} characters; the limit is {limit}.",
  "options-conflict": "{first} and {second} cannot be used together.",
  "option-bad-size": "size: “{value}” is not a size. Write width x height in pixels, for example 512x768.",
  "option-bad-aspect": "ar: “{value}” is not an aspect ratio. Write width:height, for example 16:9.",
  "option-repeated": "{flag} is given twice.",
  "quote-unclosed": "A quotation mark is opened and never closed: {excerpt}",
  "size-not-supported": "size: {model} cannot draw {width}x{height}. {supported}",
  "aspect-not-supported": "ar: {model} cannot draw {aspect}. {supported}",
  "permutation-unclosed": "A brace is opened and never closed: {excerpt}",
  "permutation-too-many": "The braces expand to {count} prompts; the limit is {limit}.",
  "model-unknown": "There is no model named “{model}”.{hint} Installed: {installed}.",
  "model-cannot": "{model} cannot {mode}.",
  "model-broken": "The model {model} cannot be loaded: {reason}",
  "model-unfit": "{model} was tried with one picture and is not in use: {reason} {kept} goes on drawing here.",
  "trial-failed": "it made no picture, because {reason}.",
  "trial-refused": "the safety filters do not let its picture pass ({rule}).",
  "model-on-trial": "A model is being tried here already; wait for the answer to that.",
  "no-model-before": "There is no model before this one to return to.",
  "model-exists":
    "There is already a model named “{model}”. Remove it first, or give this one another name with {flag}.",
  "model-built-in": "{model} is part of Easel: it cannot be {action}.",
  "model-name-invalid":
    "“{name}” cannot be the name of a model: use 1 to 64 letters, digits, dots, dashes and underscores, beginning with a letter or digit.",
  "model-altered": "The model {model} is not intact: {faults}",
  "model-unchanged": "{model}: {reason}",
  "hub-refused": "{repo} cannot be read from {endpoint}: {reason}",
  "hub-no-model": "{repo} holds no ONNX model that Easel knows: {reason}",
  "download-failed":
    "{file} could not be downloaded: {reason}. What has arrived is kept; the same command goes on from there.",
  "not-confirmed": "{what} needs your agreement. Say yes when asked, or give --yes.",
  "style-unknown": "There is no style named “{style}”.{hint} Known: {known}.",
  "picture-not-finite":
    "{model} made no picture: its numbers ran out of range. That is the model's fault, not your prompt's. Another sampler may help; else an operator should install the model in float32.",
  "region-unclear":
    "I cannot tell where the background of that picture is. Name another region, or attach a mask that is white where it may change.",
  "input-missing": "{mode} needs a picture: {input}.",
  "too-many-waiting":
    "You already have {waiting} requests waiting; the limit is {limit}. Wait for one, or cancel one with /cancel.",
  "too-many-in-channel": "This channel already has {waiting} requests waiting; the limit is {limit}.",
  "too-fast": "That was too fast. Try again in {seconds} s.",
  "quota-used-up": "Your quota is used up: {used} of {limit} device seconds. It refills at {resetsAt}.",
  "queue-full": "The queue is full ({waiting} jobs). Try again in a few minutes.",
  "queue-paused": "Drawing is paused by an operator. Nothing is lost; try again later.",
  "safety-stopped":
    "Nothing is drawn at the moment: the safety filters do not pass their own test. An operator has to look (easel doctor); what waits is kept.",
  "shutting-down": "I am restarting. Try again in a minute; what is already queued is kept.",
  "storage-full":
    "There is no space left on the disk, so I cannot accept new pictures. An operator has to free some space.",
  "storage-busy": "Another program holds my database right now. Try again in a minute.",
  "settings-away":
    "The store that keeps settings does not answer, so they cannot be changed right now. Try again in a minute.",
  "storage-broken":
    "The database {path} cannot be read: {reason}. Restore a backup, or move the file away to start empty.",
  "storage-newer":
    "The database {path} was written by a newer version of this program (schema {found}; this one knows {known}). Update the program, or restore an older backup.",
  "already-running": "Another Easel already uses {folder}. Stop it first, or set DATA_DIR to another folder.",
  "job-unknown": "There is no job “{job}”.",
  "job-not-yours": "That job belongs to somebody else.",
  "job-finished": "That job is already finished.",
  "picture-missing": "Which picture? Attach one (image), or name a request (job); /history shows yours.",
  "blend-too-few": "Blending needs two to five pictures; I count {count}.",
  "weights-mismatch": "weights: {count} numbers for {pictures} pictures. Write one for each, for example 2 1.",
  "edit-nothing": "Say what the picture should become, or what is to be done: {choices}.",
  "edit-place-missing":
    "Which part may change? Name a region ({regions}), or attach a mask that is white where the picture may change.",
  "mask-mismatch": "mask: it has {mask} pixels, the picture {picture}. Both need the same shape.",
  "picture-unknown": "There is no picture {index} in that job; it has {count}.",
  "button-unknown": "That button is from another version of this bot and does not work any more.",
  "button-expired": "That button has expired. Start again with /imagine.",
  "shortcut-unknown": "There is no “{shortcut}” to press.{hint}",
  "command-unknown": "There is no command /{command}.{hint}",
  refused: "I cannot draw that ({rule}). If this is a mistake, tell a moderator.",
  held: "That needs a moderator's approval ({rule}).",
  banned: "You cannot draw here {until}. Reason: {reason}",
  "moderators-only": "Only moderators of this place can do that.",
  "case-unknown": "There is no case “{case}” here that waits for a decision.",
  "teach-name": "“{name}” cannot be taught: {reason}.",
  "teach-picture": "That picture cannot be taught: {reason}.",
  "teach-full": "{limit} things are taught here already; forget one first: /teach --remove its-name",
  "teach-unknown": "Nothing is taught here under the name “{name}”.{hint}",
  "too-many-reports": "You have reported {limit} pictures in 24 hours; please tell a moderator directly.",
  "too-many-appeals": "You have appealed {limit} times in 24 hours. Try again later.",
  "pause-file": "Drawing is paused by the file {file}: an operator has to remove it.",
  "channel-without-posts":
    "This platform cannot post to a channel by itself; moderators see reports with /admin queue.",
  "upload-host": "Pictures can only come from {hosts}; this one is at {host}.",
  "upload-failed": "The picture could not be fetched: {reason}.",
  "upload-refused": "I cannot use that picture ({rule}). If this is a mistake, tell a moderator.",
  "file-unreadable": "{file} cannot be read: {reason}",
  "file-unwritable": "{file} cannot be written: {reason}",
  "picture-unreadable": "{file} is not a picture that I can read ({reason}).",
  "picture-too-large": "The picture has {bytes} bytes even at its smallest; the limit here is {limit}.",
  "discord-token-missing": "There is no DISCORD_TOKEN. Put the bot token of your Discord application into .env.",
  "discord-refused": "Discord refuses: {reason}.",
  "slack-incomplete": "Slack needs {missing} as well: see the part about Slack in README.md.",
  "port-unusable": "{name} {port} cannot be used: {reason}",
  "config-invalid": "The configuration is not valid:\n{faults}",
  "generation-failed": "The picture could not be made: {reason}. Reference: {reference}",
  unexpected: "Something went wrong on my side. Reference for the operator: {reference}",
} as const;

export type UserErrorCode = keyof typeof USER_ERRORS;
export type ErrorParams = Readonly<Record<string, string | number>>;

/** An error whose sentence may be shown to the person who asked; everything else is a bug and gets a reference. */
export class UserError extends Error {
  override readonly name = "UserError";
  readonly code: UserErrorCode;
  readonly params: ErrorParams;
  /** Set where waiting helps. */
  readonly retryAfterMs: number | undefined;

  constructor(code: UserErrorCode, params: ErrorParams = {}, options: { cause?: unknown; retryAfterMs?: number } = {}) {
    super(fillTemplate(USER_ERRORS[code], params), "cause" in options ? { cause: options.cause } : {});
    this.code = code;
    this.params = params;
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** Replaces every `{name}` by its param; a missing param becomes the empty string. */
export function fillTemplate(template: string, params: ErrorParams): string {
  return template.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(params[name] ?? ""));
}

/** The plain form that crosses process borders and is stored with a failed job. */
export interface Failure {
  readonly code: UserErrorCode;
  readonly params: ErrorParams;
  readonly message: string;
}

/** Any thrown value as a Failure; unknown errors get the given reference and hide their text. */
export function toFailure(error: unknown, reference: string): Failure {
  const known = error instanceof UserError ? error : new UserError("unexpected", { reference });
  return { code: known.code, params: known.params, message: known.message };
}

/** The UserError behind a stored or transmitted Failure. */
export function fromFailure(failure: Failure): UserError {
  return new UserError(failure.code, failure.params);
}
