import type { JsonObject } from "../discord/json.ts";
import type { Ids } from "./ids.ts";
import { SlackError } from "./slack-error.ts";

export type StepResult = { readonly outputs: JsonObject } | { readonly error: string };

/** One run of the app's step in a workflow. */
export interface StepRun {
  readonly id: string;
  readonly callbackId: string;
  /** Slack refuses outputs that the manifest does not declare, and a success without the required ones. */
  readonly outputs: Readonly<Record<string, { readonly required: boolean }>> | undefined;
  result?: StepResult;
}

export interface WorkflowSteps {
  start(callbackId: string, outputs: StepRun["outputs"]): StepRun;
  /** Throws `function_execution_not_found`, `invalid_state` when it is finished, and `parameter_validation_failed`. */
  complete(id: string, result: StepResult): void;
}

/** Runs of workflow steps; `onEnd` hears of each that is finished. */
export function createWorkflowSteps(ids: Ids, onEnd: (run: StepRun) => void): WorkflowSteps {
  const runs = new Map<string, StepRun>();

  return {
    start(callbackId, outputs) {
      const run: StepRun = { id: ids.next("Fx"), callbackId, outputs };
      runs.set(run.id, run);
      return run;
    },
    complete(id, result) {
      const run = runs.get(id);
      if (!run) throw new SlackError("function_execution_not_found");
      if (run.result) throw new SlackError("invalid_state");
      if ("outputs" in result && run.outputs) {
        const { outputs } = result;
        const unknown = Object.keys(outputs).some((name) => !Object.hasOwn(run.outputs!, name));
        const missing = Object.entries(run.outputs).some(
          ([name, { required }]) => required && outputs[name] === undefined,
        );
        if (unknown || missing) throw new SlackError("parameter_validation_failed");
      }
      run.result = result;
      onEnd(run);
    },
  };
}
