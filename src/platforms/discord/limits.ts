import type { PlatformLimits } from "../../core/platform.ts";

/** What Discord accepts; the sources are its API documentation and its OpenAPI document. */
export const DISCORD_LIMITS = {
  /** All text displays of a message together. */
  messageChars: 4000,
  /** Of a message, the nested ones counted. */
  components: 40,
  buttonsPerRow: 5,
  buttonLabelChars: 80,
  customIdChars: 100,
  altTextChars: 1024,
  galleryItems: 10,
  modalTitleChars: 45,
  modalFields: 5,
  labelChars: 45,
  fieldChars: 4000,
  placeholderChars: 100,
  nonceChars: 25,
  choices: 25,
  choiceChars: 100,
  /** Of all files of one request. */
  requestBytes: 25 * 1024 ** 2,
  /** When the interaction does not say. */
  attachmentBytes: 10 * 1024 ** 2,
} as const;

/** After this an interaction's token is dead. */
export const TOKEN_LIFE_MS = 15 * 60_000;
/** From this age of an interaction on, its answer takes another way: an upload needs time too. */
export const TOKEN_USE_MS = 14 * 60_000;
/** Discord shows “did not respond” after this. */
export const ACK_LIMIT_MS = 3000;
/** An interaction this old cannot be acknowledged in time any more. */
export const TOO_OLD_MS = 2500;

/** The limits as the core knows them, with a place's limit for one file. */
export function platformLimits(attachmentBytes: number): PlatformLimits {
  return {
    attachmentBytes,
    attachmentsPerMessage: DISCORD_LIMITS.galleryItems,
    altTextChars: DISCORD_LIMITS.altTextChars,
    messageChars: DISCORD_LIMITS.messageChars,
    buttonsPerRow: DISCORD_LIMITS.buttonsPerRow,
    buttonIdChars: DISCORD_LIMITS.customIdChars,
    imageTypes: ["image/png", "image/webp", "image/jpeg"],
  };
}
