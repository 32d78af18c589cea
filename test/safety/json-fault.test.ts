import { describe, expect, it } from "vitest";
import { jsonFaultLine } from "../../src/safety/json-fault.ts";

describe("the line of a JSON fault", () => {
  it.each([
    ["nothing", "", 1],
    ["a missing value", '{\n"a": ,\n"b": 1}', 2],
    ["a missing comma", "[\n1\n2\n]", 3],
    ["a trailing comma", "[\n1,\n]", 3],
    ["an open string", '{\n"a": "b\n}', 2],
    ["a bad escape", '["\\q"]', 1],
    ["a comment", '{\n"a": 1, // no\n"b": 2}', 2],
    ["an early end", '{\n"a": [\n', 3],
    ["something after the end", '{"é": "\u007f"}\n\nx', 3],
    ["a number with a leading zero", "[1,\n01]", 2],
  ])("is where reading stops: %s", (_, text, line) => {
    expect(() => JSON.parse(text) as unknown).toThrow(SyntaxError);
    expect(jsonFaultLine(text)).toBe(line);
  });
});
