import type { Reporter, TestModule } from "vitest/node";

/** vitest reporter: ends the run with one plain line that any tool can read: `N passed, N failed, N skipped`. */
export function createClosingLine(): Reporter {
  return {
    onTestRunEnd(modules: readonly TestModule[]) {
      const count = { passed: 0, failed: 0, skipped: 0 };
      for (const module of modules) {
        const tests = [...module.children.allTests()];
        for (const test of tests) {
          const { state } = test.result();
          count[state === "pending" ? "skipped" : state] += 1;
        }
        if (tests.length === 0 && !module.ok()) count.failed += 1;
      }
      process.stdout.write(`\n${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped\n`);
    },
  };
}
