import type { Settings } from "../config/variables.ts";
import { UserError } from "../core/errors.ts";
import type { Logger } from "../core/logger.ts";
import type { Easel } from "../main.ts";
import { createSlack } from "../platforms/slack/create-slack.ts";
import { slackDeps } from "./slack-deps.ts";

/** Connects Slack to the running program; resolves with the first connection, however long that takes. */
export async function connectSlack(
  easel: Easel,
  settings: Settings,
  log: Logger,
  onFatal: (sentence: string) => void,
): Promise<void> {
  try {
    await easel.connect(createSlack(await slackDeps(easel, settings, log, onFatal)));
  } catch (error) {
    if (error instanceof UserError) return onFatal(error.message);
    log.error("Slack cannot be connected", { error });
    onFatal("Slack cannot be connected; the log says why.");
  }
}
