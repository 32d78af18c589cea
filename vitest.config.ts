import { defineConfig } from "vitest/config";
import { createClosingLine } from "./test/support/closing-line.ts";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // Builds dist/ once: tests that fork the device child or start the whole program run the compiled files.
    globalSetup: ["test/support/build.ts"],
    reporters: ["default", createClosingLine()],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Two heavy things at once on two cores make everything slow.
    maxWorkers: 2,
  },
});
