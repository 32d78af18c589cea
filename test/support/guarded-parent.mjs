// Forks the guarded child and tells its pid; the test kills this process.
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";

const child = fork(fileURLToPath(new URL("guarded-child.mjs", import.meta.url)));
child.on("message", () => setTimeout(() => process.stdout.write(`{"child":${child.pid}}\n`), 1000));
