import { USER_ERRORS, type UserErrorCode } from "../errors.ts";
import { MODE_PHRASES, MODE_TITLES } from "../mode-phrases.ts";

/** Errors that people in chats meet; operators' (installing, configuring) are in English only. */
export const CHAT_ERRORS = [
  "prompt-empty",
  "prompt-too-long",
  "option-unknown",
  "option-missing-value",
  "option-not-a-number",
  "option-not-an-integer",
  "option-out-of-range",
  "option-not-a-choice",
  "option-too-long",
  "options-conflict",
  "option-bad-size",
  "option-bad-aspect",
  "option-repeated",
  "quote-unclosed",
  "size-not-supported",
  "aspect-not-supported",
  "permutation-unclosed",
  "permutation-too-many",
  "model-unknown",
  "model-cannot",
  "style-unknown",
  "picture-not-finite",
  "region-unclear",
  "too-many-waiting",
  "too-many-in-channel",
  "too-fast",
  "quota-used-up",
  "queue-full",
  "queue-paused",
  "safety-stopped",
  "shutting-down",
  "storage-full",
  "storage-busy",
  "settings-away",
  "job-unknown",
  "job-not-yours",
  "job-finished",
  "picture-missing",
  "blend-too-few",
  "weights-mismatch",
  "edit-nothing",
  "edit-place-missing",
  "mask-mismatch",
  "picture-unknown",
  "button-unknown",
  "button-expired",
  "command-unknown",
  "refused",
  "held",
  "banned",
  "moderators-only",
  "too-many-reports",
  "too-many-appeals",
  "upload-host",
  "upload-failed",
  "upload-refused",
  "picture-unreadable",
  "picture-too-large",
  "generation-failed",
  "unexpected",
] as const satisfies readonly UserErrorCode[];

type ChatError = (typeof CHAT_ERRORS)[number];

const ERRORS = Object.fromEntries(CHAT_ERRORS.map((code) => [`error.${code}`, USER_ERRORS[code]])) as Record<
  `error.${ChatError}`,
  string
>;

const TITLES = Object.fromEntries(Object.entries(MODE_TITLES).map(([mode, text]) => [`title.${mode}`, text])) as Record<
  `title.${keyof typeof MODE_TITLES}`,
  string
>;

const MODES = Object.fromEntries(Object.entries(MODE_PHRASES).map(([mode, text]) => [`mode.${mode}`, text])) as Record<
  `mode.${keyof typeof MODE_PHRASES}`,
  string
>;

/** The sentences that people read most, in English. Every other language has the same keys with the same {names}. */
export const ENGLISH = {
  "status.waiting": "Waiting",
  "status.next": "Next in line",
  "status.ahead": "{count} ahead of you",
  "status.about": "{status}, about {time}",
  "status.loading": "Loading the model",
  "status.drawing": "Drawing",
  "status.step": "Drawing: step {step} of {steps}",
  "status.finishing": "Finishing",

  "answer.waiting": "This one is waiting.",
  "answer.drawing": "This one is being drawn.",
  "answer.failed": "This one failed.",
  "answer.refused": "This one was refused.",
  "answer.cancelled": "Cancelled.",
  "answer.cancelled-by-moderator": "Cancelled by a moderator.",
  "answer.cancelled-job": "Cancelled `{job}`.",
  "answer.favourite-added": "A favourite of yours now; `/history favourites` shows all.",
  "answer.favourite-removed": "It is none of your favourites any more.",
  "answer.which-picture": "Which picture?",
  "answer.reported": "Thank you. The moderators will look at it; nobody else learns that you reported it.",
  "answer.appealed": "The moderators will look at it. If they agree with you, it is drawn.",

  "reply.restarted": "I was restarted before I could answer. Please try again.",
  "reply.busy": "I am drawing that already. Press again when it is there.",
  "reply.form-expired": "That form was open for too long. Choose the menu again.",
  "reply.takes-long":
    "This takes longer than I may change this message. I will post the result here, or send it to you directly.",
  "reply.channel-closed": "I cannot write into {channel}, so here is what you asked for there:",
  "reply.late-private": "This took longer than I may answer you alone in {channel}, so here it is:",
  "reply.files-too-large": "The pictures are too large for this place. They are kept: /history shows them elsewhere.",
  "reply.menu-unknown": "That menu is from another version of this bot.",
  "reply.no-avatar": "That person has no profile picture of their own.",
  "reply.no-picture-of-mine": "That message shows no pictures of mine.",
  "reply.no-picture": "That message has no picture.",
  "form.becomes": "What should it become?",
  "form.strength": "How much may change, 0 to 1",

  "caption.ai": "AI-generated",
  "caption.seed": "seed {seed}",
  "caption.steps": "{steps} steps",
  "caption.alt": "AI-generated image: {prompt}",
  ...TITLES,

  "note.unknown": "{model} does not know {words}. It knows {known}.",
  "note.unknown-things": "{model} does not know {words}. It knows {known} and {count} more things: /models lists them.",
  "note.no-picture": "{name} has no effect without an input picture.",
  "note.view-moved": "The model draws one shape, so the view moved: what was at the other side is not shown any more.",
  "note.plain-upscale": "The model cannot redraw pictures of this size, so this one was enlarged without new detail.",
  "note.capped-count": "At most {limit} pictures at a time are drawn here.",
  "note.capped-steps": "At most {limit} steps are taken here.",

  "button.cancel": "Cancel",
  "button.retry": "Retry",
  "button.reroll": "Reroll",
  "button.edit": "Remix",
  "button.more": "More",
  "button.report": "Report",
  "button.upscale": "Upscale 2x",
  "button.upscale-4x": "Upscale 4x",
  "button.variation": "Vary (strong)",
  "button.variation-subtle": "Vary (subtle)",
  "button.vary-region": "Vary region",
  "button.zoom-out": "Zoom out 1.5x",
  "button.zoom-out-2x": "Zoom out 2x",
  "button.zoom-custom": "Custom zoom",
  "button.make-square": "Make square",
  "button.pan-left": "Pan left",
  "button.pan-right": "Pan right",
  "button.pan-up": "Pan up",
  "button.pan-down": "Pan down",
  "button.use": "Start from this",
  "button.favourite": "Favourite",
  "button.info": "Info",
  "button.appeal": "Appeal",
  "button.delete": "Delete for ever",
  "confirm.delete": "The pictures, and what was made from them, are erased.",
  "button.picture": "Picture {number}",

  "part.did-you-mean": " Did you mean {name}?",
  "part.known": " Known: {names}.",
  "part.until-lifted": "until a moderator lifts the ban",
  "part.until": "until {time}",
  "part.draws": "It draws {sizes}.",
  "part.draws-range": "It draws widths and heights that are between {min} and {max}, for example {example}.",
  "part.draws-multiples":
    "It draws widths and heights that are multiples of {multiple} between {min} and {max}, for example {example}.",
  ...MODES,
  ...ERRORS,
} as const;

export type TextKey = keyof typeof ENGLISH;
/** A language's sentences: none may be missing. */
export type Texts = Readonly<Record<TextKey, string>>;
