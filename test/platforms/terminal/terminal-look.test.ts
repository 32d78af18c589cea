import { describe, expect, it } from "vitest";
import { detectLook } from "../../../src/platforms/terminal/terminal-look.ts";

describe("detectLook", () => {
  it.each([
    [{ TERM: "xterm-kitty", KITTY_WINDOW_ID: "1" }, "kitty", "24-bit"],
    [{ TERM: "xterm-ghostty" }, "kitty", "24-bit"],
    [{ TERM: "xterm-256color", TERM_PROGRAM: "iTerm.app", COLORTERM: "truecolor" }, "iterm2", "24-bit"],
    [{ TERM: "xterm-256color", TERM_PROGRAM: "WezTerm" }, "iterm2", "256"],
    [{ TERM: "foot", COLORTERM: "truecolor" }, "sixel", "24-bit"],
    [{ TERM: "mlterm" }, "sixel", "none"],
    [{ TERM: "xterm-256color", COLORTERM: "24bit" }, "half-blocks", "24-bit"],
    [{ TERM: "xterm-256color" }, "half-blocks", "256"],
    [{ TERM: "xterm" }, "none", "none"],
    [{ TERM: "dumb", COLORTERM: "truecolor" }, "none", "none"],
    [{}, "none", "none"],
  ] as const)("%o shows pictures by %s in %s colours", (env, inline, colours) => {
    expect(detectLook(env, true)).toMatchObject({ inline, colours });
  });

  it("shows nothing where nobody looks", () => {
    expect(detectLook({ TERM: "xterm-kitty" }, false)).toEqual({ tty: false, inline: "none", colours: "none" });
  });

  it("respects NO_COLOR: no half-blocks, but pictures that are no colours", () => {
    expect(detectLook({ TERM: "xterm-256color", COLORTERM: "truecolor", NO_COLOR: "1" }, true).inline).toBe("none");
    expect(detectLook({ TERM: "xterm-kitty", NO_COLOR: "1" }, true)).toMatchObject({
      inline: "kitty",
      colours: "none",
    });
    expect(detectLook({ TERM: "xterm-256color", NO_COLOR: "" }, true).colours).toBe("256");
  });

  it("sends no graphics through a multiplexer", () => {
    expect(detectLook({ TERM: "tmux-256color", TMUX: "/tmp/x", KITTY_WINDOW_ID: "1" }, true).inline).toBe(
      "half-blocks",
    );
    expect(detectLook({ TERM: "screen", TERM_PROGRAM: "iTerm.app" }, true).inline).toBe("none");
  });
});
