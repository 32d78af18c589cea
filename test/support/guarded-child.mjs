// A child that is stuck in "native code": only the guard's thread is left to end it.
import { startGuard } from "../../dist/src/inference/child-guard.js";

startGuard(200);
process.send("ready", () => {
  // Gives the guard's thread the time to start before this one is gone.
  setTimeout(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0), 500);
});
