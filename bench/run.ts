/** Runs one measurement of this folder, compiled: `npm run bench -- <name> [arguments]`. Without a name it lists them. */
import { existsSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL(".", import.meta.url));
const [, , name] = process.argv;
if (name !== undefined && existsSync(`${folder}${name}.js`)) await import(new URL(`${name}.js`, import.meta.url).href);
else {
  const names = readdirSync(folder).filter((file) => file.endsWith(".js") && file !== "run.js");
  console.log(`npm run bench -- <name>, one of: ${names.map((file) => file.slice(0, -3)).join(", ")}`);
  process.exitCode = name === undefined ? 0 : 2;
}
