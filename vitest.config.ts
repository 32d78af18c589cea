import { defineConfig } from "vitest/config";
import { createClosingLine } from "./test/support/closing-line.ts";

/** What mostly waits: for intervals, back-offs and other programs. */
const waiting = ["test/journeys/**/*.test.ts", "test/platforms/discord/gateway.test.ts"];

export default defineConfig({
  test: {
    // Builds dist/ once: tests that fork the device child or start the whole program run the compiled files.
    globalSetup: ["test/support/build.ts"],
    reporters: ["default", createClosingLine()],
    projects: [
      {
        // Two heavy things at once on two cores make everything slow.
        test: {
          name: "rooms",
          include: ["test/**/*.test.ts"],
          exclude: waiting,
          testTimeout: 30_000,
          hookTimeout: 60_000,
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        // Mostly whole programs, several at once. How long a busy machine takes proves nothing.
        test: {
          name: "journeys",
          include: waiting,
          testTimeout: 300_000,
          hookTimeout: 300_000,
          expect: { poll: { timeout: 30_000 } },
          maxWorkers: 4,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
