// Holds the lock of a data folder until it is killed. Runs the compiled code, because a forked Node 20 cannot run TypeScript.
import { lockDataFolder } from "../../dist/src/storage/data-lock.js";

lockDataFolder(process.argv[2]);
process.send("locked");
setInterval(() => {}, 1000);
