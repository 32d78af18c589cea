import { describe, expect, it } from "vitest";
import { createLogger, type LogOptions } from "../../src/log/create-logger.ts";

function logged(
  options: Partial<LogOptions>,
  write: (log: ReturnType<typeof createLogger>) => void,
): Record<string, unknown>[] {
  const lines: string[] = [];
  write(
    createLogger({
      level: "debug",
      prompts: "off",
      ...options,
      destination: { write: (line) => void lines.push(line) },
    }),
  );
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe("the log", () => {
  it("writes one JSON line with a static message and fields, also from a child", () => {
    const [line] = logged({}, (log) => log.child({ job: "k3" }).info("picture made", { steps: 12 }));

    expect(line).toMatchObject({ level: "info", msg: "picture made", job: "k3", steps: 12 });
  });

  it("leaves out what is below its level", () => {
    const lines = logged({ level: "warn" }, (log) => {
      log.info("quiet");
      log.warn("loud");
    });

    expect(lines.map((line) => line["msg"])).toEqual(["loud"]);
  });

  it.each([
    ["off", undefined],
    ["hash", expect.stringMatching(/^[0-9a-f]{12}$/)],
    ["full", "a red fox"],
  ] as const)("shows prompts as configured: %s", (prompts, expected) => {
    const [line] = logged({ prompts }, (log) => log.info("accepted", { prompt: "a red fox" }));

    expect(line?.["prompt"]).toEqual(expected);
  });

  it("never writes tokens", () => {
    const [line] = logged({}, (log) =>
      log.error("refused", { token: "xoxb-1", interactionToken: "aW50", status: 401 }),
    );

    expect(JSON.stringify(line)).not.toMatch(/xoxb|aW50/);
    expect(line).toMatchObject({ status: 401 });
  });

  it("keeps name, message and stack of an error", () => {
    const [line] = logged({}, (log) => log.error("failed", { error: new TypeError("no such thing") }));

    expect(line?.["error"]).toMatchObject({ name: "TypeError", message: "no such thing" });
  });
});
