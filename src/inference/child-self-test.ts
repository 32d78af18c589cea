import { silentLogger } from "../core/logger.ts";
import { openSession } from "../onnx/open-session.ts";
import { createImageFilters } from "../safety/image-filters.ts";
import { serveTask } from "./child-task.ts";

/** Entry of a process of its own: opens every image classifier below a folder as devices do and says what is wrong with them. */
await serveTask(async (request) => {
  const { folder } = request as { folder: string };
  const sessionOptions = { device: "cpu", threads: 1 };
  const { filters, faults, release } = await createImageFilters({
    openSession,
    sessionOptions,
    folder,
    log: silentLogger,
  });
  await release();
  return { filters: filters.map(({ id }) => id), faults };
});
