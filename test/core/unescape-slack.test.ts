import { expect, it } from "vitest";
import { unescapeSlack } from "../../src/core/unescape-slack.ts";

it.each([
  ["salt &amp; pepper &lt;3 &gt;", "salt & pepper <3 >"],
  ["&amp;lt;", "&lt;"],
  ["&quot; &#39; &", "&quot; &#39; &"],
])("gives back what was typed for %j", (sent, typed) => {
  expect(unescapeSlack(sent)).toBe(typed);
});
