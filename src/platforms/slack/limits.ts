import type { PlatformLimits } from "../../core/platform.ts";

/** What Slack accepts; the sources are its Block Kit and Web API references. */
export const SLACK_LIMITS = {
  /** Of a message. */
  blocks: 50,
  /** Of a modal or a Home tab. */
  viewBlocks: 100,
  /** Of one section's text; a longer text takes several. */
  sectionChars: 3000,
  /** More of a text than this is not shown: Slack itself ends at 40,000. */
  messageChars: 12_000,
  /** The text that stands for the blocks in notifications and screen readers. */
  fallbackChars: 3000,
  buttonsPerRow: 5,
  buttonChars: 75,
  idChars: 255,
  confirmTitleChars: 100,
  confirmTextChars: 300,
  confirmButtonChars: 30,
  altTextChars: 2000,
  titleChars: 24,
  labelChars: 2000,
  fieldChars: 3000,
  placeholderChars: 150,
  options: 100,
  optionChars: 75,
  privateMetadataChars: 3000,
  /** Of the pictures of one message; the rest of a message's blocks needs room, too. */
  pictures: 10,
} as const;

/** Free text may grow by what stands for & < and >. */
export const ATTACHMENT_BYTES = 20 * 1024 ** 2;

/** How long a response_url works, and how often. */
export const RESPONSE_LIFE_MS = 30 * 60_000;
export const RESPONSE_USES = 5;
/** What was acknowledged is still worth an answer for so long. */
export const PROMISE_LIFE_MS = 24 * 3_600_000;

/** People need no more, and Slack allows a workspace about fifty edits in a minute. */
export const EDIT_EVERY_MS = 3000;

/** The limits as the core knows them. Image blocks show PNG, JPEG and GIF. */
export const PLATFORM_LIMITS: PlatformLimits = {
  attachmentBytes: ATTACHMENT_BYTES,
  attachmentsPerMessage: SLACK_LIMITS.pictures,
  altTextChars: SLACK_LIMITS.altTextChars,
  messageChars: SLACK_LIMITS.messageChars,
  buttonsPerRow: SLACK_LIMITS.buttonsPerRow,
  buttonIdChars: SLACK_LIMITS.idChars,
  imageTypes: ["image/png", "image/jpeg"],
};
