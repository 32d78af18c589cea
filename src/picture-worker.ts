import { createPictureTasks } from "./picture-tasks.ts";
import { systemClock } from "./system-clock.ts";

/** Entry point of a thread of src/picture-pool.ts, which calls these by their names. */
export const { mark, detect, sign, fingerprint } = createPictureTasks(systemClock);
