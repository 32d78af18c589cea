import type { Logger } from "../../core/logger.ts";
import type { Message } from "../../core/message.ts";
import type { SlackAddress } from "./address.ts";
import { toPlainText } from "./mrkdwn.ts";
import type { SlackApi } from "./slack-api.ts";
import { faultOf } from "./slack-faults.ts";
import type { Uploads } from "./uploads.ts";

/** The step that this app adds to Workflow Builder. */
export const STEP_ID = "generate_image";

export interface WorkflowSteps {
  /** The step's answer stands in a message: the workflow goes on with its first picture, or fails with its text. */
  finish(address: SlackAddress, message: Message, file: string | undefined): Promise<void>;
  /** The step fails; the text says why. */
  refuse(address: SlackAddress, message: Message): Promise<void>;
}

/** Tells Slack how a step of a workflow ended. A step that is over by Slack's own count is no fault. */
export function createWorkflowSteps(deps: {
  readonly api: SlackApi;
  readonly uploads: Pick<Uploads, "permalink">;
  readonly log: Logger;
}): WorkflowSteps {
  const { api, log } = deps;

  async function end(address: SlackAddress, method: string, result: object): Promise<void> {
    try {
      const args = { function_execution_id: address.execution, ...result };
      await api.call(address, { method, args, repeatable: true });
    } catch (error) {
      if (faultOf(error).kind !== "refused") throw error;
      log.warn("a workflow's step could not be ended", { execution: address.execution, error });
    }
  }

  function refuse(address: SlackAddress, { text }: Pick<Message, "text">): Promise<void> {
    return end(address, "functions.completeError", { error: toPlainText(text) });
  }

  return {
    refuse,
    async finish(address, message, file) {
      if (message.kind !== "result" || file === undefined) return refuse(address, message);
      const permalink = (await deps.uploads.permalink(address, file)) ?? "";
      await end(address, "functions.completeSuccess", { outputs: { file_id: file, permalink } });
    },
  };
}
