import { describe, expect, it } from "vitest";
import { parseLine } from "../../../src/platforms/terminal/parse-line.ts";

const context = { shortcuts: new Set(["u1", "u2", "reroll", "r", "1"]), isJob: (id: string) => id === "abcdefgh" };
const imagine = (text: string) => ({ kind: "command", command: "imagine", text });

describe("parseLine", () => {
  it.each([
    ["/imagine a fox --count 4", imagine("a fox --count 4")],
    ["a red fox", imagine("a red fox")],
    ["  /Queue ", { kind: "command", command: "queue", text: "" }],
    ["/cancel k3f9x2ab", { kind: "command", command: "cancel", text: "k3f9x2ab" }],
    ["help", { kind: "command", command: "help", text: "" }],
    ["", { kind: "nothing" }],
    ["exit", { kind: "exit" }],
    ["/quit", { kind: "exit" }],
    ["exit through the gift shop", imagine("exit through the gift shop")],
    ["U2", { kind: "shortcut", shortcut: "u2" }],
    ["u2 k3f9x2ab", { kind: "shortcut", shortcut: "u2", job: "k3f9x2ab" }],
    ["v9", { kind: "shortcut", shortcut: "v9" }],
    ["zz1 k3f9x2ab", { kind: "shortcut", shortcut: "zz1", job: "k3f9x2ab" }],
    ["left2", { kind: "shortcut", shortcut: "left2" }],
    ["fox1", imagine("fox1")],
    ["reroll", { kind: "shortcut", shortcut: "reroll" }],
    ["reroll abcdefgh", { kind: "shortcut", shortcut: "reroll", job: "abcdefgh" }],
    ["reroll k3f9x2ab", { kind: "shortcut", shortcut: "reroll", job: "k3f9x2ab" }],
    ["reroll mountain", imagine("reroll mountain")],
    ["1", { kind: "shortcut", shortcut: "1" }],
    ["2", imagine("2")],
    ["edit", imagine("edit")],
    ["狐", imagine("狐")],
  ])("reads %j", (line, expected) => {
    expect(parseLine(line, context)).toEqual(expected);
  });
});
