/** The environment variables that say what a terminal can do. */
export type TerminalEnv = Readonly<Record<string, string | undefined>>;

/** How pictures are shown in the terminal itself; `none` = their paths and descriptions only. */
export const INLINE_PROTOCOLS = ["kitty", "iterm2", "sixel", "half-blocks", "none"] as const;
export type InlineProtocol = (typeof INLINE_PROTOCOLS)[number];

export type ColourDepth = "none" | "256" | "24-bit";

/** What the output can show. Nothing is told by colour alone, so `none` loses nothing. */
export interface TerminalLook {
  readonly tty: boolean;
  readonly colours: ColourDepth;
  readonly inline: InlineProtocol;
}

const KITTY_TERMS = /^xterm-(kitty|ghostty)$/;
const SIXEL_TERMS = /^(foot|mlterm|yaft|contour)\b|sixel/;
const KITTY_PROGRAMS: readonly string[] = ["ghostty"];
const ITERM2_PROGRAMS: readonly string[] = ["iTerm.app", "WezTerm", "mintty"];

/** Reads the look off the environment, without asking the terminal: an answer would land in the person's typing. */
export function detectLook(env: TerminalEnv, tty: boolean): TerminalLook {
  const term = env["TERM"] ?? "";
  if (!tty || term === "dumb") return { tty: tty && term !== "dumb", colours: "none", inline: "none" };
  const colours = coloursOf(env, term);
  return { tty, colours, inline: protocolOf(env, term) ?? (colours === "none" ? "none" : "half-blocks") };
}

/** https://no-color.org: any value but the empty one switches colours off. Graphics protocols send pictures, not colours. */
function coloursOf(env: TerminalEnv, term: string): ColourDepth {
  if ((env["NO_COLOR"] ?? "") !== "") return "none";
  if (/^(truecolor|24bit)$/.test(env["COLORTERM"] ?? "") || /-direct$|kitty|ghostty/.test(term)) return "24-bit";
  return /256/.test(term) ? "256" : "none";
}

function protocolOf(env: TerminalEnv, term: string): InlineProtocol | undefined {
  // Multiplexers swallow graphics, and keep the outer terminal's variables.
  if (env["TMUX"] !== undefined || /^(screen|tmux)/.test(term)) return undefined;
  const program = env["TERM_PROGRAM"] ?? "";
  if (env["KITTY_WINDOW_ID"] !== undefined || KITTY_TERMS.test(term) || KITTY_PROGRAMS.includes(program))
    return "kitty";
  if (ITERM2_PROGRAMS.includes(program)) return "iterm2";
  return SIXEL_TERMS.test(term) ? "sixel" : undefined;
}
