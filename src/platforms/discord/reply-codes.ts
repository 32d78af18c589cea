/** Discord's error codes that change what is done next. Names as in its documentation. */
export const UNKNOWN_MESSAGE = 10008;
export const FILE_TOO_LARGE = 40005;

/** The interaction's token cannot be used (any more): another way is left. */
const TOKEN_CODES: ReadonlySet<number> = new Set([
  10015, // Unknown webhook
  10062, // Unknown interaction
  40094, // The interaction's follow-ups are used up
  50027, // Invalid webhook token
]);

/** The bot may not write there: another place may do. */
const PLACE_CODES: ReadonlySet<number> = new Set([
  10003, // Unknown channel
  10004, // Unknown guild
  10013, // Unknown user
  40001, // Unauthorized
  50001, // Missing access
  50007, // Cannot send messages to this user
  50013, // Missing permissions
  50083, // Thread is archived
  50278, // No mutual guilds
  160005, // Thread is locked
]);

export function isTokenDead(code: number | undefined): boolean {
  return code !== undefined && TOKEN_CODES.has(code);
}

export function isPlaceClosed(code: number | undefined): boolean {
  return code !== undefined && PLACE_CODES.has(code);
}
