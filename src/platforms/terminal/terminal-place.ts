import type { Place } from "../../core/platform.ts";

/** Where everybody at this machine's terminals is. */
export const TERMINAL_PLACE: Place = { platform: "terminal", channel: "terminal", ageRestricted: false };
