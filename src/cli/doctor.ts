import { Command } from "commander";
import { runChecks, type Finding } from "./doctor-checks.ts";

const SIGNS = { ok: "ok  ", warn: "warn", fail: "FAIL" } as const;

/** `easel doctor`: checks everything before the first prompt; exit code 1 when something does not work. */
export function doctorCommand(): Command {
  return new Command("doctor")
    .description("Check the machine, the models, the database and the configuration")
    .option("--json", "print the findings as JSON")
    .action(async (options: { json?: boolean }) => {
      const findings = await runChecks();
      process.stdout.write(options.json ? `${JSON.stringify(findings, undefined, 2)}\n` : report(findings));
      process.exitCode = findings.some((finding) => finding.state === "fail") ? 1 : 0;
    });
}

/** The findings as lines, each with its remedy below, and a last line that sums up. */
export function report(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map((finding) => finding.check.length));
  const lines = findings.flatMap((finding) => [
    `${SIGNS[finding.state]}  ${finding.check.padEnd(width)}  ${finding.detail}`,
    ...(finding.fix === undefined ? [] : [`      ${" ".repeat(width)}  -> ${finding.fix}`]),
  ]);
  const failed = findings.filter((finding) => finding.state === "fail").length;
  return `${lines.join("\n")}\n\n${failed === 0 ? "Ready to draw." : `${failed} ${failed === 1 ? "thing does" : "things do"} not work.`}\n`;
}
